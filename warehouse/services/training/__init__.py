"""Guides read, practice worked, and who may work where mismatches block."""
