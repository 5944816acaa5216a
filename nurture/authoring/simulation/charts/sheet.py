"""A sheet and what is drawn on it, in pixels from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FONT = "DejaVu Sans,Verdana,Arial,sans-serif"
INK, FAINT, GRID, PAPER = "#1f2328", "#57606a", "#d0d7de", "#ffffff"
CHARACTER = 0.6
"""How wide a character is, of the size of its font: a careful guess, fonts differ."""

Side = Literal["left", "right", "middle"]


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Stroke:
    x: float
    y: float
    to_x: float
    to_y: float
    colour: str = GRID
    thick: float = 1
    dashed: bool = False


@dataclass(frozen=True)
class Words:
    """``y``: of the line that the letters stand on. ``side``: which end of the text is at ``x``."""

    x: float
    y: float
    text: str
    size: float = 12
    colour: str = INK
    bold: bool = False
    side: Side = "left"

    @property
    def width(self) -> float:
        return len(self.text) * self.size * CHARACTER


Shape = Bar | Stroke | Words


@dataclass
class Sheet:
    title: str
    told: str
    """What the picture shows, for those who cannot see it."""
    width: float
    height: float = 0
    shapes: list[Shape] = field(default_factory=list)


def fitting(text: str, width: float, size: float = 12) -> str:
    """Shortened to what fits into ``width``."""
    most = max(4, int(width / (size * CHARACTER)))
    return text if len(text) <= most else text[: most - 1] + "…"
