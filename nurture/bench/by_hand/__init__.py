"""The same campaign as a good engineer would write it by hand, for nothing but that campaign."""
