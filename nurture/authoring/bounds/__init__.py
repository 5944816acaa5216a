"""What is certain about every journey of a campaign, whatever the lead does."""

from nurture.authoring.bounds.bounds import Bounds, bounds
from nurture.authoring.bounds.durations import durations_of

__all__ = ["Bounds", "bounds", "durations_of"]
