from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select

from nurture.clock import RealClock
from nurture.services.tracking import Visitor, answer, click, ip_hash, offered, opened
from nurture.store.session import Store
from nurture.store.tables import events
from tests.rows import Rows

CLOCK = RealClock()
VISITOR = Visitor("GET", "a\0gent" * 200, "hash")


def stored(store: Store) -> list[Any]:
    return store.read_sync(lambda conn: list(conn.execute(select(events).order_by(events.c.id))))


def test_what_a_visitor_says_is_kept_short_and_storable(store: Store, rows: Rows) -> None:
    send = rows.send(rows.lead(), links=["https://ours.example"])
    assert store.write_sync(click, CLOCK, send, 0, VISITOR) == "https://ours.example"
    store.write_sync(opened, CLOCK, send, VISITOR)
    clicked, seen = stored(store)
    assert (clicked.type, seen.type) == ("email.clicked", "email.opened")
    assert len(clicked.data["agent"]) <= 300
    assert "\0" not in clicked.data["agent"]
    assert "link" not in seen.data


def test_the_same_answer_at_the_same_moment_is_one(store: Store, rows: Rows) -> None:
    send = rows.send(rows.lead(), answers={"now": "Now", "later": "Later"})
    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(lambda _: store.write_sync(answer, CLOCK, send, "now"), range(6)))
    assert [row.data["answer"] for row in stored(store)] == ["now"]


def test_answers_with_or_without_words() -> None:
    assert offered({"now": "Evaluating"}) == {"now": "Evaluating"}
    assert offered(["now", "later"]) == {"now": "now", "later": "later"}
    assert offered(None) == {}


def test_an_ip_is_kept_as_a_hash_under_the_secret() -> None:
    assert ip_hash("one", "127.0.0.1") == ip_hash("one", "127.0.0.1") != ip_hash("two", "127.0.0.1")
    assert ip_hash("one", "") == ""
