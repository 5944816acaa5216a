"""One file per provider with an HTTP API: its sending and its webhook."""
