"""An order at the pack station, as it is judged and shown."""
