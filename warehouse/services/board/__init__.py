"""The lead's board and the walls that show it."""
