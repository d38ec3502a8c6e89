"""The rules of a pick scan, and the values they work on."""
