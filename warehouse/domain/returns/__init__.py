"""Goods that come back: what may be received and what becomes of it."""
