"""Training as it is read: of the practice floor, and of the record."""
