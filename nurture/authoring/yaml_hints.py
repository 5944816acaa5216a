"""What to write instead, for the YAML mistakes that people make in content files."""

from __future__ import annotations

import re

from nurture.authoring.nodes import Place
from nurture.authoring.source import Source

# What stands after the key, up to the end of the line.
VALUE = re.compile(r"^(\s*(?:- )*(?:(?:if|unless|when|until|why|title|[a-z-]+):|-)\s+)(?P<value>.*\S)\s*$")
QUOTE_OPEN, NOTHING_LEFT = "found unexpected end of stream", "found '<stream end>'"
UNKNOWN = {
    "expected <block end>": "the line does not fit to the lines around it",
    "mapping values are not allowed here": "a second `: ` on this line",
    "could not find expected ':'": "a `:` is missing after the key",
    "found unexpected end of stream": "a quote is opened and never closed",
    "expected ',' or": "a comma or a closing bracket is missing before this",
    "that cannot start any token": "a value may not begin with this sign",
    "but found another document": "a second document begins here",
}


def explain(source: Source, at: Place, problem: str, began: Place | None = None) -> None:
    """Reports a parser's complaint in a marketer's words. ``began``: where what it could not end begins."""
    if "\\t" in problem or source.line(at.line)[at.column - 1 : at.column] == "\t":
        source.report("tab", at, "a tab; YAML wants spaces", "Replace it by spaces; two per level is usual.")
        return
    if began and QUOTE_OPEN in problem:
        text, hint = "a quote is opened here and never closed", "Close the quote on the line where it begins."
        source.report("yaml", began, f"this is not YAML: {text}", hint)
        return
    opened = _bracket(source, began)
    if at.line > 1 and not source.line(at.line).strip() and (opened or NOTHING_LEFT in problem):
        text, hint = "a bracket is opened and never closed", "Find the `[` or `{` that has no closing one."
        hint = f"{opened} needs its closing bracket." if opened else hint
        source.report(
            "yaml", began if opened and began else _last(source, at), f"this is not YAML: {text}", hint
        )
        return
    text = next((ours for theirs, ours in UNKNOWN.items() if theirs in problem), problem)
    source.report("yaml", at, f"this is not YAML: {text}", _hint(source, at, problem, opened))


def _bracket(source: Source, began: Place | None) -> str:
    """Words for the bracket there; empty: it is none."""
    sign = source.line(began.line)[began.column - 1 : began.column] if began else ""
    return f"The `{sign}` of line {began.line}" if began and sign in ("[", "{") else ""


def _last(source: Source, at: Place) -> Place:
    """The last line before with anything on it."""
    line = next((line for line in range(at.line, 0, -1) if source.line(line).strip()), at.line)
    return Place(line, len(source.line(line)) or 1)


def _hint(source: Source, at: Place, problem: str, opened: str) -> str:
    line = source.line(at.line)
    if whole := quoted(line):
        return f"Put single quotes around the whole: {whole}"
    if ", or" in problem or "expected ',' or" in problem:
        return f"{opened or 'A `{` or `[`'} is not closed, or a comma is missing."
    return "Check that the line begins in the same column as its neighbours, and that keys end with `: `."


def quoted(line: str) -> str | None:
    """The line as it would be read, if the trouble is in what stands after its key."""
    match = VALUE.match(line)
    if match is None:
        return None
    value = match["value"]
    if value[0] in "[{" and value[-1] in "]}":
        return None
    special = value[0] in '"@`%!&*|>' or ": " in value or (value[0] in "[{" and value[-1] not in "]}")
    if not special or value.startswith("'"):
        return None
    return match[1].strip() + " '" + value.replace("'", "''") + "'"
