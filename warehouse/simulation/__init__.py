"""Virtual people who work the floor over real HTTP and sockets, and make mistakes; they know only its outside."""
