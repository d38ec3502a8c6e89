"""From ready orders to planned batches."""
