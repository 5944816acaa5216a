"""How well a text stands out from what is behind it, by WCAG 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement
from tinycss2 import parse_component_value_list, serialize
from tinycss2.color4 import parse_color

ENOUGH, ENOUGH_LARGE = 4.5, 3.0
LARGE, LARGE_BOLD = 24.0, 18.66
"""Pixels."""
DECLARED = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]+)")
NOUGHT = re.compile(r"0(?:\.0*)?(?:[a-z%]|\s|$)")
PIXELS = re.compile(r"(\d+(?:\.\d+)?)px")
BOLD = re.compile(r"\b(bold|[6-9]00)\b")
SMALLEST = 4.0
"""Pixels below which nobody sees that there is a text."""
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
    for words, style in texts(document, around):
        ratio = contrast(style.color, style.ground)
        large = style.size >= (LARGE_BOLD if style.bold else LARGE)
        pair = style.color, style.ground
        if ratio < (ENOUGH_LARGE if large else ENOUGH) and pair not in told:
            told.add(pair)
            yield Faint(words, _written(style.color), _written(style.ground), ratio)


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def texts(element: HtmlElement, around: Style = LIGHT) -> Iterator[tuple[str, Style]]:
    """Those that somebody sees who sees all colours."""
    declared = dict(DECLARED.findall((element.get("style") or "").lower()))
    if not isinstance(element.tag, str) or element.tag in UNSEEN or _hides(element, declared):
        return
    style = _style(element, declared, around)
    for text in (element.text, *(child.tail for child in element)):
        if (words := " ".join((text or "").split())) and style.size >= SMALLEST:
            yield words, style
    for child in element:
        yield from texts(child, style)


def _hides(element: HtmlElement, declared: dict[str, str]) -> bool:
    """With all that is in it."""
    gone = declared.get("display", "").startswith("none") or declared.get("visibility", "").startswith(
        "hidden"
    )
    clips = "hidden" in declared.get("overflow", "")
    flat = clips and NOUGHT.match(declared.get("max-height", "") or declared.get("height", ""))
    see_through = NOUGHT.match(declared.get("opacity", ""))
    return gone or element.get("hidden") is not None or bool(flat or see_through)


def _style(element: HtmlElement, declared: dict[str, str], around: Style) -> Style:
    ground = _ground(declared, around) or _over(element.get("bgcolor") or "", around.ground) or around.ground
    given = element.get("color" if element.tag == "font" else "text") or ""
    color = _over(declared.get("color", ""), ground) or _over(given, ground)
    font = declared.get("font", "")
    size = PIXELS.search(declared.get("font-size", "") or font)
    weight = declared.get("font-weight", "") or font
    named = element.tag in ("h1", "h2", "h3", "b", "strong", "th")
    return Style(
        color or around.color,
        ground,
        0.0 if NOUGHT.match(declared.get("font-size", "")) else float(size[1]) if size else around.size,
        bool(BOLD.search(weight)) if weight else around.bold or named,
    )


def _ground(declared: dict[str, str], around: Style) -> Color | None:
    """Of ``background`` whichever of its words is a colour."""
    words = [declared.get("background-color", "")]
    if not words[0]:
        words = [serialize([part]) for part in parse_component_value_list(declared.get("background", ""))]
    return next((found for word in words if (found := _over(word, around.ground))), None)


def _over(text: str, ground: Color) -> Color | None:
    """The colour as it is seen on another: some let it through."""
    found = _color(text.replace("!important", "").strip())
    if found is None:
        return None
    red, green, blue, alpha = found
    mixed = (
        alpha * over + (1 - alpha) * under / 255
        for over, under in zip((red, green, blue), ground, strict=True)
    )
    first, second, third = (round(255 * min(max(part, 0), 1)) for part in mixed)
    return first, second, third


@lru_cache(512)
def _color(text: str) -> tuple[float, float, float, float] | None:
    """Red, green, blue and how much hides what is behind, each up to 1. None: no colour of its own."""
    found = parse_color(text) if text else None
    if found is None or isinstance(found, str):
        return None
    try:
        red, green, blue = (float(part or 0) for part in found.to("srgb").coordinates)
    except NotImplementedError:  # a space that nobody can turn into light
        return None
    return red, green, blue, float(found.alpha)


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _written(color: Color) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)
