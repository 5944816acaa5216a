"""The house style of content files: the same content, laid out alike, comments kept."""

from nurture.authoring.style.house import in_house_style

__all__ = ["in_house_style"]
