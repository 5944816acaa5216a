from __future__ import annotations

import csv
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from nurture.clock import RealClock
from nurture.domain.dictionary import Dictionary
from nurture.services.desk import Desk
from nurture.services.importing import Report, Wanted, run_import
from nurture.services.importing_columns import match_columns
from nurture.services.importing_csv import UnreadableFile, plain_cell, safe_cell, scan
from nurture.services.importing_progress import AlreadyImporting
from nurture.services.leads import find_or_create
from nurture.services.suppress import suppress, suppressed
from nurture.services.unsubscribe import unsubscribe
from nurture.store.session import Store
from nurture.store.tables import accounts, consents, events, import_rows, imports, leads

WORDS = Dictionary(fields={"lead.industry": "text", "lead.seats": "number", "lead.customer": "yes/no"})
CLOCK = RealClock()
SECRET = "a secret of the tests"
DESK = Desk(CLOCK, (SECRET,), "http://localhost", "default")


def file(tmp_path: Path, content: str | bytes, name: str = "leads.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def load(store: Store, path: Path, given: dict[str, str] | None = None, **wanted: Any) -> Report:
    source = scan(path)
    columns = match_columns(source.header, WORDS, given or {})
    asked = Wanted(columns, WORDS, secrets=(SECRET,), **wanted)
    return run_import(store, CLOCK, source, asked, path.with_name(f"{path.stem}.refused.csv"))


def count(conn: Connection, table: Any) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()


def counted(store: Store, *tables: Any) -> list[int]:
    return [store.read_sync(count, table) for table in tables]


def many(rows: int, bad: int = 0) -> str:
    lines = [f"p{n}@firm{n % 97}.example,Name {n},{n % 50}" for n in range(rows)]
    for n in range(bad):
        lines[n * 7] = f"nobody{n},Name,3"
    return "email,First name,seats\n" + "\n".join(lines) + "\n"


def test_leads_from_a_file(store: Store, tmp_path: Path) -> None:
    text = 'E-Mail;First name;Seats;Customer;Shoe\r\n"ann@acme.example";Ann;12;yes;42\r\n'
    text += 'BOB@x.example;"Bob ""B""";;no;\r\n'
    report = load(store, file(tmp_path, "\ufeff" + text))
    assert (report.rows, report.created, report.refused) == (2, 2, 0)
    found = store.read_sync(lambda conn: conn.execute(select(leads).order_by(leads.c.email)).mappings().all())
    assert [(row["email"], row["first_name"], row["fields"]) for row in found] == [
        ("ann@acme.example", "Ann", {"seats": 12, "customer": True}),
        ("bob@x.example", 'Bob "B"', {"customer": False}),
    ]


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, many(1200, bad=3))
    first = load(store, path, consent="fair 2026")
    assert (first.created, first.refused, first.consents) == (1197, 3, 1197)
    before = counted(store, leads, accounts, events, consents, imports, import_rows)
    again = load(store, path, consent="fair 2026")
    assert (again.created, again.updated, again.unchanged, again.refused) == (0, 0, 1197, 3)
    assert counted(store, leads, accounts, events, consents, imports, import_rows) == before


def test_a_change_is_told_once_per_lead(store: Store, tmp_path: Path) -> None:
    load(store, file(tmp_path, "email,seats\nann@x.example,1\nbob@x.example,1\n"))
    text = "email,seats\nann@x.example,2\nANN@x.example,3\nbob@x.example,\n"
    report = load(store, file(tmp_path, text, "later.csv"))
    assert (report.created, report.updated, report.unchanged) == (0, 2, 1)
    changed = store.read_sync(lambda conn: conn.execute(select(events.c.data, events.c.type)).all())
    assert [(row.type, row.data["fields"]) for row in changed] == [("lead.changed", ["lead.seats"])]


