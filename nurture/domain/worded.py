"""Values of a file as a sentence names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LONGEST = 120
"""Characters of one value."""


def quoted(value: Any) -> str:
    """One line; long ones are cut."""
    match value:
        case True:
            text = "yes"
        case False:
            text = "no"
        case Mapping():
            text = ", ".join(f"{key} {quoted(item)}" for key, item in value.items())
        case list() | tuple():
            text = ", ".join(quoted(item) for item in value)
        case str() if " " in value and not value.isidentifier():
            text = f'"{value}"'
        case _:
            text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def listed(condition: Any) -> str:
    """The lines of a condition."""
    return " and ".join(map(str, condition)) if isinstance(condition, list) else str(condition)
