"""Items, bins, packaging."""
