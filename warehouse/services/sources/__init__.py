"""Shops that are looked at by clock, and told what left."""