def test_refused_rows_are_reported_and_the_report_can_be_mended(store: Store, tmp_path: Path) -> None:
    text = "email,seats,Note\nann@x.example,1,fine\nnobody,1,=1+1\n"
    text += 'bob@x.example,many,"@SUM(A1)\nx"\ncid@x.example,1,a,b\n'
    report = load(store, file(tmp_path, text))
    assert (report.created, report.refused) == (1, 3)
    assert [(line, why[0].partition(":")[0]) for line, why in report.reasons] == [
        (3, "email"),
        (4, "lead.seats"),
        (6, "it has 4 cells, and there are 3 columns"),
    ]
    assert report.refused_file is not None
    with report.refused_file.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.reader(written))
    assert rows[0] == ["email", "seats", "Note", "refused line", "refused because", "refused text"]
    assert [row[2] for row in rows[1:]] == ["'=1+1", "'@SUM(A1)\nx", ""]
    assert [row[5] for row in rows[1:]] == ["", "", "cid@x.example,1,a,b"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert store.read_sync(lambda conn: conn.execute(select(import_rows.c.line)).scalars().all()) == [3, 4, 6]
    mended = (
        report.refused_file.read_bytes().replace(b'"nobody"', b'"dan@x.example"').replace(b'"many"', b'"9"')
    )
    source = scan(file(tmp_path, mended, "mended.csv"))
    columns = match_columns(source.header, WORDS, {})
    assert columns.unused == ("Note",)
    again = load(store, source.path)
    assert (again.created, [why for _, why in again.reasons]) == (2, [("email: there is no address",)])
    left = (tmp_path / "mended.refused.csv").read_text(encoding="utf-8-sig").splitlines()
    assert left[0] == ",".join(f'"{name}"' for name in rows[0])
    assert left[1].endswith('"email: there is no address","cid@x.example,1,a,b"')
    last = "".join([left[0] + "\n", left[1].replace('""', '"cid@x.example"', 1)])
    assert load(store, file(tmp_path, last, "last.csv")).created == 1
    assert not (tmp_path / "last.refused.csv").exists()


def test_rows_that_cannot_be_read_hold_up_no_other(store: Store, tmp_path: Path) -> None:
    lines = [f"p{n}@x.example,Name {n},1\n".encode() for n in range(1200)]
    lines[7], lines[700] = b'"Q Q"@x.example,Q,1\n', b'q@x.example,"Q,1\n'
    lines[701], lines[1100] = b"q@x.example,Q\0,1\n", b"q@x.example,J\xfcrgen,1\n"
    lines[3] = lines[4] = "p3@x.example,Jürgen,1\n".encode()
    path = file(tmp_path, b"email,First name,seats\n" + b"".join(lines))
    report = load(store, path, consent="fair")
    assert (report.rows, report.created, report.refused, report.consents) == (1200, 1195, 4, 1195)
    assert [line for line, _ in report.reasons] == [9, 702, 703, 1102]
    assert report.refused_file
    written = report.refused_file.read_bytes()
    with report.refused_file.open(encoding="utf-8-sig", newline="") as refused:
        assert [row["refused text"] for row in csv.DictReader(refused)] == [
            '"Q Q"@x.example,Q,1',
            'q@x.example,"Q,1',
            "q@x.example,Q\N{REPLACEMENT CHARACTER},1",
            "q@x.example,J?rgen,1",
        ]
    again = load(store, path, consent="fair")
    assert (again.created, again.updated, again.unchanged, again.refused) == (0, 0, 1196, 4)
    assert counted(store, leads, consents, import_rows) == [1195, 1195, 4]
    assert report.refused_file.read_bytes() == written


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1", "-3", "@x", "\tx", "'quoted", "plain"])
def test_cells_come_back_as_they_were(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(safe_cell(text)) == text.strip() or text.startswith("\t")


def test_who_has_unsubscribed_stays_out(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "email,seats\nann@x.example,1\nbob@x.example,1\ncid@x.example,1\n")
    ann = store.write_sync(find_or_create, CLOCK, "ann@x.example")
    store.write_sync(unsubscribe, DESK, ann, "campaign", "page")
    store.write_sync(suppress, CLOCK, SECRET, "bob@x.example", "complained")
    for _ in range(2):
        report = load(store, path, consent="form on the fair")
        assert report.stay_out == 2
    said = store.read_sync(lambda conn: conn.execute(select(consents.c.lead_id, consents.c.state)).all())
    assert sorted(state for _, state in said) == ["given", "withdrawn"]
    assert (ann, "withdrawn") in [tuple(row) for row in said]
    for email, reason in (("ann@x.example", "unsubscribed"), ("bob@x.example", "complained")):
        assert store.read_sync(suppressed, [SECRET], email) == reason


def test_nobody_has_allowed_anything_on_a_day_to_come(store: Store, tmp_path: Path) -> None:
    today = datetime.now(UTC)
    days = [today.date() - timedelta(9), today.date(), today.date() + timedelta(2), "2099-01-01"]
    rows = "".join(f"p{n}@x.example,{day}\n" for n, day in enumerate(days))
    rows += f"p4@x.example,{(today + timedelta(hours=13)).isoformat(timespec='seconds')}\n"
    report = load(store, file(tmp_path, f"email,since\n{rows}"), consent="shop", basis="enquiry", since=1)
    assert (report.created, report.refused, report.consents) == (3, 2, 3)
    assert report.reasons == [(line, ("the day of the consent has not come yet",)) for line in (4, 5)]
    times = store.read_sync(lambda conn: conn.execute(select(consents.c.at)).scalars().all())
    assert max(times) <= datetime.now(UTC), "the farthest day counts from now"


class Killed(Exception):
    pass


def test_a_killed_import_goes_on_where_it_was(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, many(1700, bad=2))
    source = scan(path)
    wanted = Wanted(match_columns(source.header, WORDS, {}), WORDS)
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        if done == 1000:
            raise Killed

    refused = tmp_path / "refused.csv"
    with pytest.raises(Killed):
        run_import(store, CLOCK, source, wanted, refused, advance)
    assert counted(store, leads) == [998]
    report = run_import(store, CLOCK, source, wanted, refused)
    assert (report.resumed_at, report.created, report.updated, report.refused) == (1000, 1698, 0, 2)
    assert counted(store, leads, import_rows) == [1698, 2]
    assert len(refused.read_text(encoding="utf-8-sig").splitlines()) == 3


def test_two_at_once_do_not_count_twice(store: Store, tmp_path: Path) -> None:
    source = scan(file(tmp_path, many(1200)))
    wanted = Wanted(match_columns(source.header, WORDS, {}), WORDS)

    def other(_rows: int) -> None:
        store.write_sync(
            lambda conn: conn.execute(update(imports).values(rows=imports.c.rows + 500)) and None
        )

    with pytest.raises(AlreadyImporting):
        run_import(store, CLOCK, source, wanted, tmp_path / "refused.csv", other)


def test_a_dry_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    load(store, file(tmp_path, "email,seats\nann@x.example,1\n", "before.csv"))
    before = counted(store, leads, accounts, events, consents, imports)
    text = "email,seats\nann@x.example,2\nbob@new.example,1\nnobody,1\n"
    report = load(store, file(tmp_path, text), dry_run=True, consent="fair")
    assert (report.created, report.updated, report.refused, report.consents) == (1, 1, 1, 2)
    assert counted(store, leads, accounts, events, consents, imports) == before


def test_cells_that_mean_nothing(store: Store, tmp_path: Path) -> None:
    text = "email,Country,Industry\nann@x.example,unknown,Select\n"
    report = load(store, file(tmp_path, text), empty=frozenset({"select", "unknown"}))
    assert (report.created, report.refused) == (1, 0)


def test_memory_does_not_grow_with_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    peaks = []
    for rows in (1000, 4000):
        source = scan(file(tmp_path, many(rows), f"{rows}.csv"))
        wanted = Wanted(match_columns(source.header, WORDS, {}), WORDS)
        tracemalloc.start()
        run_import(sqlite_store, CLOCK, source, wanted, tmp_path / "refused.csv")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5, peaks


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file leads.csv is empty"),
        (
            b"email,name\na@x.example,Ann\nb@x.example,J\xfcrgen\n",
            r"Line 3 of leads.csv, byte 14 \(0xfc\), is not UTF-8",
        ),
        (
            b'email,"name\na@x.example,Ann\n',
            "The first row of leads.csv cannot be read: a quotation mark is opened and not closed",
        ),
        ("email\na@x.example\n".encode("utf-16-le"), "NUL byte.*--encoding utf-16-le"),
        (
            "email,name\na@x.example,Ö\n".encode() + b"b@x.example,\xd6\n",
            "Line 3 of leads.csv, byte 13",
        ),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        scan(file(tmp_path, content))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_another_encoding_can_be_named(store: Store, tmp_path: Path, encoding: str) -> None:
    source = scan(file(tmp_path, "email\tfirst name\nann@x.example\tJürgen\n".encode(encoding)), encoding)
    assert source.delimiter == "\t"
    wanted = Wanted(match_columns(source.header, WORDS, {}), WORDS)
    assert run_import(store, CLOCK, source, wanted, tmp_path / "refused.csv").created == 1
    assert store.read_sync(lambda conn: conn.execute(select(leads.c.first_name)).scalar_one()) == "Jürgen"


def test_utf16_is_known_by_its_start(tmp_path: Path) -> None:
    source = scan(file(tmp_path, "email;name\nann@x.example;Jürgen\n".encode("utf-16")))
    assert (source.encoding, source.delimiter, source.rows) == ("utf-16", ";", 1)


def test_an_unknown_encoding(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="There is no encoding klingon"):
        scan(file(tmp_path, "email\n"), "klingon")
