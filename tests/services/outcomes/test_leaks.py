"""Columns that know the outcome: by their names in two languages, and by what stands in them."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import pytest

from nurture.cli.main import run
from nurture.domain.facts import Value
from nurture.services.outcomes.guessing import guessed
from nurture.services.outcomes.leaks import leak
from nurture.services.outcomes.naming import words_of
from nurture.services.outcomes.rows import NoOutcomes, outcome_of, read_cells, read_outcomes

WON = [place % 3 == 0 for place in range(600)]
TEXTS: list[Value | None] = [("a", "b")[Random(place).random() < 0.5] for place in range(600)]
NUMBERS: list[Value | None] = [float(Random(place).randint(0, 9)) for place in range(600)]


@pytest.mark.parametrize(
    ("column", "values", "why"),
    [
        ("Last Notable Activity", TEXTS, "overwritten"),
        ("LetzteAktivität", TEXTS, "overwritten"),
        ("Activity type", TEXTS, "what happened last"),
        ("First activity", TEXTS, None),
        ("Activities", NUMBERS, None),
        ("Güte", TEXTS, "after they have spoken"),
        ("Follow-up", TEXTS, "after they have spoken"),
        ("Do Not Call", TEXTS, None),
        ("Activity Index", TEXTS, "a score itself"),
        ("Beruf", TEXTS, None),
        ("Meeting", ["Yes" if yes and at % 2 else "No" for at, yes in enumerate(WON * 3)], "nearly all"),
    ],
)
def test_a_column_is_doubted_by_its_name_or_its_values(
    column: str, values: list[Value | None], why: str | None
) -> None:
    found = leak(column, values, (WON * 3)[: len(values)])
    assert (found.why if found else None) == why or (why and found and why in found.why)


def test_a_few_who_were_won_by_chance_prove_nothing() -> None:
    values = ["rare" if yes and place < 60 else "usual" for place, yes in enumerate(WON)]
    assert leak("Industry", values, WON) is None


def test_letters_with_accents_are_letters() -> None:
    assert words_of("Größe der Société (Straße)") == "groesse der societe strasse"


def strange(path: Path) -> Path:
    """As a program elsewhere writes it: semicolons, letters of its own, commas in numbers, lines in cells."""
    with path.open("w", newline="", encoding="cp1252") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(["Nr", "Zeit auf der Seite", "Größe", "Anmerkung", "Stand"])
        for number, yes in enumerate(WON):
            stand = "Gewonnen" if yes else "offen" if number % 5 == 0 else "Verloren"
            size = ("groß", "klein")[number % 2]
            writer.writerow([number, f"{number % 7},5", size, f'eins\nzwei; "{number}"', stand])
    return path


def test_a_file_from_elsewhere_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, cells = read_cells(strange(tmp_path / "leads.csv"), "cp1252")
    columns = guessed(table.header, cells, *outcome_of(table.header, cells, "stand=gewonnen", "verloren"))
    found = read_outcomes(table.header, cells, columns)
    assert columns.totals == {"Zeit auf der Seite": "lead.zeit_seite"}
    assert columns.fit == {"Größe": "lead.groesse"}
    assert (len(found.rows), found.won, found.without) == (520, 200, 80)
    assert {row.fields["lead.zeit_seite"] for row in found.rows} == {number + 0.5 for number in range(7)}
    with pytest.raises(NoOutcomes, match="Nobody has `lost`"):
        outcome_of(table.header, cells, "Stand=Gewonnen", "lost")
    assert run(["score", "suggest", str(tmp_path / "leads.csv"), "--won", "Stand=Gewonnen"]) == 1
    assert "--encoding cp1252" in capsys.readouterr().err


def test_what_is_taken_for_lost_is_told_where_it_is_not_one_thing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text("totals:\n  long: {field: lead.zeit_seite, at_least: 3, points: 5}\n")
    args = ["score", "backtest", str(strange(tmp_path / "leads.csv")), "--encoding", "cp1252"]
    args += ["--won", "Stand=Gewonnen", "--policy", str(policy)]
    assert run(args) == 0
    assert "Taken for lost: `Verloren` 320, `offen` 80." in capsys.readouterr().out
    assert run([*args, "--lost", "Verloren"]) == 0
    said = capsys.readouterr().out
    assert "Taken for lost" not in said
    assert "80 rows have no outcome" in said
