"""Who works here, and how they and their devices are known."""
