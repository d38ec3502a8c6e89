"""Goods that come back: announced, received by scan, inspected, and booked where they go."""
