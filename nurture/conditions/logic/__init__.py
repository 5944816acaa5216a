"""What conditions can be at once: their checked expressions as logic, and a search for a contradiction."""
