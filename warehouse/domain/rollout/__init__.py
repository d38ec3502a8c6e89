"""Going live: what mistakes cost, two systems side by side, the freeze, and the list of what must be true first."""
