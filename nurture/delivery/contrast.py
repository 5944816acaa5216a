"""How well a text stands out from what is behind it, by WCAG 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

ENOUGH, ENOUGH_LARGE = 4.5, 3.0
LARGE, LARGE_BOLD = 24.0, 18.66
"""Pixels."""
NAMES = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "gray": "#808080", "grey": "#808080"}
DECLARED = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]+)")
HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b", re.IGNORECASE)
RGB = re.compile(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
PIXELS = re.compile(r"(\d+(?:\.\d+)?)px")
BOLD = re.compile(r"\b(bold|[6-9]00)\b")
UNSEEN = ("script", "style", "title", "head")

Color = tuple[int, int, int]


@dataclass(frozen=True)
class Faint:
    words: str
    color: str
    ground: str
    ratio: float


@dataclass(frozen=True)
class Style:
    color: Color = (0, 0, 0)
    ground: Color = (255, 255, 255)
    size: float = 16.0
    bold: bool = False


LIGHT = Style()
NIGHT = Style(color=(255, 255, 255), ground=(18, 18, 18))
"""What mail programs take where nothing is said, for a mail that says it knows dark mode."""


def faint_texts(document: HtmlElement, around: Style = LIGHT) -> Iterator[Faint]:
    """Each pair of colours once. Styles must stand on the elements. ``around``: of what says nothing."""
    told: set[tuple[Color, Color]] = set()
    for words, style in _texts(document, around):
        ratio = contrast(style.color, style.ground)
        large = style.size >= (LARGE_BOLD if style.bold else LARGE)
        pair = style.color, style.ground
        if ratio < (ENOUGH_LARGE if large else ENOUGH) and pair not in told:
            told.add(pair)
            yield Faint(words, _written(style.color), _written(style.ground), ratio)


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _texts(element: HtmlElement, around: Style) -> Iterator[tuple[str, Style]]:
    declared = dict(DECLARED.findall((element.get("style") or "").lower()))
    if (
        not isinstance(element.tag, str)
        or element.tag in UNSEEN
        or declared.get("display", "").startswith("none")
    ):
        return
    style = _style(element, declared, around)
    for text in (element.text, *(child.tail for child in element)):
        if words := " ".join((text or "").split()):
            yield words, style
    for child in element:
        yield from _texts(child, style)


def _style(element: HtmlElement, declared: dict[str, str], around: Style) -> Style:
    ground = declared.get("background-color") or declared.get("background") or element.get("bgcolor") or ""
    font = declared.get("font", "")
    size = PIXELS.search(declared.get("font-size", "") or font)
    weight = declared.get("font-weight", "") or font
    named = element.tag in ("h1", "h2", "h3", "b", "strong", "th")
    return Style(
        _color(declared.get("color", "")) or around.color,
        _color(ground) or around.ground,
        float(size[1]) if size else around.size,
        bool(BOLD.search(weight)) if weight else around.bold or named,
    )


def _color(text: str) -> Color | None:
    said = NAMES.get(text.replace("!important", "").strip(), text)
    if found := HEX.search(said):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := RGB.search(said):
        return int(found[1]), int(found[2]), int(found[3])
    return None


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _written(color: Color) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)
