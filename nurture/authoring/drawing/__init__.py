"""A campaign drawn: boxes, and lines with words on them."""
