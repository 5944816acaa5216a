"""Tables, sessions and queries."""
