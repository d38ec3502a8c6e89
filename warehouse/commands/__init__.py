"""One module a command: `build(parser)` names its options, `run(options)` does it and gives the exit status."""
