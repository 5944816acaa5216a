"""What is measured, one file per row."""
