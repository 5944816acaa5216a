"""Parts that a cluster brings itself and one machine gets from us."""
