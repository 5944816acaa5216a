"""Which line of a file in MJML something of the HTML comes from. The compiler forgets lines, but keeps
comments of templates: one before each expression comes through, and becomes an unseen line break."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nurture.delivery.blocks import Line

EXPRESSION = re.compile(r"(?P<comment>\{#.*?(?:#\}|\Z))|\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
MARK = re.compile(r"\{#@(\d+):(\d+)#\}")
RAW = re.compile(r"\{%-?\s*raw\b")
BREAK = "{#\n#}"


def marked(text: str, number: int, first_line: int) -> str:
    """``number``: of the file among those that ``taken_out`` is told."""
    if RAW.search(text):
        return text
    done, end, line = "", 0, first_line
    for found in EXPRESSION.finditer(text):
        done += text[end : found.start()]
        line += text.count("\n", end, found.start())
        done += found[0] if found["comment"] else f"{{#@{number}:{line}#}}{found[0]}"
        line, end = line + found[0].count("\n"), found.end()
    return done + text[end:]


def taken_out(html: str, files: Sequence[str], first: Line) -> tuple[str, tuple[Line, ...]]:
    """The HTML, broken into lines where the marks were, and where each of them stands."""
    html = EXPRESSION.sub(lambda found: found[0].replace('\\"', '"'), html)  # as the compiler writes a title
    lines = [first, *((files[int(file)], int(line)) for file, line in MARK.findall(html))]
    return MARK.sub(BREAK, html), tuple(lines)
