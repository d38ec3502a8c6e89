"""Measures the product against floors and a peer of the same run; `python -m tests.bench --help`."""
