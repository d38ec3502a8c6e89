"""Orders and master data on their way in."""
