"""MJML, made into HTML when a message is read. Needs the extra `mjml`; nothing is fetched."""

import re
from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path

from nurture.delivery.blocks import INCLUDE, Line
from nurture.delivery.front_matter import (
    DEFAULT_LAYOUT,
    Headers,
    SourceError,
    front_matter,
    nearest,
    read_text,
)
from nurture.delivery.mjml_check import check_mjml
from nurture.delivery.mjml_lines import EXPRESSION, marked, taken_out
from nurture.delivery.nesting import CLOSE, TOO_DEEP, too_deep

try:
    from mjml import mjml2html
except ImportError:  # an extra
    mjml2html = None  # type: ignore[assignment]

MJML = ".mjml"
CONTENT = "{{ content }}"
NO_LAYOUT = "`nurture init` writes one; or begin the message with <mjml>, and it needs none."


def drawn(
    templates_dir: Path, file: str, frame: Callable[[str], str]
) -> tuple[Headers, str, tuple[Line, ...]]:
    """Its headers, the HTML with what stands in braces as it was, and where each of its lines comes from.
    ``frame``: the file of the layout of a name. Raises SourceError."""
    headers, body, first = front_matter(file, read_text(templates_dir, file))
    check_mjml(file, body, first)
    if found := INCLUDE.search(body):
        line = first + body.count("\n", 0, found.start())
        raise SourceError(file, line, "A message in MJML has no blocks.", "Write it out here.")
    body, files = marked(body, 0, first), [file]
    if not is_whole(body):
        layout, line = headers.get("layout", (DEFAULT_LAYOUT, 1))
        files.append(frame(layout))
        around = _around(templates_dir, files[1], layout, (file, line))
        body = _put(marked(around, 1, 1), "content", body)
    for header in ("subject", "preheader"):
        body = _put(body, header, _escaped(headers.get(header, ("", 1))[0]))
    html, lines = taken_out(_compiled(file, body), files, (file, first))
    return headers, html, lines


def is_whole(text: str) -> bool:
    """Whether it is a document of its own, and not what goes into a layout."""
    return text.lstrip().startswith("<mjml")


def _around(templates_dir: Path, frame: str, layout: str, asked_at: Line) -> str:
    """The text of the layout."""
    if not (templates_dir / frame).is_file():
        known = sorted(path.stem for path in (templates_dir / frame).parent.glob(f"*{MJML}"))
        hint = nearest(layout, known) if known else NO_LAYOUT
        raise SourceError(*asked_at, f"There is no layout {frame}.", hint)
    around = read_text(templates_dir, frame)
    check_mjml(frame, around, 1)
    if CONTENT not in around:
        raise SourceError(frame, 1, f"{CONTENT} is missing.", "Write it where the message stands.")
    return around


def _escaped(text: str) -> str:
    """But for what stands in braces."""
    ends = [0, *(end for found in EXPRESSION.finditer(text) for end in found.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(part if odd % 2 else escape(part, quote=False) for odd, part in enumerate(parts))


def _put(text: str, name: str, given: str) -> str:
    return re.sub(rf"(?:\{{#@\d+:\d+#\}})?\{{\{{ {name} \}}\}}", lambda _: given, text)


def _compiled(file: str, text: str) -> str:
    """On one line: its lines would be those of no file. Raises SourceError."""
    if mjml2html is None:
        raise SourceError(file, 1, "MJML cannot be read here.", "Run `pip install 'nurture[mjml]'`.")
    if too_deep(text, xml=True) is not None:  # only with its layout
        raise SourceError(file, 1, f"{TOO_DEEP.capitalize()}.", CLOSE)
    try:
        html = mjml2html(text)
    except ValueError as error:
        said = f"This is not MJML: {error}."
        raise SourceError(file, 1, said, "Close every tag; write &lt; for < and &amp; for &.") from None
    return " ".join(str(html).splitlines())
