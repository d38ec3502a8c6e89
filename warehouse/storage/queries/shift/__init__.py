"""Pauses, voices and handovers as they are read."""
