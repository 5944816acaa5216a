"""A sheet in Graphviz' language, everything pinned to its place: Graphviz makes the PNG.

Its unit of size is the inch of 72 points, and it counts upwards from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from nurture.authoring.simulation.charts.sheet import FONT, PAPER, Bar, Sheet, Side, Stroke, Words

INCH = 72
POINT = "shape=point, width=0.001, height=0.001"
JUSTIFIED: Mapping[Side, str] = {"left": "LEFT", "right": "RIGHT", "middle": "CENTER"}
ROOM, ABOVE = 1.25, 0.32
"""A cell for text is wider than the guess of its width, and its middle is above the line of the letters."""


def pinned(sheet: Sheet) -> str:
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield "digraph sheet {"
    yield f'  graph [bgcolor="{PAPER}", pad=0, margin=0, splines=line, inputscale=72, dpi=144];'
    yield f'  node [fontname="{FONT}", margin=0, fixedsize=true, penwidth=0];'
    corners = ((0.0, 0.0), (sheet.width, sheet.height))
    for number, (x, y) in enumerate(corners):
        yield f'  corner{number} [{POINT}, color="{PAPER}", {_at(sheet, x, y)}];'
    for number, shape in enumerate(sheet.shapes):
        yield f"  {WAYS[type(shape)](sheet, shape, f's{number}')}"
    yield "}"


def _bar(sheet: Sheet, bar: Bar, name: str) -> str:
    at = _at(sheet, bar.x + bar.width / 2, bar.y + bar.height / 2)
    size = f"width={bar.width / INCH:.4f}, height={bar.height / INCH:.4f}"
    return f'{name} [shape=box, style=filled, fillcolor="{bar.colour}", label="", {size}, {at}];'


def _stroke(sheet: Sheet, line: Stroke, name: str) -> str:
    ends = ((line.x, line.y), (line.to_x, line.to_y))
    nodes = [f"{name}_{end} [{POINT}, {_at(sheet, *at)}];" for end, at in enumerate(ends)]
    style = "dashed" if line.dashed else "solid"
    edge = f'{name}_0 -> {name}_1 [dir=none, color="{line.colour}", penwidth={line.thick}, style={style}];'
    return " ".join((*nodes, edge))


def _words(sheet: Sheet, words: Words, name: str) -> str:
    width = words.width * ROOM + words.size
    middle = words.x + {"left": width / 2, "right": -width / 2, "middle": 0.0}[words.side]
    text = escape(words.text)
    text = f"<B>{text}</B>" if words.bold else text
    cell = f'<TD ALIGN="{JUSTIFIED[words.side]}" WIDTH="{width:.0f}" FIXEDSIZE="FALSE">{text}</TD>'
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{cell}</TR></TABLE>'
    look = f'shape=none, fixedsize=false, fontsize={words.size}, fontcolor="{words.colour}"'
    size = f"width={width / INCH:.4f}, height={words.size * 1.4 / INCH:.4f}"
    return f"{name} [{look}, {size}, {_at(sheet, middle, words.y - words.size * ABOVE)}, label=<{table}>];"


def _at(sheet: Sheet, x: float, y: float) -> str:
    return f'pos="{x:.2f},{sheet.height - y:.2f}!"'


WAYS: Mapping[type, Callable[[Sheet, Any, str], str]] = {Bar: _bar, Stroke: _stroke, Words: _words}
