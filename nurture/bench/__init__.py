"""Measuring speed and cost, always against something written by hand beside it."""
