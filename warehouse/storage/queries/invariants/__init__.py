"""The promises of the domain as SQL."""
