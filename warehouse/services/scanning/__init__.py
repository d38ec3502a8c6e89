"""Every scan, in groups, and what is known of the devices they come from."""
