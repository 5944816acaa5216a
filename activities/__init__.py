"""Temporal activities, one file per concern."""
