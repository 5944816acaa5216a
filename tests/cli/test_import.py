"""`nurture import` and `nurture enrol` as people call them, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from nurture.cli.main import run
from nurture.clock import RealClock
from nurture.services.leads import find_or_create
from nurture.services.suppress import suppress
from nurture.store.session import Store
from nurture.store.tables import journeys, leads, outbox
from tests.fixtures.content import SECRET, House, make_house

CAMPAIGN = {"campaign": "guide", "steps": [{"send": "first"}, {"wait": "3d"}, {"end": "done"}]}


@pytest.fixture
def house(store: Store) -> House:
    house = make_house(store)
    house.publish(CAMPAIGN)
    return house


@pytest.fixture(autouse=True)
def _environment(house: House, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("NURTURE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NURTURE_SECRET", SECRET)


@pytest.fixture
def leads_csv(tmp_path: Path) -> Path:
    path = tmp_path / "leads.csv"
    lines = [f"p{n}@people.example,Person {n},{'Retail' if n % 3 else 'Banking'},x" for n in range(60)]
    lines[7] = "nobody,Person 7,Retail,x"
    path.write_text("\n".join(["E-mail,First name,Industry,Shoe size", *lines]))
    return path


def answer(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    assert run([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def count(store: Store, table: Any) -> int:
    return store.read_sync(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one())


def test_import_says_what_it_did(store: Store, leads_csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", str(leads_csv), "--consent", "fair"]) == 0
    said = capsys.readouterr().out
    assert "60 rows, comma between the columns" in said
    assert "E-mail = email, First name = lead.first_name, Industry = lead.industry" in said
    assert "no such field: Shoe size" in said
    assert "line 9: email: an email address must have an @-sign" in said
    assert "59 new leads, 0 changed, 0 unchanged, 1 refused" in said
    assert "Consent from fair: 59 leads" in said
    assert leads_csv.with_name("leads.refused.csv").is_file()
    again = answer(capsys, "import", str(leads_csv), "--consent", "fair")
    assert (again["created"], again["unchanged"], again["refused"], again["consents"]) == (0, 59, 1, 0)
    assert again["reasons"] == [{"line": 9, "reasons": ["email: an email address must have an @-sign"]}]
    assert count(store, leads) == 59


def test_a_dry_run(store: Store, leads_csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", str(leads_csv), "--dry-run", "--map", "Shoe size=lead.industry"]) == 0
    assert "Would be: 59 new leads" in capsys.readouterr().out
    assert count(store, leads) == 0


def test_what_holds_for_all_rows(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email,industry\na@people.example,Retail\nb@people.example,\n")
    assert run(["import", str(path), "--set", "industry=Bought = list"]) == 0
    assert "For rows that say nothing else: lead.industry = Bought = list." in capsys.readouterr().out
    found = store.read_sync(lambda conn: conn.execute(select(leads.c.fields).order_by(leads.c.email)).all())
    assert [row.fields["industry"] for row in found] == ["Retail", "Bought = list"]
    assert answer(capsys, "import", str(path), "--set", "industry=Other")["updated"] == 1
    for wrong in ("industry", "colour=red", "email=x@people.example"):
        assert run(["import", str(path), "--set", wrong]) == 1


def test_only_bad_rows_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("email\nnobody\nnobody else\n")
    assert answer(capsys, "import", str(path), code=1)["refused"] == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nix.csv"], "There is no file nix.csv"),
        (["{file}", "--map", "nonsense"], '--map nonsense cannot be read. Write --map "COLUMN=field".'),
        (["{file}", "--map", "Shoes=lead.industry"], "The file has no column Shoes. Did you mean Shoe size?"),
        (["{file}", "--map", "Shoe size=lead.industri"], "Did you mean lead.industry?"),
        (["{file}", "--encoding", "utf-17"], "There is no encoding utf-17"),
    ],
)
def test_what_cannot_be_imported(
    words: list[str], message: str, leads_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", *(word.format(file=leads_csv) for word in words)]) == 1
    assert message in capsys.readouterr().err


def test_an_address_that_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("email;first_name\n;Nobody\n")
    found = answer(capsys, "import", str(path), code=1)
    assert found["reasons"] == [{"line": 2, "reasons": ["email: there is no address"]}]


def test_enrolling_by_a_column_of_another_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mapped.csv"
    path.write_text("Work mail;Shoes\nann@acme.example;40\n")
    run(["import", str(path), "--map", "Work mail=email"])
    capsys.readouterr()
    found = answer(capsys, "enrol", "guide", "--file", str(path), "--map", "Work mail=email")
    assert (found["enrolled"], found["unknown"]) == (1, [])


def test_enrolling_a_file_twice_enrols_once(
    store: Store, leads_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["import", str(leads_csv)])
    capsys.readouterr()
    store.write_sync(suppress, RealClock(), SECRET, "p3@people.example", "unsubscribed")
    first = answer(capsys, "enrol", "guide", "--file", str(leads_csv))
    assert (first["enrolled"], first["already"], first["refused"]) == (58, 0, {"unsubscribed": 1})
    assert first["unknown"] == ["nobody"]
    again = answer(capsys, "enrol", "guide", "--file", str(leads_csv))
    assert (again["enrolled"], again["already"]) == (0, 58)
    assert [count(store, table) for table in (journeys, outbox)] == [58, 58]


def test_enrolling_whom_a_condition_selects(
    store: Store, leads_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["import", str(leads_csv)])
    store.write_sync(lambda conn: conn.execute(update(leads).values(stage="MQL")) and None)
    capsys.readouterr()
    chosen = 'lead.industry == "Banking" && stage_at_least("MQL") && score == 0'
    assert answer(capsys, "enrol", "guide", "--where", chosen)["enrolled"] == 20
    everybody = answer(capsys, "enrol", "guide", "--all")
    assert (everybody["enrolled"], everybody["already"]) == (39, 20)


def test_far_more_than_expected_are_refused_before_the_first_comes_in(
    house: House, store: Store, leads_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.publish({**CAMPAIGN, "enrol": {"expect": "5 a day"}})
    run(["import", str(leads_csv)])
    capsys.readouterr()
    assert run(["enrol", "guide", "--all"]) == 1
    assert "59 leads would come in, far more than `expect: 5 a day`" in capsys.readouterr().err
    assert count(store, journeys) == 0
    assert answer(capsys, "enrol", "guide", "--all", "--anyway")["enrolled"] == 50
    again = answer(capsys, "enrol", "guide", "--all")  # 50 of the 59 are in, and do not come in
    assert (again["enrolled"], again["already"]) == (0, 50)


def test_enrolling_by_address(capsys: pytest.CaptureFixture[str], store: Store) -> None:
    store.write_sync(find_or_create, RealClock(), "ann@people.example")
    assert run(["enrol", "guide", "--lead", "ANN@people.example", "--lead", "bob@people.example"]) == 0
    said = capsys.readouterr().out
    assert "bob@people.example: no such lead; import it first" in said
    assert "1 lead enrolled in guide, 0 in it already." in said
    assert run(["enrol", "guide", "--lead", "bob@people.example"]) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["guide"], "One of --lead, --file, --all, --where, --matching and --confirm is needed"),
        (["guide", "--all", "--where", "true"], "One of --lead"),
        (["gide", "--all"], "No campaign gide is published"),
        (["guide", "--where", "lead.industri == 'x'"], "lead.industri"),
        (["guide", "--where", "lead.industry =="], "--where"),
    ],
)
def test_what_cannot_be_enrolled(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str], store: Store
) -> None:
    store.write_sync(find_or_create, RealClock(), "ann@people.example")
    assert run(["enrol", *words]) == 1
    assert message in capsys.readouterr().err
    assert count(store, journeys) == 0
