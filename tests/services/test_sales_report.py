"""The numbers of sales against a count by hand of the leads that were handed over, some of them handed on."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from nurture.cli.main import run
from nurture.services.answer import Answer, answer
from nurture.services.deals import Deal, close_deal
from nurture.store.queries.sales_report import Line, SalesReport, sales_report
from nurture.store.session import Store
from nurture.store.tables import handoffs
from tests.fixtures.content import MONDAY, House
from tests.rows import Rows
from tests.services.test_clocks import ANN, user
from tests.services.test_handing_on import CAM, qualified, sales, tasks

__all__ = ["sales"]
NOW = datetime(2026, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = {"inside": ("Ann", "Ben"), "closers": ("Cam",)}
SOURCES = ("customer-service", "bought: Listbroker 2026", "website")
CAMPAIGNS = ("guide", "webinar")
ACCEPTED, BACK = ("accepted", "qualified"), ("rejected", "returned")


@dataclass
class Told:
    """One lead, by hand: what the first team did and, if it handed the lead on, the second."""

    owner: str
    source: str
    campaign: str
    cell: str
    state: str
    sla: str | None
    hours: int | None
    closer: tuple[str, str, str | None] | None = None
    """Owner, state, sla."""
    won: float | None = None


def drawn(random: Random) -> Told:
    state = random.choice(("open", "accepted", "qualified", "qualified", "rejected", "returned", "expired"))
    acted = state in (*ACCEPTED, *BACK)
    sla = random.choice(("met", "missed")) if acted else "missed" if state == "expired" else None
    closer = None
    if state == "qualified" and random.random() < 0.8:
        answered = random.choice(("open", "accepted", "rejected"))
        closer = ("Cam", answered, None if answered == "open" else random.choice(("met", "missed")))
    won = 100.0 * random.randrange(1, 90) if state in ACCEPTED and random.random() < 0.5 else None
    won = None if closer and closer[1] != "accepted" else won
    places = random.choice(SOURCES), random.choice(CAMPAIGNS), random.choice(("A1", "B2"))
    hours = random.randrange(1, 50) if acted else None
    return Told(random.choice(PEOPLE["inside"]), *places, state, sla, hours, closer, won)


def written(rows: Rows, all_of_it: list[Told]) -> None:
    rows.installed()
    for number, name in enumerate(CAMPAIGNS):
        rows.campaign(name, hash=f"{number}" * 64)
    ids = {name: rows.user(name=name) for names in PEOPLE.values() for name in names}
    for number, told in enumerate(all_of_it):
        lead = rows.lead(fields={"source": "something that was noted later"})
        journey = rows.journey(lead, campaign=told.campaign, version=f"{CAMPAIGNS.index(told.campaign)}" * 64)
        at = NOW - 60 * HOUR + timedelta(minutes=number)
        deal = {"deal": "won", "amount": told.won, "currency": "EUR", "deal_at": NOW} if told.won else {}
        about = {"context": {"source": told.source, "cell": told.cell}, "created_at": at, "due": NOW + HOUR}
        reason = "no-budget" if told.state == "rejected" else None
        first = rows.handoff(
            lead, journey, team="inside", owner=ids[told.owner], state=told.state, sla=told.sla,
            reason=reason, touched_at=at + told.hours * HOUR if told.hours else None,
            **about, **({} if told.closer else deal),
        )  # fmt: skip
        rows.handoff(lead, journey, joined_to=first, state=told.state, team="inside", **about)
        if told.closer:
            name, state, sla = told.closer
            more: dict[str, Any] = {"owner": ids[name], "state": state, "sla": sla, "follows": first}
            more |= {"team": "closers", "touched_at": at + 2 * HOUR if sla else None}
            rows.handoff(lead, journey, **{**about, "created_at": at + HOUR, **more, **deal})
            if told.won:  # what the first had noted too soon: the last word counts
                rows.store.write_sync(lost_before, first)


def lost_before(conn: Connection, task: str) -> None:
    early = handoffs.update().where(handoffs.c.id == task)
    conn.execute(early.values(deal="lost", deal_at=NOW - HOUR))


def by_hand(of: list[tuple[str, str | None]]) -> dict[str, float]:
    states = Counter(state for state, _ in of)
    verdicts = Counter(sla for _, sla in of)
    return {
        "handed": len(of),
        "open": states["open"],
        "accepted": states["accepted"] + states["qualified"],
        "qualified": states["qualified"],
        "given_back": states["rejected"] + states["returned"],
        "expired": states["expired"],
        "met": verdicts["met"],
        "missed": verdicts["missed"],
    }


def counted(line: Line) -> dict[str, float]:
    return {name: vars(line)[name] for name in by_hand([])}


def one(report: SalesReport, by: str, name: str) -> Line:
    (found,) = [line for line in report.by[by] if line.name == name]
    return found


def test_every_lead_is_counted_once_and_every_owner_by_what_they_had(sqlite_store: Store) -> None:
    random = Random(6)
    told = [drawn(random) for _ in range(60)]
    written(Rows(sqlite_store), told)
    report = sqlite_store.read_sync(sales_report, NOW)
    assert counted(report.whole) == by_hand([(lead.state, lead.sla) for lead in told])
    assert report.whole.amount == sum(lead.won or 0 for lead in told)
    assert (report.whole.won, report.whole.lost) == (sum(bool(lead.won) for lead in told), 0)
    assert sum(report.whole.reasons.values()) == report.whole.given_back
    assert sorted(report.whole.speed) == sorted(lead.hours * 3600 for lead in told if lead.hours)
    closed = [lead.closer[1:] for lead in told if lead.closer]
    assert counted(report.handed_on) == by_hand(closed)
    for by in ("source", "campaign", "cell"):
        for name in {getattr(lead, by) for lead in told}:
            mine = [lead for lead in told if getattr(lead, by) == name]
            line = one(report, by, name)
            assert counted(line) == by_hand([(lead.state, lead.sla) for lead in mine]), (by, name)
            assert line.amount == sum(lead.won or 0 for lead in mine)
        assert sum(line.handed for line in report.by[by]) == len(told)
    for name in PEOPLE["inside"]:
        mine = [lead for lead in told if lead.owner == name]
        assert counted(one(report, "owner", name)) == by_hand([(lead.state, lead.sla) for lead in mine])
    assert counted(one(report, "owner", "Cam")) == counted(one(report, "team", "closers")) == by_hand(closed)
    assert sum(line.amount or 0 for line in report.by["owner"]) == report.whole.amount


def test_what_began_before_the_day_is_in_the_lines_of_people_only(sqlite_store: Store) -> None:
    told = [Told("Ann", "website", "guide", "A1", "qualified", "met", 1, ("Cam", "open", None))]
    written(Rows(sqlite_store), told)
    report = sqlite_store.read_sync(sales_report, NOW, NOW - 60 * HOUR + timedelta(minutes=30))
    assert (report.whole.handed, report.handed_on.handed, report.by["source"]) == (0, 1, [])
    assert [line.name for line in report.by["owner"]] == ["Cam"]


def test_as_the_services_write_it(sales: House) -> None:
    lead, task = qualified(sales)
    cam = user(sales, CAM)
    sales.do(answer, sales.desk, task.id, task.version, Answer("accepted", cam))
    sales.do(close_deal, sales.desk, task.id, tasks(sales, lead)[1].version, Deal("won", cam, 12000, "EUR"))
    report = sales.do(sales_report, MONDAY)
    for line in (report.whole, *report.by["source"], *report.by["campaign"], *report.by["cell"]):
        assert (line.handed, line.qualified, line.won, line.amount, line.met) == (1, 1, 1, 12000, 1)
    people = {line.name: (line.handed, line.accepted, line.amount) for line in report.by["owner"]}
    assert people == {"Ann": (1, 1, 0), "Cam": (1, 1, 12000)}
    assert user(sales, ANN) == tasks(sales, lead)[0].answered_by


def test_currencies_are_not_added_up(sqlite_store: Store) -> None:
    rows = Rows(sqlite_store)
    written(rows, [Told("Ann", "website", "guide", "A1", "qualified", "met", 1, None, 500.0)])
    for amount, currency in ((300.0, "USD"), (200.0, "EUR"), (7.0, None)):
        deal = {"deal": "won", "amount": amount, "currency": currency, "deal_at": NOW}
        rows.handoff(rows.lead(), rows.journey(campaign="guide", version="0" * 64), state="qualified", **deal)
    whole = sqlite_store.read_sync(sales_report, NOW).whole
    assert (whole.amounts, whole.amount) == ({"EUR": 700.0, "USD": 300.0, "": 7.0}, None)


def test_as_it_is_printed(sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = [Told("Ann", SOURCES[0], "guide", "A1", "qualified", "met", 1, ("Cam", "accepted", "met"), 500.0),
            Told("Ben", SOURCES[1], "guide", "A1", "rejected", "missed", 30)]  # fmt: skip
    written(Rows(sqlite_store), told)
    assert run(["report", "sales", "--by", "source", "--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith(("customer", "all", "handed on"))] == [
        ["customer-service", "1"], ["all", "2"], ["handed", "on"],
    ]  # fmt: skip
    assert "1 won (500 EUR), 0 lost" in "\n".join(lines)
    assert run(["report", "sales", "--json", "--data", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["all"]["handed"], found["handed_on"]["handed"], found["all"]["amount"]) == (2, 1, 500.0)
