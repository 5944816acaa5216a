"""A drawing in Mermaid, which code hosts and wikis draw."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nurture.authoring.drawing.drawing import Box, Drawing, Look

SHAPES: Mapping[Look, tuple[str, str]] = {
    Look.START: ("([", "])"),
    Look.CHOICE: ("{{", "}}"),
    Look.END: ("([", "])"),
    Look.GOAL: ("([", "])"),
    Look.WAIT: ("(", ")"),
    Look.PEOPLE: ("[/", "/]"),
    Look.RULE: (">", "]"),
}
CLASSES: Mapping[Look, str] = {
    Look.MAIL: "fill:#e8f0fe,stroke:#0b57d0,color:#1f2328",
    Look.WAIT: "fill:#f6f8fa,stroke:#8c959f,color:#1f2328",
    Look.CHOICE: "fill:#fff8e1,stroke:#9a6700,color:#1f2328",
    Look.CHANGE: "fill:#f5effc,stroke:#6f42c1,color:#1f2328",
    Look.PEOPLE: "fill:#e6f6ea,stroke:#1a7f37,color:#1f2328",
    Look.END: "fill:#eaeef2,stroke:#57606a,color:#1f2328",
    Look.GOAL: "fill:#1a7f37,stroke:#1a7f37,color:#ffffff",
    Look.RULE: "fill:#ffffff,stroke:#9a6700,color:#1f2328,stroke-dasharray:4",
    Look.START: "fill:#ffffff,stroke:#1f2328,color:#1f2328",
}


def mermaid(drawing: Drawing) -> str:
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    ids = {box.id: f"s{at}" for at, box in enumerate(drawing.boxes)}
    yield "flowchart TD"
    yield f"  %% {drawing.name}: {drawing.title}"
    if drawing.notes:
        notes = [f"{outcome}: {when}" for outcome, when in drawing.notes.items()]
        yield f"  notes>{_text('Leaves from any step', *notes)}]:::look_rule"
    yield from (f"  {_box(box, ids)}" for box in drawing.boxes if box.section is None)
    for at, section in enumerate(drawing.sections):
        yield f"  subgraph section{at}[{_text(section)}]"
        yield from (f"    {_box(box, ids)}" for box in drawing.boxes if box.section == section)
        yield "  end"
    for line in drawing.lines:
        arrow = "-.->" if line.anywhere else "-->"
        words = f"|{_text(line.words)}|" if line.words else ""
        yield f"  {ids[line.start]} {arrow}{words} {ids[line.end]}"
    used = {box.look for box in drawing.boxes} | ({Look.RULE} if drawing.notes else set())
    yield from (f"  classDef look_{look} {style}" for look, style in CLASSES.items() if look in used)


def _box(box: Box, ids: Mapping[str, str]) -> str:
    before, after = SHAPES.get(box.look, ("[", "]"))
    count = [f"{box.count:,} here"] if box.count else []
    parts = [part for part in (box.title, *box.text.split("\n"), *count) if part]
    return f"{ids[box.id]}{before}{_text(*parts)}{after}:::look_{box.look}"


def _text(*parts: str) -> str:
    """In quotes, with what Mermaid would read as its own written as codes."""
    safe = [re.sub(r"""["#;<>|{}\[\]()`\\]""", lambda found: f"#{ord(found[0])};", part) for part in parts]
    return f'"{"<br/>".join(safe)}"'
