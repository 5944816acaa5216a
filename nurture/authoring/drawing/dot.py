"""A drawing in Graphviz' language."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from nurture.authoring.drawing.drawing import Box, Drawing, Line, Look

FONT = "DejaVu Sans,Verdana,Arial,sans-serif"
INK, FAINT, RED = "#1f2328", "#57606a", "#b42318"
COLOURS: dict[Look, tuple[str, str]] = {
    Look.START: ("#1f2328", "#ffffff"),
    Look.MAIL: ("#0b57d0", "#e8f0fe"),
    Look.WAIT: ("#8c959f", "#f6f8fa"),
    Look.CHOICE: ("#9a6700", "#fff8e1"),
    Look.CHANGE: ("#6f42c1", "#f5effc"),
    Look.PEOPLE: ("#1a7f37", "#e6f6ea"),
    Look.END: ("#57606a", "#eaeef2"),
    Look.GOAL: ("#1a7f37", "#1a7f37"),
    Look.RULE: ("#9a6700", "#ffffff"),
}
"""Border and fill."""
SHAPES: dict[Look, str] = {
    Look.START: "oval",
    Look.CHOICE: "hexagon",
    Look.END: "oval",
    Look.GOAL: "oval",
    Look.RULE: "note",
}
WIDTH, LINE_WIDTH = 34, 24
"""Characters of a line in a box, and on a line."""


def dot(drawing: Drawing) -> str:
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    yield f"digraph {_id(drawing.name)} {{"
    label = _html(f"<B>{escape(drawing.title)}</B>")
    yield f'  graph [label={label}, labelloc="t", fontname="{FONT}", fontsize=18, fontcolor="{INK}",'
    yield '    bgcolor="white", pad=0.3, nodesep=0.35, ranksep=0.42, splines=true, newrank=true];'
    yield f'  node [fontname="{FONT}", fontsize=11, fontcolor="{INK}", shape=box, style="rounded,filled",'
    yield '    margin="0.14,0.08", height=0.3, penwidth=1.3];'
    yield f'  edge [fontname="{FONT}", fontsize=10, fontcolor="{FAINT}", color="{FAINT}", arrowsize=0.7];'
    if drawing.notes:
        yield f"  notes [shape=note, style=filled, {_colours(Look.RULE)}, label={_notes(drawing)}];"
    yield from (f"  {_box(box)}" for box in drawing.boxes if box.section is None)
    for section in drawing.sections:
        yield f"  subgraph {_id('cluster_' + section)} {{"
        yield f'    label={_html("<B>" + escape(section) + "</B>")}; labeljust="l"; style="rounded";'
        yield f'    color="#d0d7de"; bgcolor="#fbfcfd"; fontsize=12; fontcolor="{FAINT}"; margin=14;'
        yield from (f"    {_box(box)}" for box in drawing.boxes if box.section == section)
        yield "  }"
    yield from (f"  {_line(line)}" for line in drawing.lines)
    yield "}"


def _box(box: Box) -> str:
    style = "filled" if box.look in SHAPES else "rounded,filled"
    shape = SHAPES.get(box.look, "box")
    colours = _colours(box.look)
    tight = ' margin="0.02,0.02",' if box.look is Look.CHOICE else ""
    return f'{_id(box.id)} [shape={shape}, style="{style}", {colours},{tight} label={_label(box)}];'


def _colours(look: Look) -> str:
    border, fill = COLOURS[look]
    dashed = ', style="filled,dashed"' if look is Look.RULE else ""
    white = ', fontcolor="white"' if look is Look.GOAL else ""
    return f'color="{border}", fillcolor="{fill}"{white}{dashed}'


def _label(box: Box) -> str:
    parts = [f"<B>{_wrapped(box.title)}</B>"] if box.title and box.look is not Look.CHOICE else []
    parts += [_wrapped(box.title)] if box.title and box.look is Look.CHOICE else []
    size = 10 if box.title else 11
    parts += [f'<FONT POINT-SIZE="{size}">{_wrapped(line)}</FONT>' for line in box.text.split("\n") if line]
    if box.count:
        parts.append(f'<FONT COLOR="{RED}"><B>{box.count:,} here</B></FONT>')
    return _html("<BR/>".join(parts))


def _notes(drawing: Drawing) -> str:
    lines = ["<B>Leaves from any step</B>"]
    for outcome, when in drawing.notes.items():
        lines += textwrap.wrap(f"{outcome}: {when}", 2 * LINE_WIDTH, break_on_hyphens=False)
    return _html("<BR/>".join([lines[0], *map(escape, lines[1:])]))


def _line(line: Line) -> str:
    words = ""
    if line.words:
        # A space on both sides keeps the words off the line.
        rows = "<BR/>".join(f"&#160;{row}&#160;" for row in _split(line.words, LINE_WIDTH))
        words = f" label={_html(rows)},"
    style = ' style="dashed",' if line.anywhere else ""
    return f"{_id(line.start)} -> {_id(line.end)} [{words}{style}];"


def _wrapped(text: str) -> str:
    return "<BR/>".join(_split(text, WIDTH))


def _split(text: str, width: int) -> list[str]:
    return [escape(line) for line in textwrap.wrap(text, width, break_on_hyphens=False)]


def _html(text: str) -> str:
    return f"<{text}>"


def _id(name: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
