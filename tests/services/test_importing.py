from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from nurture.clock import RealClock
from nurture.domain.dictionary import Dictionary
from nurture.services.desk import Desk
from nurture.services.importing import Report, Wanted, run_import
from nurture.services.importing_columns import ColumnProblem, match_columns
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
        (5, "lead.seats"),
        (6, "it has 4 cells, and there are 3 columns"),
    ]
    assert report.refused_file is not None
    with report.refused_file.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.reader(written))
    assert rows[0] == ["email", "seats", "Note", "refused line", "refused because"]
    assert [row[2] for row in rows[1:]] == ["'=1+1", "'@SUM(A1)\nx", "a"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert store.read_sync(lambda conn: conn.execute(select(import_rows.c.line)).scalars().all()) == [3, 5, 6]
    mended = (
        report.refused_file.read_bytes().replace(b'"nobody"', b'"dan@x.example"').replace(b'"many"', b'"9"')
    )
    source = scan(file(tmp_path, mended, "mended.csv"))
    columns = match_columns(source.header, WORDS, {})
    assert columns.unused == ("Note",)
    assert load(store, source.path).created == 3
    assert not (tmp_path / "mended.refused.csv").exists()


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
            b'email,name\na@x.example,Ann\nb@x.example,"Bob\n',
            "line 3 of .* cannot be read.*quotation mark",
        ),
        (b'email,name\na@x.example,"A"nn\n', "The row at line 2 of leads.csv cannot be read"),
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


@pytest.mark.parametrize(
    ("header", "given", "message"),
    [
        (["Name", "Emial"], {}, "no column for the e-mail address; it has Name, Emial; the nearest is Emial"),
        (["Name"], {}, "no column for the e-mail address; it has Name\\. Name it"),
        (["Contact"], {"Kontact": "email"}, "no column Kontact"),
        (["Email", "Branch"], {"Branch": "lead.industri"}, "no field lead.industri"),
        (["Email", "E-Mail"], {}, "Email, E-Mail all mean email"),
    ],
)
def test_columns_that_cannot_be_told(header: list[str], given: dict[str, str], message: str) -> None:
    with pytest.raises(ColumnProblem, match=message):
        match_columns(header, WORDS, given)


def test_usual_names_are_known_where_the_dictionary_has_none() -> None:
    words = Dictionary(fields={"lead.company": "text"})
    columns = match_columns(["Mail", "Surname", "Company", "Website"], words, {})
    assert list(columns.fields.values()) == ["email", "lead.last_name", "lead.company", "account.domain"]
    assert match_columns(["Mail", "Company"], WORDS, {}).fields[1] == "account.name"


def test_columns_are_told_by_any_of_their_names() -> None:
    header = ["Contact", "first_name", "lead.last_name", "INDUSTRY", "No. of seats", "Email", "account.name"]
    columns = match_columns(header, WORDS, {"contact": "email", "No. of seats": "seats"})
    assert columns.fields == {
        0: "email",
        1: "lead.first_name",
        2: "lead.last_name",
        3: "lead.industry",
        4: "lead.seats",
        6: "account.name",
    }
    assert columns.unused == ("Email",)
