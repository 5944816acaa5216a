"""What happened before there was Nurture: dated events from a file. They score as of their day and start
nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from nurture.domain.date_fields import at_home
from nurture.domain.own_events import RESERVED
from nurture.services import quietly
from nurture.services.desk import Desk
from nurture.services.event_leads import LeadRef, whom
from nurture.services.history_columns import Columns
from nurture.services.importing_csv import CsvFile, plain_cell
from nurture.services.importing_progress import finish, move_on, start
from nurture.services.importing_refused import refused_rows
from nurture.services.importing_rows import Row
from nurture.services.ingest import NEWEST
from nurture.services.lead_values import READERS, BadValue
from nurture.store.session import Store
from nurture.store.tables import events
from nurture.store.upserts import insert_unless_there

AT_ONCE = 500
SHOWN = 20
SOURCE = "history"
TYPE = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")
LONGEST = 2000
LED = ("email.clicked", "email.opened", "email.replied", "survey.answered")
"""Of our own kinds of events those that another system's history has as well."""
STOPS = ("email.unsubscribed", "email.complained", "email.bounced")


@dataclass
class Report:
    rows: int = 0
    accepted: int = 0
    known: int = 0
    """Rows that were there already."""
    refused: int = 0
    resumed_at: int = 0
    reasons: list[tuple[int, str]] = field(default_factory=list)
    """(line, why) of the first refused rows."""
    refused_file: Path | None = None


@dataclass(frozen=True)
class Wanted:
    columns: Columns
    dry_run: bool = False

    def key(self, source: CsvFile) -> str:
        way = repr(sorted(vars(self.columns).items(), key=lambda one: one[0]))
        return hashlib.sha256(f"history {source.fingerprint} {way}".encode()).hexdigest()


@dataclass(frozen=True)
class _Told:
    line: int
    email: str
    type: str
    at: datetime
    data: Mapping[str, str]
    id: str

    @property
    def key(self) -> str:
        """The same event is the same row, whatever file it comes in."""
        said = json.dumps([self.email.lower(), self.type, self.at.isoformat(), self.data], sort_keys=True)
        return self.id[:200] or hashlib.sha256(said.encode()).hexdigest()


class _Rehearsed(Exception):
    """Takes back what a dry run has written."""

    def __init__(self, counts: Counter[str]) -> None:
        super().__init__()
        self.counts = counts


def import_history(
    store: Store,
    desk: Desk,
    source: CsvFile,
    wanted: Wanted,
    refused_path: Path,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """The leads must be known. Raises AlreadyImporting."""
    begun = (
        None if wanted.dry_run else store.write_sync(start, desk.clock, source.path.name, wanted.key(source))
    )
    report = Report(rows=source.rows, resumed_at=begun.rows if begun else 0)
    counts: Counter[str] = Counter()
    rows, place = source.read(), 0
    with refused_rows(source, refused_path) as refused:
        while chunk := list(islice(rows, AT_ONCE)):
            good, bad = store.read_sync(_sorted_out, desk, chunk, source, wanted.columns)
            for row, why in bad:
                refused.add(row, [why])
                report.reasons += [(row.line, why)] if len(report.reasons) < SHOWN else []
            if place >= report.resumed_at:
                part = _Part(begun.id if begun else "", place, [(row.line, [why]) for row, why in bad])
                counts += _rehearse_or_write(store, desk, good, part)
            place += len(chunk)
            advance(len(chunk))
        report.refused, report.refused_file = refused.count, refused.path
    report.accepted, report.known = counts["created"], counts["unchanged"]
    if begun:
        store.write_sync(finish, desk.clock, begun.id)
    return report


@dataclass(frozen=True)
class _Part:
    job: str
    place: int
    bad: Sequence[tuple[int, Sequence[str]]]


Good = Sequence[tuple[str, _Told]]
"""With the id of the lead."""


def _sorted_out(
    conn: Connection, desk: Desk, chunk: Sequence[Row], source: CsvFile, columns: Columns
) -> tuple[Good, Sequence[tuple[Row, str]]]:
    now, zone = desk.clock.now(conn), desk.library.rules(conn).dictionary.company_zone
    read = [(row, _read(row, len(source.header), columns, now, zone)) for row in chunk]
    of = whom(
        conn,
        desk.clock,
        {LeadRef(email=told.email) for _, told in read if not isinstance(told, str)},
        create=False,
    )
    good, bad = [], []
    for row, told in read:
        if isinstance(told, str):
            bad.append((row, told))
        elif lead := of.known.get(LeadRef(email=told.email)):
            good.append((lead, told))
        else:
            why = of.refused[LeadRef(email=told.email)]
            bad.append((row, f"{why}: import the leads first" if why.startswith("no lead") else why))
    return good, bad


def _read(row: Row, width: int, columns: Columns, now: datetime, zone: Any) -> _Told | str:
    """The event of a row, or what is wrong with it."""
    if row.broken:
        return row.broken
    cells = [plain_cell(cell).strip() for cell in row.cells] + [""] * (width - len(row.cells))
    if not cells[columns.email]:
        return "it has no address"
    if why := _wrong_type(cells[columns.event]):
        return why
    try:
        at = at_home(datetime.fromisoformat(str(READERS["date"](cells[columns.at]))), zone)
    except BadValue as bad:
        return f"at: {bad.message}" if cells[columns.at] else "it says no time: history needs one"
    if at > now + NEWEST:
        return "at: it has not happened yet"
    data = {name: cells[place] for place, name in columns.data.items() if cells[place]}
    if any(len(value) > LONGEST for value in data.values()):
        return f"a cell has more than {LONGEST:,} characters"
    number = cells[columns.id] if columns.id is not None else ""
    return _Told(row.line, cells[columns.email], cells[columns.event], at, data, number)


def _wrong_type(kind: str) -> str:
    if kind in STOPS:
        return f"event: {kind} stops mail, which history does not do; it cannot be brought in this way"
    if kind in RESERVED and kind not in LED:
        return f"event: only Nurture itself makes {kind}"
    if not kind or len(kind) > 100 or not TYPE.fullmatch(kind):
        return "event: a name such as page.viewed or form.submitted was expected"
    return ""


def _rehearse_or_write(store: Store, desk: Desk, good: Good, part: _Part) -> Counter[str]:
    try:
        return store.write_sync(_write, desk, good, part)
    except _Rehearsed as rehearsed:
        return rehearsed.counts


def _write(conn: Connection, desk: Desk, good: Good, part: _Part) -> Counter[str]:
    now = desk.clock.now(conn)
    rows = {told.key: _row(lead, told, now) for lead, told in good}
    returning = insert_unless_there(conn, events).returning(events.c.key)
    new = list(conn.scalars(returning, list(rows.values()))) if rows else []
    quietly.settle(conn, desk, SOURCE, new, now)
    counts = Counter(created=len(new), unchanged=len(good) - len(new), refused=len(part.bad))
    if not part.job:
        raise _Rehearsed(counts)
    move_on(conn, part.job, part.place, counts, part.bad)
    return counts


def _row(lead: str, told: _Told, now: datetime) -> dict[str, Any]:
    """Looked at already: nobody is woken, let in or told."""
    row = {"source": SOURCE, "key": told.key, "type": told.type, "lead_id": lead, "occurred_at": told.at}
    row |= {"received_at": now, "judge_at": now, "looked_at": now, "verdict": "human"}
    return row | {"data": dict(told.data)}
