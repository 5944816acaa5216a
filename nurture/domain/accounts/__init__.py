"""Accounts at mail providers: which one a mail goes by, how much and how fast."""
