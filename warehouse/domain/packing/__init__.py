"""The rules of a scan at the pack station, and the values they work on."""
