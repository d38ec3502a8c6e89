"""What is measured, kept from before, and told when it is out of line."""
