"""Whether the score was right about our own leads: those that were won or lost, accepted or rejected."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from math import exp
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from nurture.cli.main import run
from nurture.domain.scoring import load_scoring
from nurture.services.changes import own_event
from nurture.services.outcomes.backtesting import Report, backtest
from nurture.services.outcomes.own import own_outcomes
from nurture.services.outcomes.page import page
from nurture.services.outcomes.text import as_json, told
from nurture.services.publish import publish_policy
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import events, handoffs, journeys, leads, points
from tests.fixtures.content import MONDAY, House, make_house
from tests.services.test_reviewing import POLICY

WORDS = {"fields": {"lead.employees": "number", "lead.budget": "text", "lead.role": "text"}}
SCORING: dict[str, Any] = {
    **POLICY,
    "fit": {**POLICY["fit"], "rich": {"field": "lead.budget", "known": True, "points": 10}},
    "thresholds": {"MQL": 40},
}
LEADS = 400
TABLES = (leads, journeys, handoffs, points, events)


def lead_of(number: int, random: Random, version: str) -> dict[str, list[dict[str, Any]]]:
    """A lead who was handed over on a day of half a year, and what became of her. Her budget is written by
    sales, afterwards."""
    lead, journey = new_id(), new_id()
    then = MONDAY - timedelta(days=200 - number * 180 / LEADS)
    big, form, visits = random.random() < 0.3, random.random() < 0.4, random.randint(0, 2)
    odds = -1.8 + 1.6 * big + 2.0 * form + 0.5 * visits
    accepted, won = (random.random() < 1 / (1 + exp(-odds)) for _ in range(2))
    stage = "customer" if won else "disqualified"
    did = (
        [("form", 40, 3)] * form
        + [("visit", 30, 5 + day) for day in range(visits)]
        + [("form", 40, -9)] * won
    )
    late = then + timedelta(days=2)
    return {
        "leads": [
            {"id": lead, "email": f"l{number}@x.example", "created_at": then, "updated_at": then,
             "stage": stage, "fields": {"employees": 500 if big else 5, **({"budget": "10k"} if won else {})}}
        ],
        "journeys": [
            {"id": journey, "campaign": "talk", "version": version, "lead_id": lead, "entry": 1,
             "cause": journey, "state": "ended", "step": "talk", "position": {},
             "effect": "check_engagement", "due": then,
             "entered_at": then, "changed_at": then}
        ],
        "handoffs": [
            {"id": new_id(), "key": journey, "lead_id": lead, "journey_id": journey, "step": "talk",
             "visit": 1, "team": "a", "state": "accepted" if accepted else "rejected",
             "context": {}, "due": then,
             "created_at": then}
        ],
        "points": [
            {"id": new_id(), "lead_id": lead, "rule": rule, "points": much, "at": then - timedelta(days=day),
             "policy": "", "key": f"{lead}/{rule}/{day}", "event_id": None}
            for rule, much, day in did
        ],
        "events": [
            dict(own_event(lead, "stage.changed", {"stage": stage, "from": "SQL"}, f"s{lead}", late)),
            *([dict(own_event(lead, "lead.changed", {"fields": ["budget"]}, f"b{lead}", late))] * won),
        ],
    }  # fmt: skip


def fill(conn: Connection, version: str) -> None:
    random = Random(4)
    rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    for number in range(LEADS):
        for name, own in lead_of(number, random, version).items():
            rows[name] += own
    for table in TABLES:
        conn.execute(insert(table), rows[table.name])


@pytest.fixture(scope="module")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Half a year of handoffs, from one seed."""
    copy = shutil.copy(sqlite_template, tmp_path_factory.mktemp("own") / "nurture.db")
    store = Store(f"sqlite:///{copy}")
    house = make_house(store, stepped=MONDAY)
    house.do(publish_policy, house.desk.clock, "dictionary", WORDS)
    house.do(publish_policy, house.desk.clock, "scoring", SCORING)
    version = house.publish({"campaign": "talk", "steps": [{"wait": "30d"}, {"end": "over"}]})
    house.do(fill, version)
    yield house
    store.close()


def looked_at(house: House, what: str) -> Report:
    rules = house.do(house.desk.library.rules)
    return backtest(house.do(own_outcomes, rules, what, None), rules.scoring)


def test_what_sales_said_is_told_as_of_a_file(lived: House) -> None:
    report = looked_at(lived, "accepted")
    assert report.leads == LEADS
    assert 0.6 < report.auc.low < report.auc.value < 0.9
    assert report.tenths[0].won / report.tenths[0].leads > 1.3 * report.base
    assert sum(one.leads for one in report.tenths) == sum(one.leads for one in report.cells) == LEADS
    assert [one.name for one in report.months] == [f"2025-{n:02}" for n in range(8, 13)] + [
        "2026-01",
        "2026-02",
    ]
    form = next(one for one in report.rules if one.name == "form")
    assert form.rate > report.others["form"].rate
    assert (form.leads + report.others["form"].leads, report.silent) == (LEADS, [])
    text, drawn = "\n".join(told(report)), page(report, "Was it right?")
    assert "accepted" in text
    assert "won" not in text
    assert ">won<" not in drawn
    assert as_json(report)["leaks"] == {"lead.budget": as_json(report)["leaks"]["lead.budget"]}


def test_what_was_given_or_written_afterwards_is_not_foresight(lived: House) -> None:
    report = looked_at(lived, "won")
    assert report.auc.value < 0.95, "points after the handoff do not count"
    form = next(one for one in report.rules if one.name == "form")
    assert form.leads < LEADS * 0.5
    (leak,) = (one for one in report.leaks if one.column == "lead.budget")
    assert "it was written after the day for which the score is asked" in leak.why
    blind = load_scoring({**SCORING, "fit": POLICY["fit"]})
    rules = lived.do(lived.desk.library.rules)
    assert backtest(lived.do(own_outcomes, rules, "won", None), blind).leaks == []


def test_it_is_asked_from_a_shell(
    lived: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", lived.store.url.render_as_string(hide_password=False))
    drawn = tmp_path / "own.html"
    args = ["score", "backtest", "--data", str(tmp_path)]
    assert run([*args, "--since", "2025-12-01", "--page", str(drawn)]) == 0
    said = capsys.readouterr().out
    assert "2025-12" in said
    assert "2025-11" not in said
    assert "the one that is live" in drawn.read_text()
    assert run([*args, "--won", "Converted=1"]) == 1
    assert "are of a file" in capsys.readouterr().err
