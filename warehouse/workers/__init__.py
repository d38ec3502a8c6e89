"""What works beside the requests, each in threads of its own: spooler, escalator."""
