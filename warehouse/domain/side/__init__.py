"""The rules of put-backs and counts."""
