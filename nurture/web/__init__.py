"""The web app: one file per group of pages or routes."""
