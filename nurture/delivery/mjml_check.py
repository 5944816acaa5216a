"""What is wrong with a text in MJML, each with its line: its compiler names none, and leaves out what it does
not know without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from nurture.delivery.front_matter import SourceError
from nurture.delivery.nesting import CLOSE, TOO_DEEP, line_at, too_deep

PARTS = (
    "all accordion accordion-element accordion-text accordion-title attributes body breakpoint button "
    "carousel carousel-image class column divider font group head hero image navbar navbar-link preview "
    "raw section social social-element spacer style table text title wrapper"
)
TAGS = frozenset({"mjml", *(f"mj-{part}" for part in PARTS.split())})
EMPTY = frozenset(["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
"""Tags of HTML that have no end."""
VALUE = r"""\s*=\s*(?:"[^"]*"|'[^']*')"""
SKIPPED = r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<![a-zA-Z][^>]*>"
TOKEN = re.compile(rf"(?P<skipped>{SKIPPED})|<(?P<tag>/?[a-zA-Z][\w:-]*)|<", re.DOTALL)
REST = re.compile(rf"(?:\s++[\w:@.-]++(?:{VALUE})?)*+\s*+(?P<alone>/?)>")
UNQUOTED = re.compile(r"""\s+[\w:@.-]+\s*=\s*[^\s"'>]""")
PLAIN_SIGN = "Write &lt; for a < that begins no tag; in a condition, compare the other way round."


@dataclass(frozen=True)
class Tag:
    name: str
    line: int

    @property
    def closes(self) -> bool:
        return self.name.startswith("/")


def check_mjml(file: str, text: str, first_line: int) -> None:
    """Raises SourceError."""
    at = too_deep(text, xml=True)
    if at is not None:
        raise SourceError(file, first_line + line_at(text, at) - 1, f"{TOO_DEEP.capitalize()}.", CLOSE)
    inside: list[Tag] = []
    for tag in _tags(file, text, first_line):
        name = tag.name.removeprefix("/")
        if name.startswith("mj") and name not in TAGS:
            raise SourceError(file, tag.line, f"MJML has no <{name}>.", _instead(name))
        if not tag.closes:
            inside.append(tag)
        elif not inside or inside[-1].name != name:
            raise _crossed(file, tag, inside)
        else:
            inside.pop()
    if inside:
        raise _open(file, inside[-1])


def _tags(file: str, text: str, line: int) -> Iterator[Tag]:
    """Those that open something, and those that close it."""
    at = 0
    for found in TOKEN.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        if found["skipped"]:
            continue
        if not found["tag"]:
            raise SourceError(file, line, "This < begins no tag.", PLAIN_SIGN)
        rest = REST.match(text, found.end())
        if not rest:
            raise _misshapen(file, line, found["tag"], text[found.end() :])
        if not rest["alone"] and found["tag"] not in EMPTY:
            yield Tag(found["tag"], line)


def _instead(name: str) -> str:
    near = get_close_matches(name, TAGS, n=1)
    return f"Did you mean <{near[0]}>?" if near else "See https://documentation.mjml.io."


def _misshapen(file: str, line: int, tag: str, rest: str) -> SourceError:
    if UNQUOTED.search(rest.partition(">")[0]):
        return SourceError(file, line, f"A value in <{tag}> has no quotes.", f'Write <{tag} name="value">.')
    return SourceError(file, line, f"<{tag} cannot be read.", 'A tag looks like <mj-text color="#333333">.')


def _crossed(file: str, end: Tag, inside: list[Tag]) -> SourceError:
    name = end.name[1:]
    if not any(tag.name == name for tag in inside):
        said = f"<{end.name}> closes nothing: no <{name}> is open here."
        return SourceError(file, end.line, said, "Delete it, or write what it closes.")
    return _open(file, inside[-1])


def _open(file: str, tag: Tag) -> SourceError:
    hint = f"Write </{tag.name}> where it ends" + (
        f", or <{tag.name} /> if there is nothing in it." if tag.name.startswith("mj-") else "."
    )
    return SourceError(file, tag.line, f"<{tag.name}> is never closed.", hint)
