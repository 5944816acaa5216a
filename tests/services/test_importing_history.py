"""Events of the past: they score as of their day, and start nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from nurture.domain.scoring import Score, total
from nurture.services import importing_history, quietly
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.history_columns import NoHistory, history_columns, looks_like_history
from nurture.services.importing_csv import scan
from nurture.services.importing_history import Report, Wanted, import_history
from nurture.services.look import look, waiting_leads
from nurture.store.tables import events, journeys, leads, outbox, score_levels
from tests.fixtures.content import MONDAY, House
from tests.services.test_door import campaign
from tests.services.test_scoring import happen, publish

POLICY: dict[str, Any] = {
    "half_life": "10d",
    "rules": {
        "form": {"on": "form.submitted", "points": 40},
        "visit": {"on": "page.viewed", "points": 8, "times": {"path": {"/prices*": 2}}},
    },
    "levels": {"hot": 60, "warm": 30, "back": 5},
    "thresholds": {"MQL": 60},
}


def brought(house: House, file: Path, text: str, **given: Any) -> Report:
    file.write_text(text, encoding="utf-8")
    source = scan(file)
    wanted = Wanted(history_columns(source.header, given.pop("columns", {})), **given)
    return import_history(house.store, house.desk, source, wanted, file.with_suffix(".refused.csv"))


def score(house: House, lead: str, days: int = 0) -> Score:
    def read(conn: Any) -> Score:
        rules, at = house.desk.library.rules(conn), MONDAY - timedelta(days=days)
        fields = lead_fields(lead_row(conn, lead), rules.dictionary)
        return total(entries(conn, lead, at), rules.scoring, at, fields)

    return house.do(read)


def count(house: House, table: Any, *where: Any) -> int:
    return house.do(lambda conn: conn.scalar(select(func.count()).select_from(table).where(*where)))


def test_the_past_scores_as_of_its_day_and_starts_nothing(house: House, tmp_path: Path) -> None:
    publish(house, POLICY)
    house.publish(campaign(enrol={"on": "guide-form"}))
    lead = house.lead()
    house.do(look, house.desk, lead)
    email = house.do(lambda conn: conn.scalar(select(leads.c.email).where(leads.c.id == lead)))
    day = (MONDAY - timedelta(days=10)).isoformat()
    text = (
        f"Email,Event,At,Path,Form\n{email},form.submitted,{day},,guide\n{email},form.submitted,{day[:10]},\n"
    )
    text += f"{email},page.viewed,{day},/prices/a\n"
    before = count(house, events)
    report = brought(house, tmp_path / "events.csv", text)
    assert (report.accepted, report.known, report.refused) == (3, 0, 0)
    assert score(house, lead).engagement == pytest.approx(48, abs=1)
    assert score(house, lead, days=10).engagement == pytest.approx(96, abs=3)
    assert score(house, lead, days=11).engagement == 0
    assert (count(house, events), count(house, journeys), count(house, outbox)) == (before + 3, 0, 0)
    assert house.do(waiting_leads, house.desk) == []
    assert house.do(lambda conn: conn.scalar(select(score_levels.c.level))) == "warm", "known, and not told"
    happen(house, lead, "page.viewed", MONDAY, 1)
    house.do(look, house.desk, lead)
    assert count(house, events, events.c.type == "score.crossed") == 1, "the next one is a crossing of today"
    again = brought(house, tmp_path / "other.csv", text)
    assert (again.accepted, again.known) == (0, 3)


def test_rows_that_cannot_be_used_are_told_with_their_lines(house: House, tmp_path: Path) -> None:
    publish(house, POLICY)
    lead = house.lead()
    email = house.do(lambda conn: conn.scalar(select(leads.c.email).where(leads.c.id == lead)))
    rows = [
        f"{email},,2026-01-01",
        f"{email},email.unsubscribed,2026-01-01",
        f"{email},stage.changed,2026-01-01",
        f"{email},form.submitted,01/02/2026",
        f"{email},form.submitted,2099-01-01",
        f"{email},form.submitted,",
        "nobody@made.example,form.submitted,2026-01-01",
        ",form.submitted,2026-01-01",
        f"{email},form.submitted,2026-01-01,too,many",
        f"{email},email.clicked,2026-01-01",
    ]
    file = tmp_path / "events.csv"
    report = brought(house, file, "\n".join(["email,what,when", *rows]), columns={"what": "event"})
    assert (report.accepted, report.refused) == (1, 9)
    told = dict(report.reasons)
    expected = ["a name such as", "stops mail", "only Nurture", "a date was expected", "not happened yet"]
    expected += ["no time", "no lead has this address: import the leads first", "no address", "5 cells"]
    assert [words in told[line] for line, words in enumerate(expected, 2)] == [True] * 9, told
    assert len(file.with_suffix(".refused.csv").read_text(encoding="utf-8-sig").splitlines()) == 10


def test_it_goes_on_where_it_was_stopped(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(house, POLICY)
    lead = house.lead()
    email = house.do(lambda conn: conn.scalar(select(leads.c.email).where(leads.c.id == lead)))
    text = "email,event,at\n" + "".join(f"{email},page.viewed,2026-01-{n:02}\n" for n in range(1, 10))
    monkeypatch.setattr(importing_history, "AT_ONCE", 3)
    settle = quietly.settle
    calls: list[int] = []

    def breaks(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError
        settle(*args)

    monkeypatch.setattr(quietly, "settle", breaks)
    with pytest.raises(RuntimeError):
        brought(house, tmp_path / "events.csv", text)
    report = brought(house, tmp_path / "events.csv", text)
    assert (report.resumed_at, report.accepted) == (3, 6)
    assert count(house, events, events.c.source == "history") == 9
    dry = brought(house, tmp_path / "more.csv", text.replace("-01-", "-02-"), dry_run=True)
    assert (dry.accepted, count(house, events, events.c.source == "history")) == (9, 9)


def test_a_file_of_events_is_known_by_its_columns() -> None:
    assert looks_like_history(("E-Mail", "Event", "Happened at", "Page"))
    assert not looks_like_history(("Email", "First name", "Date"))
    with pytest.raises(NoHistory, match="No column is the at"):
        history_columns(("email", "event", "Day"), {})
    with pytest.raises(NoHistory, match="both the email"):
        history_columns(("email", "event", "at", "mail"), {"mail": "email", "email": "email"})
    assert history_columns(("email", "event", "Day", "Page Path"), {"Day": "at"}).data == {3: "page_path"}
