"""MJML, made into HTML when a message is read. Needs the extra `mjml`; nothing is fetched."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from nurture.delivery.front_matter import SourceError
from nurture.delivery.nesting import CLOSE, TOO_DEEP, line_at, too_deep

try:
    from mjml import mjml2html
except ImportError:  # an extra
    mjml2html = None  # type: ignore[assignment]

MJML = ".mjml"
TAG = re.compile(r"<(mj[a-z-]*)\b")
PARTS = [
    "all",
    "accordion",
    "accordion-element",
    "accordion-text",
    "accordion-title",
    "attributes",
    "body",
    "breakpoint",
    "button",
    "carousel",
    "carousel-image",
    "class",
    "column",
    "divider",
    "font",
    "group",
    "head",
    "hero",
    "image",
    "navbar",
    "navbar-link",
    "preview",
    "raw",
    "section",
    "social",
    "social-element",
    "spacer",
    "style",
    "table",
    "text",
    "title",
    "wrapper",
]
TAGS = frozenset({"mjml", *(f"mj-{part}" for part in PARTS)})


def is_whole(text: str) -> bool:
    """Whether it is a document of its own, and not what goes into a layout."""
    return text.lstrip().startswith("<mjml")


def check_tags(file: str, text: str, first_line: int) -> None:
    """The compiler leaves out what it does not know without a word. Raises SourceError."""
    for line, tag in _tags(text):
        if tag not in TAGS:
            near = get_close_matches(tag, TAGS, n=1)
            hint = f"Did you mean <{near[0]}>?" if near else "See https://documentation.mjml.io."
            raise SourceError(file, first_line + line - 1, f"MJML has no <{tag}>.", hint)
    at = too_deep(text, xml=True)
    if at is not None:
        raise SourceError(file, first_line + line_at(text, at) - 1, f"{TOO_DEEP.capitalize()}.", CLOSE)


def compiled(file: str, text: str) -> str:
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


def _tags(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        yield from ((number, tag) for tag in TAG.findall(line))
