"""A campaign told in plain sentences."""
