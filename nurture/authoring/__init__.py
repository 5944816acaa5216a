"""From a campaign file to a checked campaign, and back to words for its author."""
