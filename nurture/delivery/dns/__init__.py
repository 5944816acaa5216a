"""What the DNS must say of a domain that we send from, and what it says."""
