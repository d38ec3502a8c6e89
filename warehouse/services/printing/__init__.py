"""Paper: jobs, printers, and what stands on it."""
