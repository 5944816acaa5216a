"""Whether a score was right about leads whose outcome is known."""
