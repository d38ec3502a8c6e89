"""Packing: what scans at the station do to the books."""
