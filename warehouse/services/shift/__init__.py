"""A shift: its pauses, what people say about it, and how it is given on."""
