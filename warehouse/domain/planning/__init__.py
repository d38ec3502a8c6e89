"""How a plan is found: layouts as numbers, exact tours, the search for batches."""
