"""Notices that are gathered: all in one mail, at the time of the one who gets it, each once."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import select, update

from nurture.clock import step
from nurture.services.alerts import alert
from nurture.services.gathering import gather
from nurture.services.planned import waiting
from nurture.services.stepping import is_quiet, next_instant
from nurture.store.tables import leads, notices, sends
from tests.fixtures.content import MONDAY, House

VALUE = {
    "team": "inside-sales",
    "text": "Came back to the prices",
    "digest": "daily",
    "cc": "boss@ours.example",
}
TUESDAY = MONDAY + timedelta(hours=23)
"""08:00 there."""


def tell(house: House, lead: str, number: int, **more: Any) -> None:
    house.do(alert, house.desk, lead, VALUE | more, f"journey{number}/tell/1/notify")


def mails(house: House) -> list[tuple[str, str, str]]:
    rows = house.do(lambda conn: conn.execute(select(sends).order_by(sends.c.recipient)).all())
    found = [(row.recipient, message_from_bytes(row.body, policy=default)) for row in rows]
    return [(whom, str(mail["Subject"]), mail.get_content()) for whom, mail in found]


def test_those_of_a_day_are_one_mail(house: House) -> None:
    one, other = house.lead(first_name="Ann"), house.lead(first_name="Bob")
    tell(house, one, 1)
    tell(house, one, 1)  # tried again
    house.do(step, MONDAY + timedelta(hours=2))
    tell(house, other, 2)
    tell(house, other, 3, text="Has a new role")
    assert house.do(gather, house.desk) == 0
    assert not house.do(waiting, house.desk).planned
    assert house.do(next_instant) == TUESDAY
    house.do(step, TUESDAY)
    tell(house, one, 4)  # for Wednesday
    assert house.do(waiting, house.desk).planned
    assert not house.do(is_quiet)
    assert [house.do(gather, house.desk) for _ in range(2)] == [2, 0]
    found = mails(house)
    assert [(whom, subject) for whom, subject, _ in found] == [
        ("ann@ours.example", "3 notices from the campaigns"),
        ("boss@ours.example", "3 notices from the campaigns"),
    ]
    assert found[0][2].split() == [
        "Came",
        "back",
        "to",
        "the",
        "prices",
        "-",
        "Mon",
        "09:00:",
        "Ann,",
        "lead1@people.example,",
        "lead",
        "-",
        "Mon",
        "11:00:",
        "Bob,",
        "lead2@people.example,",
        "lead",
        "Has",
        "a",
        "new",
        "role",
        "-",
        "Mon",
        "11:00:",
        "Bob,",
        "lead2@people.example,",
        "lead",
    ]
    assert house.do(next_instant) == TUESDAY + timedelta(days=1)


def test_what_is_late_is_told_and_who_is_erased_is_not_named(house: House) -> None:
    tell(house, house.lead(first_name="Ann"), 1)
    house.do(lambda conn: conn.execute(update(leads).values(erased_at=MONDAY)))
    thursday = TUESDAY + timedelta(days=2)
    house.do(step, thursday)
    assert house.do(gather, house.desk) == 2
    assert "erased since" in mails(house)[0][2]
    assert "Ann" not in mails(house)[0][2]
    assert house.do(lambda conn: conn.scalars(select(notices.c.told_at)).all()) == [thursday] * 2
