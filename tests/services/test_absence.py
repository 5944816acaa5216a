"""Who is away gets nothing, who stands in does; and what everybody hears in the morning."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import select

from nurture.clock import step
from nurture.services.absence import come_back, go_away
from nurture.services.answer import AnswerWrong
from nurture.services.digest import digests_due, next_morning, send_digest
from nurture.services.publish import publish_policy
from nurture.services.stepping import all_done, upcoming
from nurture.store.tables import sends
from tests.fixtures.content import MONDAY, House
from tests.services.test_clocks import ANN, BEN, CAMPAIGN, handed, task, user

DAY = timedelta(days=1)
TEAM: dict[str, Any] = {
    "members": [{"name": "Ann", "email": ANN}, {"name": "Ben", "email": BEN}],
    "due": "4h",
    "head": BEN,
}


@pytest.fixture
def sales(house: House) -> House:
    house.publish(CAMPAIGN)
    house.do(publish_policy, house.desk.clock, "sales", {"teams": {"inside-sales": TEAM}})
    routing = {"rules": [{"rule": "anns", "to": [ANN]}]}
    house.do(publish_policy, house.desk.clock, "routing", routing)
    return house


def away(house: House, who: str, day: date, to: str | None = None, *, give: bool = False) -> int:
    instead = user(house, to) if to else None
    return int(house.do(go_away, house.desk, user(house, who), day, instead, give=give))


def test_who_stands_in_gets_what_comes_and_what_is_open(sales: House) -> None:
    lead, mine = handed(sales)
    assert mine.owner == user(sales, ANN)
    assert away(sales, ANN, date(2026, 3, 9), BEN, give=True) == 1
    assert (task(sales, lead).owner, task(sales, lead).clock) == (user(sales, BEN), 2)
    lead, new = handed(sales)
    assert new.owner == user(sales, BEN)
    assert "until 09 Mar" in new.context["routed"]["why"]
    sales.do(step, MONDAY + 7 * DAY)
    assert handed(sales)[1].owner == user(sales, ANN)
    away(sales, ANN, date(2026, 4, 1))
    sales.do(come_back, user(sales, ANN))
    assert handed(sales)[1].owner == user(sales, ANN)


@pytest.mark.parametrize(
    ("day", "to", "give"),
    [(date(2026, 3, 1), BEN, False), (date(2026, 3, 9), None, True), (date(2026, 3, 9), ANN, False)],
)
def test_an_absence_that_lacks_something(sales: House, day: date, to: str | None, give: bool) -> None:
    with pytest.raises(AnswerWrong):
        away(sales, ANN, day, to, give=give)


def digests(house: House) -> dict[str, str]:
    """Address -> text, of those that are due now."""
    for one in house.do(digests_due, house.desk):
        house.do(send_digest, house.desk, one)
    query = select(sends.c.recipient, sends.c.body).where(sends.c.key.startswith("digest/"))
    rows = house.do(lambda conn: conn.execute(query).all())
    return {to: str(message_from_bytes(body).get_payload()) for to, body in rows}


def test_in_the_morning_everybody_hears_what_waits_and_who_leads_hears_of_all(sales: House) -> None:
    for _ in range(2):
        handed(sales)
    assert digests(sales) == {}  # they have just been told of these
    sales.do(step, MONDAY + DAY - timedelta(minutes=70))
    assert digests(sales) == {}  # it is not eight yet
    sales.do(step, MONDAY + DAY)
    found = digests(sales)
    assert "2 tasks wait for you: 2 late, 0 due today." in found[ANN]
    assert "inside-sales, Ann: 2 open, 2 late" in found[BEN]
    assert "lead1" not in found[ANN].lower()
    assert list(sales.do(digests_due, sales.desk)) == []
    sales.do(step, MONDAY + 5 * DAY)  # a Saturday
    assert list(sales.do(digests_due, sales.desk)) == []


def test_a_clock_that_is_stepped_stops_at_each_morning(sales: House) -> None:
    assert sales.do(upcoming, sales.desk) is None  # nothing waits for anybody
    handed(sales)
    mornings = []
    for _ in range(5):
        morning = sales.do(next_morning, sales.desk)
        sales.do(step, morning)
        assert not sales.do(all_done, sales.desk)
        digests(sales)
        assert digests_left(sales) == []
        mornings.append(morning - MONDAY + timedelta(hours=1))
    assert mornings == [DAY, 2 * DAY, 3 * DAY, 4 * DAY, 7 * DAY]  # eight in the morning, no weekend
    away(sales, ANN, date(2026, 3, 12))
    away(sales, BEN, date(2026, 3, 11))
    assert sales.do(next_morning, sales.desk) == MONDAY + 9 * DAY - timedelta(hours=1)
    sales.do(publish_policy, sales.desk.clock, "sales", {"teams": {"inside-sales": TEAM}, "digest": False})
    assert sales.do(next_morning, sales.desk) is None


def digests_left(house: House) -> list[str]:
    return list(house.do(digests_due, house.desk))


def test_without_digests(sales: House) -> None:
    handed(sales)
    sales.do(publish_policy, sales.desk.clock, "sales", {"teams": {"inside-sales": TEAM}, "digest": False})
    sales.do(step, MONDAY + DAY)
    assert list(sales.do(digests_due, sales.desk)) == []


def test_who_is_away_hears_nothing(sales: House) -> None:
    handed(sales)
    away(sales, ANN, date(2026, 3, 9))
    sales.do(step, MONDAY + DAY)
    assert list(digests(sales)) == [BEN]
