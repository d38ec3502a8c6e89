"""Picking: what scans on the way do to the books."""
