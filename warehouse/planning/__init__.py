"""Planning beside the server: the search in a process of its own, and the drafts a lead looks at before release."""
