"""Warehouse pick-pack: orders in, verified parcels out."""
