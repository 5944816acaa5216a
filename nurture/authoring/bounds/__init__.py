"""What is certain about every journey of a campaign, whatever the lead does."""

from nurture.authoring.bounds.bounds import Bounds, bounds

__all__ = ["Bounds", "bounds"]
