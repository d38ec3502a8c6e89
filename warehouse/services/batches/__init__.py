"""Batches on the floor: released, worked on, walked."""
