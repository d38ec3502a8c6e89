"""What leaves, with whom and when."""
