"""Mails of which nobody knows: settled by proof, by a log, or given up; on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from nurture.clock import step
from nurture.services.changes import announce
from nurture.services.reconcile import reconcile, settle_by_log
from nurture.store.columns import new_id
from nurture.store.tables import sends
from tests.fixtures.content import MONDAY, House


def unknown(conn: Connection, lead: str, number: int) -> str:
    send: dict[str, Any] = {
        "id": new_id(),
        "key": f"{number}",
        "lead_id": lead,
        "message": "x",
        "kind": "marketing",
    }
    send |= {"state": "unknown", "message_id": f"<{number}@ours.example>", "created_at": MONDAY}
    conn.execute(insert(sends).values(**send, claimed_at=MONDAY, settled_at=MONDAY))
    return str(send["id"])


def states(conn: Connection) -> Counter[str]:
    return Counter(conn.scalars(select(sends.c.state)))


def test_a_mail_that_was_clicked_had_arrived(house: House) -> None:
    lead = house.lead()
    first = house.do(unknown, lead, 1)
    house.do(unknown, lead, 2)
    house.do(announce, lead, "email.clicked", {}, "c", MONDAY, send_id=first)
    assert house.do(reconcile, house.desk) == 1
    assert house.do(states) == {"sent": 1, "unknown": 1}


def test_the_others_are_given_up_after_a_day(house: House) -> None:
    house.do(unknown, house.lead(), 1)
    house.do(step, MONDAY + timedelta(hours=23))
    assert house.do(reconcile, house.desk) == 0
    house.do(step, MONDAY + timedelta(hours=25))
    assert house.do(reconcile, house.desk) == 1
    assert house.do(states) == {"given_up": 1}


def test_an_incomplete_log_proves_only_what_it_names(house: House) -> None:
    lead = house.lead()
    for number in (1, 2):
        house.do(unknown, lead, number)
    assert house.do(settle_by_log, house.desk.clock, {"<1@ours.example>"}, False) == (1, 0)
    assert house.do(states) == {"sent": 1, "unknown": 1}
    assert house.do(settle_by_log, house.desk.clock, {"<1@ours.example>"}, True) == (0, 1)
    assert house.do(states) == {"sent": 1, "given_up": 1}
