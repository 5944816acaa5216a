"""``nurture test --write``: what must happen, written into the file of the stories.

Only lines that are wrong or missing are touched. Comments and everything that she does stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nurture.authoring.stories.journey import Happened
from nurture.authoring.stories.story import Item, Moment, Story
from nurture.authoring.stories.verdict import matched, minute
from nurture.authoring.stories.words import GIVENS

TIME = re.compile(r"""["']?[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d(Z?)["']?""")
COMMENT = re.compile(r"\s+#.*$")
DEEDS = ("notify", "digest", "calls", "list", "tag", "stage", "set", "sla", "enrols", "leaves")
"""What counts only when it is written, and is worth reading."""
PLAIN = re.compile(r"^[A-Za-z][\w .@*/+-]*$")


@dataclass
class Edit:
    """Lines ``first`` to ``last`` (from 1) are replaced; ``first`` after ``last``: put in before it."""

    first: int
    last: int
    lines: list[str] = field(default_factory=list)


def written(text: str, stories: Sequence[tuple[Story, Sequence[Happened]]]) -> str:
    """The text of the file with all that happened in these stories."""
    lines = text.split("\n")
    edits = [edit for story, happened in stories for edit in _edits(lines, story, happened)]
    for edit in sorted(edits, key=lambda edit: (edit.first, edit.last), reverse=True):
        lines[edit.first - 1 : edit.last] = edit.lines
    return "\n".join(lines)


def _edits(lines: Sequence[str], story: Story, happened: Sequence[Happened]) -> Iterator[Edit]:
    rows, left = matched(story, happened)
    more = [one for one in left if one.word in _written_words(story)]
    for at, moment in enumerate(story.tale):
        until = story.tale[at + 1].at if at + 1 < len(story.tale) else None
        now = [one for one in more if minute(one.at) == moment.at]
        later = [
            one for one in more if minute(one.at) > moment.at and (until is None or minute(one.at) < until)
        ]
        last = _last_line(lines, moment)
        gone = [item for item, row in zip(moment.items, rows[at], strict=True) if not row.agrees]
        if now or gone:
            yield Edit(moment.place.line, last, list(_line(lines, moment, last, gone, now)))
        if later:
            yield Edit(last + 1, last, list(_new_lines(lines, moment, story, later)))


def _written_words(story: Story) -> frozenset[str]:
    """What a tale must list, and what it speaks of elsewhere; of one that expects nothing yet, all."""
    words = {item.word for moment in story.tale for item in moment.items}
    if words <= set(GIVENS):
        return frozenset({*story.complete, *DEEDS})
    return frozenset({*story.complete, *words.intersection(DEEDS)})


def _last_line(lines: Sequence[str], moment: Moment) -> int:
    """Of what stands at this time; a list in brackets ends at its bracket."""
    last = max(item.place.line for item in moment.items)
    if _in_brackets(lines, moment):
        while "]" not in COMMENT.sub("", lines[last - 1]):
            last += 1
    return last


def _in_brackets(lines: Sequence[str], moment: Moment) -> bool:
    return _value(lines, moment).startswith("[")


def _value(lines: Sequence[str], moment: Moment) -> str:
    """What stands behind the time, on its line."""
    line = lines[moment.place.line - 1][moment.place.column - 1 :]
    found = TIME.match(line)
    return line[found.end() :].lstrip(": ") if found else ""


def _line(
    lines: Sequence[str], moment: Moment, last: int, gone: Sequence[Item], now: Sequence[Happened]
) -> Iterator[str]:
    first = lines[moment.place.line - 1]
    start = first[: moment.place.column - 1]
    found = TIME.match(first[len(start) :])
    time = found[0] if found else ""
    kept = [item for item in moment.items if item not in gone]
    if moment.items[0].place.line > moment.place.line and not _in_brackets(lines, moment):
        yield from _block(lines, moment, kept, gone, now)
        return
    texts = [_quoted(item.text) for item in kept] + [_words(one) for one in now]
    comments = [one for at in range(moment.place.line, last + 1) if (one := _comment(lines[at - 1]))]
    indent = " " * (len(start) - len(start.lstrip()))
    for comment in comments[: len(comments) if not texts else -1]:
        yield indent + comment[1]
    if texts:
        yield _with_comment(f"{start}{time}: {_together(texts)}", comments[-1] if comments else None)


def _block(
    lines: Sequence[str], moment: Moment, kept: Sequence[Item], gone: Sequence[Item], now: Sequence[Happened]
) -> Iterator[str]:
    """Items on lines of their own."""
    away = {item.place.line for item in gone}
    item = lines[moment.items[0].place.line - 1]
    start = item[: len(item) - len(item.lstrip())] + "- "
    if kept or now:
        yield lines[moment.place.line - 1]
    for at in range(moment.place.line + 1, max(item.place.line for item in moment.items) + 1):
        if at not in away:
            yield lines[at - 1]
    yield from (start + _words(one) for one in now)


def _new_lines(
    lines: Sequence[str], moment: Moment, story: Story, later: Sequence[Happened]
) -> Iterator[str]:
    line = lines[moment.place.line - 1]
    found = TIME.match(line[moment.place.column - 1 :])
    zulu = bool(found and found[1])
    times: dict[datetime, list[str]] = {}
    for one in later:
        times.setdefault(minute(one.at), []).append(_words(one))
    for at, texts in times.items():
        local = at.astimezone(UTC if zulu else story.zone)
        time = f"{local:%a %Y-%m-%d %H:%M}{'Z' if zulu else ''}"
        yield f"{line[: moment.place.column - 1]}{time}: {_together(texts)}"


def _comment(line: str) -> tuple[int, str] | None:
    """Its column, and the comment."""
    found = COMMENT.search(line)
    return (found.start() + len(found[0]) - len(found[0].lstrip()), found[0].lstrip()) if found else None


def _with_comment(line: str, comment: tuple[int, str] | None) -> str:
    if comment is None:
        return line
    return f"{line.ljust(comment[0] - 2)}  {comment[1]}"


def _together(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _words(one: Happened) -> str:
    return _quoted(one.text)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return text if PLAIN.match(text) else f"'{escaped}'"
