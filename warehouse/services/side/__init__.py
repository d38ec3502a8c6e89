"""Put-backs and counts."""
