"""Leads with outcomes, from a file: was the score right, and which points would be."""
