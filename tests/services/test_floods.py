"""A lead with very many events: what is asked of her looks at the latest of them only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from nurture.services import facts
from nurture.services.changes import announce, own_event
from nurture.services.facts import events_of
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.reapplying import apply_page
from nurture.store.queries import latest
from nurture.store.queries.stages import stages_of
from nurture.store.tables import events
from tests.fixtures.content import MONDAY, House

POLICY = {"rules": {"seen": {"on": "page.viewed", "points": 1}}}
MANY = 60


@pytest.fixture
def flooded(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sixty pages, and long before them a rare event and a stage."""
    monkeypatch.setattr(latest, "MOST_LOOKED_AT", 20)
    monkeypatch.setattr(facts, "_EVENTS", facts.events_query())
    monkeypatch.setattr("nurture.services.history.MOST_EVENTS", 20)
    house.do(publish_policy, house.desk.clock, "scoring", POLICY)
    lead = house.lead()
    kinds = ["stage.changed", "rare.one", *["page.viewed"] * MANY]
    rows = [
        {
            **own_event(lead, kind, {"stage": "MQL"}, f"{number}", MONDAY - timedelta(days=1)),
            "occurred_at": MONDAY - timedelta(hours=len(kinds) - number),
        }
        for number, kind in enumerate(kinds)
    ]
    house.do(lambda conn: conn.execute(insert(events), rows))
    house.do(look, house.desk, lead)
    return lead


def test_the_latest_are_read_and_no_more(house: House, flooded: str) -> None:
    found = house.do(events_of, flooded, frozenset({"page.viewed", "rare.one"}))
    assert [row.type for row in found] == ["page.viewed"] * 20
    assert list(house.do(stages_of, flooded, MONDAY)) == []
    early = MONDAY - timedelta(hours=MANY - 5)
    assert [row.data["stage"] for row in house.do(stages_of, flooded, early)] == ["MQL"]


def asked_by(conn: Connection, deed: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements of a deed, with what they were given."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        asked.append((statement, given))

    event.listen(conn, "before_cursor_execute", note)
    deed()
    event.remove(conn, "before_cursor_execute", note)
    return asked


def test_another_policy_reads_no_more_of_her_points(house: House, flooded: str) -> None:
    other = {"rules": {"seen": {"on": "page.viewed", "points": 2}}}
    house.do(publish_policy, house.desk.clock, "scoring", other)
    rules = house.do(house.desk.library.rules)

    def rows(conn: Connection) -> list[int]:
        asked = asked_by(conn, lambda: apply_page(conn, rules, [flooded], MONDAY))
        of_points = [one for one in asked if one[0].startswith("SELECT points.")]
        return [len(conn.exec_driver_sql(sql, given).all()) for sql, given in of_points]

    if house.do(lambda conn: conn.dialect.name) == "sqlite":
        assert sorted(house.do(rows))[-2:] == [20, MANY], "her points that count, and those booked anew"


def test_what_is_new_is_found_by_its_index_in_its_order(house: House, flooded: str) -> None:
    """SQLite went through all that she ever did, for the sake of the order."""
    house.do(announce, flooded, "page.viewed", {}, "new", MONDAY)

    def plan(conn: Connection) -> list[str]:
        asked = asked_by(conn, lambda: look(conn, house.desk, flooded))
        new = [one for one in asked if "looked_at IS NULL" in one[0] and one[0].startswith("SELECT")]
        lines = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in new]
        return [str(row[3]) for of_one in lines for row in of_one]

    if house.do(lambda conn: conn.dialect.name) == "sqlite":
        assert house.do(plan) == ["SEARCH events USING INDEX ix_events_lead_open (lead_id=?)"]
