"""A sheet as SVG: text stays text, and the same sheet gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from nurture.authoring.simulation.charts.sheet import FONT, PAPER, Bar, Sheet, Side, Stroke, Words

ANCHORS: Mapping[Side, str] = {"left": "start", "right": "end", "middle": "middle"}


def svg(sheet: Sheet) -> bytes:
    return ("\n".join(_lines(sheet)) + "\n").encode()


def _lines(sheet: Sheet) -> Iterator[str]:
    size = f'width="{_n(sheet.width)}" height="{_n(sheet.height)}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title told"'
    yield f'  viewBox="0 0 {_n(sheet.width)} {_n(sheet.height)}" font-family="{FONT}">'
    yield f'<title id="title">{escape(sheet.title)}</title>'
    yield f'<desc id="told">{escape(sheet.told)}</desc>'
    yield f'<rect {size} fill="{PAPER}"/>'
    yield from (WAYS[type(shape)](shape) for shape in sheet.shapes)
    yield "</svg>"


def _bar(bar: Bar) -> str:
    size = f'width="{_n(bar.width)}" height="{_n(bar.height)}"'
    return f'<rect x="{_n(bar.x)}" y="{_n(bar.y)}" {size} fill="{bar.colour}"/>'


def _stroke(line: Stroke) -> str:
    dashed = ' stroke-dasharray="6 4"' if line.dashed else ""
    ends = f'x1="{_n(line.x)}" y1="{_n(line.y)}" x2="{_n(line.to_x)}" y2="{_n(line.to_y)}"'
    return f'<line {ends} stroke="{line.colour}" stroke-width="{_n(line.thick)}"{dashed}/>'


def _words(words: Words) -> str:
    bold = ' font-weight="bold"' if words.bold else ""
    at = f'x="{_n(words.x)}" y="{_n(words.y)}" text-anchor="{ANCHORS[words.side]}"'
    look = f'font-size="{_n(words.size)}" fill="{words.colour}"{bold}'
    return f"<text {at} {look}>{escape(words.text)}</text>"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


WAYS: Mapping[type, Callable[[Any], str]] = {Bar: _bar, Stroke: _stroke, Words: _words}
