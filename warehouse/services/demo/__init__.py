"""A demo warehouse made from a seed: items, bins, stock, people and orders, the same for the same seed."""
