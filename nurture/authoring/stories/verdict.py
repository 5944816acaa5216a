"""The tale beside what happened, and whether the two agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from nurture.authoring.stories.journey import Happened
from nurture.authoring.stories.story import Item, Story
from nurture.authoring.stories.words import EXPECTED

WRONG = ("stops", "cannot")
"""What a journey must never do, whether listed or not."""
COLUMNS = 80
TIME, TOLD = 22, 27
"""Widths of the first two columns."""


@dataclass(frozen=True)
class Row:
    at: datetime
    told: str
    happened: str
    agrees: bool
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    story: Story
    rows: Sequence[Row]
    next: Happened | None = None
    """Of one that holds: what would have to be told next. Her journey goes on after the last line."""

    @property
    def holds(self) -> bool:
        return all(row.agrees for row in self.rows)


def matched(story: Story, happened: Sequence[Happened]) -> tuple[list[list[Row]], list[Happened]]:
    """A row for each item of each line, and what happened besides."""
    left = list(happened)
    return [[_row(moment.at, item, left) for item in moment.items] for moment in story.tale], left


def judge(story: Story, happened: Sequence[Happened], refusals: Sequence[Happened] = ()) -> Verdict:
    """``refusals``: shown for those who look why nothing happens; a story need not tell them."""
    lines, left = matched(story, happened)
    rows = [row for line in lines for row in line]
    rows += [
        Row(
            one.at,
            "",
            one.text,
            one.word not in (*story.complete, *WRONG),
            one.because,
        )
        for one in left
    ]
    rows += [Row(one.at, "", f"{one.word}: {one.what}", agrees=True) for one in refusals]
    return Verdict(story, sorted(rows, key=lambda row: minute(row.at)))


def _row(at: datetime, item: Item, left: list[Happened]) -> Row:
    if item.word not in EXPECTED:
        return Row(at, item.text, "", agrees=True)
    if item.word == "nothing":
        found = [one for one in left if minute(one.at) == minute(at)]
        return Row(at, item.text, "", agrees=not found)
    match = next((one for one in left if minute(one.at) == minute(at) and _same(item, one)), None)
    if match is None:
        return Row(at, item.text, "", agrees=False)
    left.remove(match)
    return Row(at, item.text, match.text, agrees=True, because=match.because)


def _same(item: Item, one: Happened) -> bool:
    if item.word != one.word:
        return False
    told = " ".join(item.args)
    return told in ("", one.what, f"{one.what} {one.record}") or (
        item.word == "set" and one.what.startswith(f"{told} ")
    )


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def render(verdict: Verdict, path: str) -> str:
    """A table of 80 columns; ``!`` marks where the two disagree, and every turn tells its reason."""
    lines = [f"{path}:{verdict.story.place.line}: {verdict.story.title}", ""]
    if first := next((row for row in verdict.rows if not row.agrees), None):
        at = f"{minute(first.at).astimezone(verdict.story.zone):%a %Y-%m-%d %H:%M}"
        lines += [f"  From {at} on it is not as told.", ""]
    lines.append(f"  {'':{TIME}}{'the story says':{TOLD}}  what happened")
    before = None
    for row in verdict.rows:
        local = f"{minute(row.at).astimezone(verdict.story.zone):%a %Y-%m-%d %H:%M}"
        lines += _lines(row, "" if local == before else local)
        before = local
    return "\n".join(line.rstrip() for line in lines)


def render_half(verdict: Verdict, path: str) -> str:
    """One whose tale stops before her journey does; empty if it does not."""
    if verdict.next is None:
        return ""
    at = f"{minute(verdict.next.at).astimezone(verdict.story.zone):%a %Y-%m-%d %H:%M}"
    where = f"{path}:{verdict.story.place.line}: {verdict.story.title}"
    return f"{where}\n  what comes next is not told: {at}: {verdict.next.text}"


def _lines(row: Row, time: str) -> Iterator[str]:
    mark = " " if row.agrees else "!"
    told = row.told or ("" if row.agrees else "-")
    happened = row.happened or ("" if row.agrees else "-")
    start = f"  {time:{TIME}}{told:{TOLD}}{mark} "
    first, *more = wrap(happened, max(COLUMNS - len(start), 20), break_on_hyphens=False) or [""]
    yield start + first
    yield from (" " * len(start) + line for line in more)
    indent = " " * (TIME + 6)
    for reason in row.because:
        yield from wrap(
            reason,
            COLUMNS,
            initial_indent=f"{indent}- ",
            subsequent_indent=f"{indent}  ",
            break_on_hyphens=False,
        )
