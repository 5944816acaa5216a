"""Leads at sales are left in peace; what follows a reason, and the way back in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from nurture.clock import step
from nurture.services import engagement
from nurture.services.answer import Answer, AnswerWrong, answer
from nurture.services.deals import Deal, close_deal
from nurture.services.enrol import enrol
from nurture.services.gates import gate, installed
from nurture.services.giving_back import bring_back
from nurture.services.publish import publish_policy
from nurture.services.stepping import next_instant
from nurture.services.turns import as_turn, hold, open_turn
from nurture.store.tables import journeys, leads, points, returns
from tests.fixtures.content import MONDAY, House
from tests.services.test_clocks import ANN, CAMPAIGN, handed, task, turn_of, user

DAY = timedelta(days=1)
OWN = {"campaign": "own", "steps": [{"handoff": "inside-sales", "rejected": [{"wait": "5d"}, {"end": "no"}]}]}
AGAIN = {"campaign": "again", "steps": [{"send": "news"}, {"wait": "9d"}, {"end": "over"}]}
POLICY: dict[str, Any] = {
    "teams": {"inside-sales": {"members": [{"name": "Ann", "email": ANN}]}},
    "reasons": {
        "no-budget": {"says": "No budget", "rest": "60d", "then": "again", "score": -15},
        "bad-data": {"says": "Not a person", "stage": "disqualified"},
        "lost-cause": {"says": "Lost", "then": "nowhere"},
    },
    "returned": {"then": "again"},
}


@pytest.fixture
def sales(house: House) -> House:
    for campaign in (CAMPAIGN, OWN, AGAIN):
        house.publish(campaign)
    house.do(publish_policy, house.desk.clock, "sales", POLICY)
    return house


def say(house: House, lead: str, word: Any, reason: str | None = None, **more: Any) -> None:
    one = task(house, lead)
    house.do(answer, house.desk, one.id, one.version, Answer(word, user(house, ANN), reason, **more))


def lead_of(house: House, lead: str) -> Any:
    return house.do(lambda conn: conn.execute(select(leads).where(leads.c.id == lead)).one())


def back(house: House) -> list[Any]:
    return list(house.do(lambda conn: conn.execute(select(returns)).all()))


def test_a_reason_gives_a_rest_points_and_a_campaign_after_it(sales: House) -> None:
    lead, _ = handed(sales)
    assert lead_of(sales, lead).handed_at == MONDAY
    say(sales, lead, "rejected", "no-budget")
    found = lead_of(sales, lead)
    assert (found.stage, found.handed_at, found.rests_until) == ("recycled", None, MONDAY + 60 * DAY)
    given = sales.do(lambda conn: conn.execute(select(points.c.rule, points.c.points)).one())
    assert tuple(given) == ("sales no-budget", -15.0)
    assert sales.do(bring_back, sales.desk) == 0
    sales.do(engagement.check, sales.desk, turn_of(sales, lead))
    assert sales.do(next_instant) in (MONDAY, MONDAY + 60 * DAY)  # the events of the answer first
    sales.do(step, MONDAY + 60 * DAY)
    assert sales.do(bring_back, sales.desk) == 1
    (row,) = back(sales)
    assert (row.campaign, row.state) == ("again", "entered")
    cause = sales.do(lambda conn: conn.scalar(select(journeys.c.cause).where(journeys.c.campaign == "again")))
    assert cause == f"return:{row.id}"


def test_a_campaign_that_answers_itself_is_asked_first_but_for_a_day_that_sales_names(sales: House) -> None:
    lead = sales.lead()
    sales.do(enrol, sales.desk, "own", lead, "test")
    sales.do(engagement.hand_off, sales.desk, turn_of(sales, lead))
    say(sales, lead, "rejected", "no-budget", until=MONDAY + 9 * DAY)
    assert lead_of(sales, lead).rests_until == MONDAY + 9 * DAY
    assert back(sales) == []
    assert sales.do(engagement.check, sales.desk, turn_of(sales, lead)).step == "inside-sales.rejected+wait"


def test_given_back_until_a_day(sales: House) -> None:
    lead, one = handed(sales)
    for until in (None, MONDAY - DAY):
        with pytest.raises(AnswerWrong):
            say(sales, lead, "returned", until=until)
    say(sales, lead, "returned", until=MONDAY + 70 * DAY)
    found = task(sales, lead)
    assert (found.state, found.back_at, found.sla) == ("returned", MONDAY + 70 * DAY, "met")
    assert sales.do(engagement.check, sales.desk, turn_of(sales, lead)).effect == "ended"
    assert [(row.campaign, row.due) for row in back(sales)] == [("again", MONDAY + 70 * DAY)]
    assert one.id == found.id


def test_a_reason_may_disqualify_and_a_campaign_that_is_gone_is_told(sales: House) -> None:
    lead, _ = handed(sales)
    say(sales, lead, "rejected", "bad-data")
    assert (lead_of(sales, lead).stage, lead_of(sales, lead).rests_until) == ("disqualified", None)
    other, _ = handed(sales)
    say(sales, other, "rejected", "lost-cause")
    assert sales.do(bring_back, sales.desk) == 1
    (row,) = back(sales)
    assert row.state == "refused"
    assert "No campaign nowhere" in row.reason


def test_marketing_mail_waits_for_the_answer_and_operational_mail_does_not(sales: House) -> None:
    lead, _ = handed(sales)
    sales.do(enrol, sales.desk, "again", lead, "test")
    assert _begun(sales) == ("sales", MONDAY + DAY)
    say(sales, lead, "accepted")
    row = sales.do(lambda conn: conn.execute(select(journeys).where(journeys.c.campaign == "again")).one())
    assert (row.due, row.woken) == (MONDAY, True)


def test_what_sales_held_for_weeks_is_not_late_for_it(sales: House) -> None:
    lead, _ = handed(sales)
    sales.do(enrol, sales.desk, "again", lead, "test")
    for day in (0, 1, 20):  # more than `within`, which is a week
        sales.do(step, MONDAY + day * DAY)
        assert _begun(sales) == ("sales", MONDAY + (day + 1) * DAY)
    say(sales, lead, "accepted")
    assert _begun(sales) is None


def _begun(house: House) -> Any:
    """What holds the first message of the other campaign; None: it may go."""

    def look(conn: Any) -> Any:
        row = conn.execute(select(journeys).where(journeys.c.campaign == "again")).one()
        turn: Any = open_turn(conn, house.desk, as_turn(conn, house.desk, row))
        first = turn.published.campaign.main[0]
        here = installed(conn, "again")
        assert gate(conn, house.desk, turn, replace(first, kind="operational"), here) == house.desk.provider
        shut: Any = gate(conn, house.desk, turn, first, here)
        if shut == house.desk.provider:
            return None
        hold(conn, house.desk, turn, shut.until, shut.name, shut.why)
        return shut.name, shut.until

    return house.do(look)


def test_won_and_lost(sales: House) -> None:
    lead, one = handed(sales)
    with pytest.raises(Exception, match="changed by somebody else"):
        sales.do(close_deal, sales.desk, one.id, 0, Deal("won", user(sales, ANN)))
    say(sales, lead, "accepted")
    with pytest.raises(AnswerWrong):
        sales.do(close_deal, sales.desk, one.id, 1, Deal("won", user(sales, ANN), -3))
    sales.do(close_deal, sales.desk, one.id, 1, Deal("won", user(sales, ANN), 12000.5, "EUR"))
    found = task(sales, lead)
    assert (found.deal, found.amount, found.currency, found.version) == ("won", 12000.5, "EUR", 2)
    assert lead_of(sales, lead).stage == "customer"
