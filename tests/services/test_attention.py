"""Parked journeys: counted by cause, and let go on at a rate."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from nurture.services import attention
from nurture.services.attention import retry
from nurture.services.wakes import Spread
from nurture.store.queries.journeys import causes
from nurture.store.tables import incidents, journeys, outbox
from tests.rows import Rows


def parked(rows: Rows, cause: str, count: int, **given: Any) -> list[str]:
    at = rows.ago(days=1)
    return [rows.journey(attention=cause, attention_at=at, tries=3, **given) for _ in range(count)]


def test_causes_are_counted_with_examples(rows: Rows) -> None:
    rows.put(incidents, id="i-1", kind="UndefinedError", text="no first name", at=rows.now)
    parked(rows, "template", 4, step="checklist", incident="i-1")
    parked(rows, "condition", 1)
    rows.journey()
    rows.ended(attention="template")
    found = rows.store.read_sync(causes, rows.now, 2)
    assert [(group["cause"], group["step"], group["count"]) for group in found] == [
        ("template", "checklist", 4),
        ("condition", "guide+wait", 1),
    ]
    assert len(found[0]["examples"]) == 2
    assert found[0]["examples"][0]["error"] == "UndefinedError"
    assert abs((found[0]["since"] - rows.ago(days=1)).total_seconds()) < 60


@pytest.mark.parametrize(("cause", "expected"), [("template", 5), (None, 6), ("crashed", 0)])
def test_a_retry_lets_a_cause_go_on(
    rows: Rows, monkeypatch: pytest.MonkeyPatch, cause: str | None, expected: int
) -> None:
    monkeypatch.setattr(attention, "PAGE", 2)
    parked(rows, "template", 5)
    parked(rows, "condition", 1)
    after, done = rows.store.write_sync(retry, cause, None, Spread(10))
    while after:
        after, count = rows.store.write_sync(retry, cause, after, Spread(10, done))
        done += count
    assert done == expected
    still = select(journeys.c.id).where(journeys.c.attention.is_not(None))
    assert len(rows.store.read_sync(lambda conn: conn.execute(still).all())) == 6 - expected
    woken = rows.store.read_sync(lambda conn: conn.execute(select(outbox)).all())
    assert len(woken) == expected
    assert all(row.payload["due"] for row in woken)
    tries = rows.store.read_sync(lambda conn: list(conn.scalars(select(journeys.c.tries))))
    assert sorted(tries) == [0] * expected + [3] * (6 - expected)
