"""The exception queue and its ladder."""
