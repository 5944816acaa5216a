"""Names, made of what people write for them."""

from __future__ import annotations

import re
from unicodedata import normalize

from nurture.domain.keys import NAME_PATTERN

NAME = re.compile(NAME_PATTERN)
LETTERS = str.maketrans(
    {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00df": "ss", "\u00f8": "o", "\u0142": "l"}
)


def slug_of(text: str) -> str:
    """``The Guide`` -> ``the-guide``; empty where nothing is left."""
    plain = text.lower().removesuffix(".md").translate(LETTERS)
    plain = normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug if NAME.match(slug) else ""
