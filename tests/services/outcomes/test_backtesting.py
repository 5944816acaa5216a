"""Whether a score was right about leads of a file: the figures, the doubts, the page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from nurture.authoring.problems import render
from nurture.authoring.reader import read_yaml
from nurture.domain.scoring import load_scoring
from nurture.services.outcomes.backtesting import Report, backtest
from nurture.services.outcomes.guessing import guessed, mapping_text
from nurture.services.outcomes.mapping import check_mapping
from nurture.services.outcomes.page import page
from nurture.services.outcomes.rows import (
    NoOutcomes,
    Outcomes,
    day_of,
    enough,
    outcome_of,
    read_cells,
    read_outcomes,
)
from nurture.services.outcomes.text import as_json, told
from tests.services.outcomes.made import HEADER, file

POLICY = load_scoring(
    {
        "totals": {"stayed": {"field": "lead.minutes_on_site", "at_least": 20, "points": 20}},
        "fit": {
            "manages": {"field": "lead.job", "is": "manager", "points": 15},
            "student": {"field": "lead.job", "is": "Student", "points": -15},
        },
        "rules": {"clicked": {"on": "email.clicked", "points": 5}},
        "thresholds": {"MQL": 20},
        "grades": {"A": 10, "B": 0, "C": -10},
        "matrix": {
            "bands": [20, 10, 5],
            "cells": {
                "hand off": ["A1"],
                "educate": [f"{a}{b}" for a in "ABCD" for b in range(1, 5) if (a, b) != ("A", 1)],
            },
        },
    }
)


def read(path: Path, mapping: str = "") -> Outcomes:
    table, cells = read_cells(path)
    columns = guessed(table.header, cells, *outcome_of(table.header, cells, "Won=yes"))
    if mapping:
        source, root = read_yaml("mapping.yaml", mapping.encode())
        assert root is not None
        given = check_mapping(source, root, table.header)
        assert given is not None, render(source.problems)
        columns = given
    return read_outcomes(table.header, cells, columns)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    found = read(file(tmp_path_factory.mktemp("outcomes") / "leads.csv"))
    text = "\n".join(mapping_text(found.columns))
    return backtest(read(file(tmp_path_factory.mktemp("again") / "leads.csv"), text), POLICY)


def test_columns_are_taken_for_what_they_are(tmp_path: Path) -> None:
    columns = read(file(tmp_path / "leads.csv")).columns
    assert columns.totals == {"Minutes on site": "lead.minutes_on_site"}
    assert {"Job", "Region", "Opted out"} <= set(columns.fit)
    assert columns.id == "Lead Number"
    assert columns.date == "Created"
    assert columns.old == ("Old score",)
    assert "Sales notes" in columns.left_out


def test_it_tells_the_winners_better_than_the_old_score(report: Report) -> None:
    assert 0.75 < report.auc.low < report.auc.value < report.auc.high < 0.95
    assert report.old is not None
    assert report.old[0].won + report.old[0].lost == 450
    assert report.threshold.precision > report.base > 0.3
    assert sum(one.leads for one in report.tenths) == report.leads == 900
    assert report.brier < report.base * (1 - report.base)


def test_it_tells_by_cell_by_month_and_by_rule(report: Report) -> None:
    assert {one.name: one.why for one in report.cells}["A1"] == "hand off"
    assert sum(one.leads for one in report.cells) == 900
    assert [one.name for one in report.months] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    rule = next(one for one in report.rules if one.name == "manages")
    assert rule.leads + report.others["manages"].leads == 900
    assert rule.rate > report.others["manages"].rate
    assert report.silent == ["clicked"]


def test_it_is_told_in_words_in_json_and_as_a_page_that_is_well_formed(report: Report) -> None:
    text = "\n".join(told(report))
    assert "Of a lead who was won and one who was not" in text
    assert "clicked" in text
    assert as_json(report)["auc"]["low"] < as_json(report)["auc"]["value"]
    html = page(report, "Was <it> right?")
    assert "Was &lt;it&gt; right?" in html
    pictures = [f"<svg{part.split('</svg>')[0]}</svg>" for part in html.split("<svg")[1:]]
    assert len(pictures) == 4
    for picture in pictures:
        ET.fromstring(picture)


def test_a_rule_on_what_sales_wrote_is_doubted(tmp_path: Path) -> None:
    mapping = "outcome: Won\nwon: ['yes']\nfit: {Sales notes: lead.notes}\n"
    policy = load_scoring({"fit": {"signed": {"field": "lead.notes", "is": "signed", "points": 50}}})
    found = backtest(read(file(tmp_path / "leads.csv"), mapping), policy)
    assert found.auc.value == 1.0
    assert [leak.column for leak in found.leaks] == ["Sales notes"]
    assert any(line.startswith("\nWarning: `Sales notes`") for line in told(found))


@pytest.mark.parametrize(("won", "said"), [("yes", "were won"), ("no", "lost")])
def test_one_outcome_for_all_proves_nothing(tmp_path: Path, won: str, said: str) -> None:
    path = file(tmp_path / "leads.csv", won=won)
    if won == "no":
        with pytest.raises(NoOutcomes, match="Nobody has `yes`"):
            read(path)
        return
    with pytest.raises(NoOutcomes, match=said):
        backtest(read(path), POLICY)
    assert "same outcome" in enough(read(path))


def test_an_outcome_is_known_in_any_spelling_and_what_is_open_is_left_out(tmp_path: Path) -> None:
    path = file(tmp_path / "leads.csv", count=300)
    usual = read(path)
    mixed = path.read_text().replace(",yes\n", ",YES\n", 9).replace(",yes\r\n", ",YES\r\n", 9)
    path.write_text(mixed.replace(",no\n", ",open\n", 30).replace(",no\r\n", ",open\r\n", 30))
    guessed = read(path)
    assert (guessed.won, len(guessed.rows)) == (usual.won, 300), "what is not won is lost"
    text = "\n".join(mapping_text(guessed.columns)) + "\nlost: [no]\n"
    decided = read(path, text)
    assert (decided.won, len(decided.rows), decided.without) == (usual.won, 270, 30)


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026-03-05", "2026-03-05"), ("2026/3/5 10:00", "2026-03-05"), ("5.3.2026", "2026-03-05"),
     ("2026-03", "2026-03-01"), ("5/3/2026", None), ("2026-13-05", None), ("1,200", None)],
)  # fmt: skip
def test_days_are_read_where_they_are_clear(cell: str, day: str | None) -> None:
    assert day_of(cell) == (date.fromisoformat(day) if day else None)


def test_learning_before_a_day_and_looking_after_it_shares_nobody(tmp_path: Path) -> None:
    found = read(file(tmp_path / "leads.csv"))
    day = date(2026, 3, 1)
    then, later = found.between(None, day), found.between(day, None)
    assert {row.month for row in then.rows} == {"2026-01", "2026-02"}
    assert len(then.rows) + len(later.rows) == len(found.rows)


def test_rows_without_an_outcome_are_counted_and_left_out(tmp_path: Path) -> None:
    path = file(tmp_path / "leads.csv", count=300)
    path.write_text(path.read_text().replace(",no\n", ",\n", 20).replace(",no\r\n", ",\r\n", 20))
    found = read(path)
    assert (len(found.rows), found.without) == (280, 20)


def test_a_part_and_the_rest_are_all_and_share_nobody(tmp_path: Path) -> None:
    found = read(file(tmp_path / "leads.csv"))
    part, rest = ({row.id for row in found.part(70, rest=which).rows} for which in (False, True))
    assert part | rest == {row.id for row in found.rows}
    assert not part & rest
    assert 580 < len(part) < 680


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("outcome: Wonn\nwon: ['yes']\n", "the file has no column `Wonn`"),
        ("outcome: Won\n", "needs `won"),
        ("outcome: Won\nwon: ['yes']\nfit: {Job: job}\n", "`job` is not a field"),
        ("outcome: Won\nwon: ['yes']\nfits: {Job: lead.job}\n", "fits"),
        ("outcome: Won\nwon: ['yes']\nfit: {Job: lead.a}\ntotals: {Region: lead.a}\n", "under `totals`"),
    ],
)
def test_what_is_wrong_with_a_mapping(mapping: str, said: str) -> None:
    source, root = read_yaml("mapping.yaml", mapping.encode())
    assert root is not None
    assert check_mapping(source, root, HEADER) is None
    assert said in render(source.problems)
