"""What somebody is advised about how a mail looks."""

from __future__ import annotations

from dataclasses import dataclass

SAMPLE = "Sample"
"""What stands for the text of every field: an address with it is nobody's."""


@dataclass(frozen=True)
class Look:
    """``needle``: what to look for in the source, to say where it stands."""

    rule: str
    text: str
    hint: str
    needle: str = ""
