"""Deals and other records from a file: each row is an event about one; a row again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from nurture.clock import Clock
from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError
from nurture.services.event_leads import LeadRef
from nurture.services.importing_csv import CsvFile, plain_cell
from nurture.services.importing_rows import Row
from nurture.services.ingest import NewEvent, ingest
from nurture.services.lead_values import READERS, BadValue, Stored, plain_name
from nurture.services.records import RecordRef
from nurture.store.session import Store

AT_ONCE = 200
EMAIL, ID = "email", "id"


class NoColumn(NurtureError):
    """The file lacks a column that every record needs."""


@dataclass
class RecordReport:
    rows: int = 0
    accepted: int = 0
    known: int = 0
    """Rows that an earlier run of the same file has brought."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """(line, why)"""
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Columns:
    email: int
    id: int
    fields: dict[int, str]
    """Place -> whole name."""


def import_records(
    store: Store, clock: Clock, dictionary: Dictionary, kind: str, source: CsvFile
) -> RecordReport:
    """Raises NoColumn. The leads must be known."""
    report = RecordReport(rows=source.rows)
    columns = _columns(dictionary, kind, source, report)
    rows = source.read()
    while part := list(islice(rows, AT_ONCE)):
        events = dict(_events(part, columns, dictionary, kind, source, report))
        store.write_sync(_write, clock, events, report)
    store.poke()
    return report


def _columns(dictionary: Dictionary, kind: str, source: CsvFile, report: RecordReport) -> _Columns:
    named = {
        plain_name(name.partition(".")[2]): name for name in dictionary.fields if name.startswith(f"{kind}.")
    }
    places = {plain_name(name).removeprefix(f"{kind} "): place for place, name in enumerate(source.header)}
    for wanted in (EMAIL, ID):
        if wanted not in places:
            raise NoColumn(
                f"{source.path.name} has no column `{wanted}`.", f"It has: {', '.join(source.header)}."
            )
    fields = {place: named[name] for name, place in places.items() if name in named}
    used = {places[EMAIL], places[ID], *fields}
    report.unused = [name for place, name in enumerate(source.header) if place not in used]
    return _Columns(places[EMAIL], places[ID], fields)


def _events(
    part: list[Row],
    columns: _Columns,
    dictionary: Dictionary,
    kind: str,
    source: CsvFile,
    report: RecordReport,
) -> Iterator[tuple[int, NewEvent]]:
    for row in part:
        if row.broken:
            report.refused.append((row.line, row.broken))
            continue
        cells = [plain_cell(cell) for cell in row.cells]
        cells += [""] * (len(source.header) - len(cells))
        try:
            fields = dict(_fields(cells, columns, dictionary))
        except BadValue as bad:
            report.refused.append((row.line, bad.message))
            continue
        if not cells[columns.id].strip():
            report.refused.append((row.line, "it has no id"))
            continue
        record = RecordRef(kind, cells[columns.id].strip()[:200], fields)
        key = f"{source.fingerprint[:40]}/{row.last}"
        lead = LeadRef(email=cells[columns.email])
        yield row.line, NewEvent("import", key, f"{kind}.imported", lead, record=record)


def _fields(cells: list[str], columns: _Columns, dictionary: Dictionary) -> Iterator[tuple[str, Stored]]:
    for place, name in columns.fields.items():
        if cells[place].strip():
            try:
                yield name.partition(".")[2], READERS[dictionary.fields[name]](cells[place])
            except BadValue as bad:
                raise BadValue(f"{name}: {bad.message}") from None


def _write(conn: Connection, clock: Clock, events: dict[int, NewEvent], report: RecordReport) -> None:
    found = ingest(conn, clock, list(events.values()), create=False)
    counts = {"accepted": 0, "duplicate": 0}
    for line, one in zip(events, found, strict=True):
        if one.status == "refused":
            report.refused.append((line, one.reason))
        else:
            counts[one.status] += 1
    report.accepted += counts["accepted"]
    report.known += counts["duplicate"]
