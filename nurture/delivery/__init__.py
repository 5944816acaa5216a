"""Rendering, and one file per mail provider."""
