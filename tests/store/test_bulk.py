from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from nurture.store.bulk import insert_those_missing
from nurture.store.session import Store
from nurture.store.tables import events
from tests.rows import Rows

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_row(key: str, lead: str) -> dict[str, Any]:
    times = dict.fromkeys(("occurred_at", "received_at", "judge_at"), NOW)
    return {"source": "api", "key": key, "type": "page.viewed", "lead_id": lead, "send_id": None} | {
        "data": {"path": "/ü", "n": 1.5},
        **times,
    }


def test_rows_are_as_the_usual_way_makes_them_and_those_that_are_there_stay(sqlite_store: Store) -> None:
    lead = Rows(sqlite_store).lead()
    sqlite_store.write_sync(lambda conn: conn.execute(insert(events), [a_row("usual", lead)]))
    rows = [a_row(key, lead) for key in ("usual", "1", "1", "2")]
    assert sqlite_store.write_sync(insert_those_missing, events, rows) == 2
    found = sqlite_store.read_sync(lambda conn: conn.execute(select(events).order_by(events.c.id)).all())
    assert [row.key for row in found] == ["usual", "1", "2"]
    usual, mine, _ = (row._asdict() for row in found)
    assert {**usual, "id": 0, "key": ""} == {**mine, "id": 0, "key": ""}
