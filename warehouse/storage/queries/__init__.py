"""Selects that only read and answer with dataclasses."""
