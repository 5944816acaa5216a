"""Reading a file of leads with outcomes, for `nurture score backtest` and `nurture score suggest`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nurture.authoring.problems import render
from nurture.authoring.reader import read_yaml
from nurture.domain.errors import NurtureError
from nurture.services.outcomes.guessing import guessed
from nurture.services.outcomes.mapping import Columns, check_mapping
from nurture.services.outcomes.rows import NoOutcomes, Outcomes, outcome_of, read_cells, read_outcomes

File = Annotated[Path, typer.Argument(help="A CSV file: one lead a row, and who was won.")]
Won = Annotated[str | None, typer.Option(help="Which column says who was won, and how: Converted=1.")]
Lost = Annotated[
    str | None,
    typer.Option(
        help="How it says lost, where others are still open: Lost,Unqualified.  [default: all not won]",
        show_default=False,
    ),
]
Encoding = Annotated[str, typer.Option(help="How letters are written in the file.  [default: utf-8]")]
Given = Annotated[
    Path | None,
    typer.Option("--mapping", help="What the columns are, as `score suggest` writes it down."),
]
Part = Annotated[
    int | None,
    typer.Option(min=1, max=99, help="Only so many percent of the rows: always the same ones."),
]
Rest = Annotated[int | None, typer.Option(min=1, max=99, help="Only the rows that --part leaves out.")]


class Outcome(StrEnum):
    WON = "won"
    ACCEPTED = "accepted"


DAYS = ["%Y-%m-%d"]
Since = Annotated[
    datetime | None, typer.Option(formats=DAYS, help="Only who came from this day on, by the column `date`.")
]
Before = Annotated[datetime | None, typer.Option(formats=DAYS, help="Only who came before this day.")]
Page = Annotated[Path | None, typer.Option(help="Write a page with pictures into this file: report.html.")]


OwnFile = Annotated[
    Path | None,
    typer.Argument(
        help="A CSV file: one lead a row, and who was won.  [default: our own history]", show_default=False
    ),
]
What = Annotated[
    Outcome, typer.Option("--outcome", help="Of our own history: who was won, or whom sales accepted.")
]


class Wrong(NurtureError):
    """A file beside the leads has problems."""


@dataclass(frozen=True)
class Cut:
    """Which rows of the file: a share of them, or those of some days."""

    part: int | None = None
    rest: int | None = None
    since: datetime | None = None
    before: datetime | None = None

    def of(self, found: Outcomes) -> Outcomes:
        if self.part and self.rest:
            hint = "Learn from one, look at the other."
            raise NurtureError("--part and --rest cannot go together.", hint)
        if self.part or self.rest:
            found = found.part(self.part or self.rest or 0, rest=self.rest is not None)
        if self.since or self.before:
            if not found.columns.date:
                hint = "Name it in the mapping: `date: Created`. Days are written 2026-03-31 or 31.03.2026."
                raise NoOutcomes("No column says when a lead came.", hint)
            since, before = (day.date() if day else None for day in (self.since, self.before))
            found = found.between(since, before)
            if not found.rows:
                raise NoOutcomes(f"Nobody has a day of that time in `{found.columns.date}`.")
        return found


def outcomes(
    path: Path, won: str | None, lost: str | None, mapping: Path | None, cut: Cut, encoding: str
) -> Outcomes:
    file, cells = read_cells(path, encoding)
    told = outcome_of(file.header, cells, won, lost or "") if won else None
    if mapping:
        columns = _mapped(mapping, file.header)
        if told and not _same(columns, *told):
            raise NurtureError("The mapping says otherwise than --won and --lost.", "Leave these out.")
    elif told:
        columns = guessed(file.header, cells, *told)
    else:
        hint = "Say it with --won Converted=1, or give a --mapping."
        raise NoOutcomes("Nothing says which column tells who was won.", hint)
    found = read_outcomes(file.header, cells, columns)
    if not found.rows:
        raise NoOutcomes("No row of the file has an outcome.", "Look at the column that --won names.")
    return cut.of(found)


def _same(columns: Columns, outcome: str, *told: tuple[str, ...]) -> bool:
    """Whether the options say what the mapping says."""
    values = [{word.casefold() for word in words} for words in (columns.won, columns.lost, *told)]
    return columns.outcome == outcome and values[:2] == values[2:]


def _mapped(path: Path, header: tuple[str, ...]) -> Columns:
    if not path.is_file():
        raise NurtureError(f"There is no {path}.", "`nurture score suggest` writes one to begin with.")
    source, root = read_yaml(str(path), path.read_bytes())
    columns = check_mapping(source, root, header) if root is not None else None
    if columns is None:
        raise Wrong(render(source.problems), "Mend the mapping.")
    return columns
