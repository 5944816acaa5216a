"""Several accounts on both databases: the next one goes when one rests, lines and places hold, and a mail of
which nobody knows is handed to no other account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.domain.accounts.account import Account, WarmUp
from nurture.domain.accounts.routes import Accounts, Mail, Route
from nurture.services import retries, sending
from nurture.services.channels import rest
from nurture.services.enough import Held
from nurture.services.quotas import take_place, taken
from nurture.services.rates import take_in_line
from nurture.services.to_send import ToSend
from nurture.services.ways import Asks, choose
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import account_days, journeys, rates, sends, timeline
from tests.fixtures.content import House, make_house
from tests.services.test_turns import begin, row

GUIDE = {"campaign": "guide", "steps": [{"send": "first"}, {"end": "over"}]}
TWO = Accounts({"main": Account("main"), "spare": Account("spare")})
REFUSED = Outcome(Verdict.UNREACHED, 401, None, "", "account-refused", channel=True)
AWAY = Outcome(Verdict.UNREACHED, None, None, "", "unreachable")
UNKNOWN = Outcome(Verdict.UNKNOWN, None, None, "", "no-answer")
SENT = Outcome(Verdict.SENT, 200, None, "", "accepted")
DEFERRED = Outcome(Verdict.RETRY, 450, "4.2.1", "", "slow-down")
COMPOSED = Composed(b"From: news@ours.example\r\nSubject: x\r\n\r\nx", [], "0" * 64)


def house_of(store: Store, accounts: Accounts) -> House:
    return make_house(store, accounts=accounts, provider=accounts.main)


def claim(house: House, turn: Any) -> Any:
    return house.do(sending.begin, house.desk, turn, new_id())


def hand_over(house: House, mail: ToSend, outcome: Outcome) -> Any:
    assert house.do(sending.mark, house.desk, mail, COMPOSED)
    return house.do(sending.finish, house.desk, mail, outcome, COMPOSED, None)


def asks(to: str = "x@y.example", **more: Any) -> Asks:
    now = datetime.now(UTC)
    mail = Mail("guide", "marketing", "news@ours.example", to)
    return replace(Asks(mail, now, first=True, hold=None, due=now), **more)


@pytest.mark.parametrize("trouble", [REFUSED, AWAY])
def test_what_an_account_has_not_taken_goes_by_the_next_at_once(store: Store, trouble: Outcome) -> None:
    house = house_of(store, TWO)
    first = claim(house, begin(house, GUIDE))
    assert first.account == "main"
    again = hand_over(house, first, trouble)
    assert again.effect == "send_message"
    assert row(house, again.journey).due <= datetime.now(UTC), "nobody waits while another account can"
    second = claim(house, again)
    assert (second.account, second.send_id) == ("spare", first.send_id)
    assert hand_over(house, second, SENT).effect == "ended"
    found = house.do(lambda conn: conn.execute(select(sends)).one())
    assert (found.state, found.provider) == ("sent", "spare")


def test_what_nobody_knows_of_is_handed_to_no_other(store: Store) -> None:
    house = house_of(store, TWO)
    first = claim(house, begin(house, GUIDE))
    assert hand_over(house, first, UNKNOWN).effect == "ended"
    assert claim(house, first.turn).effect == "ended"
    assert house.do(lambda conn: conn.execute(select(sends.c.state, sends.c.provider)).all()) == [
        ("unknown", "main")
    ]


def test_one_that_is_in_flight_is_waited_for(store: Store) -> None:
    house = house_of(store, TWO)
    first = claim(house, begin(house, GUIDE))
    assert house.do(sending.mark, house.desk, first, COMPOSED)
    house.do(rest, house.desk, "main", REFUSED, None)
    assert claim(house, first.turn).effect == "send_message"
    assert row(house, first.turn.journey).hold == "sending"


def test_where_all_rest_it_waits_for_the_first_that_may_be_tried(store: Store) -> None:
    house = house_of(store, TWO)
    turn = begin(house, GUIDE)
    house.do(rest, house.desk, "spare", REFUSED, None)
    house.do(rest, house.desk, "main", replace(REFUSED, reason="throttled", retry_after=7.0), None)
    assert not isinstance(claim(house, turn), ToSend)
    found = row(house, turn.journey)
    assert (found.hold, 0 < (found.due - datetime.now(UTC)).total_seconds() <= 7) == ("channel", True)
    said = house.do(lambda conn: list(conn.scalars(select(timeline.c.reason))))
    assert "main cannot be used: throttled" in said


def test_a_deferred_mail_stays_with_its_account_unless_that_rests(store: Store) -> None:
    house = house_of(store, TWO)
    hand_over(house, claim(house, begin(house, GUIDE)), DEFERRED)
    mail = house.do(lambda conn: conn.execute(select(sends)).one())
    assert house.do(retries.assign, house.desk, mail) == "main"
    house.do(rest, house.desk, "main", REFUSED, None)
    assert house.do(retries.assign, house.desk, mail) == "spare"
    house.do(rest, house.desk, "spare", REFUSED, None)
    assert house.do(retries.assign, house.desk, mail) is None


def test_over_a_limit_they_stand_in_a_line_and_come_one_by_one(store: Store) -> None:
    slow = Accounts(TWO.accounts, limits={"google": 1 / 30})
    house = house_of(store, slow)
    found = [house.do(choose, house.desk, slow, asks(to=f"p{n}@gmail.com")) for n in range(4)]
    assert found[0] == "main"
    waits = [(one.until - datetime.now(UTC)).total_seconds() for one in found[1:]]
    assert waits == [pytest.approx(30 * n, abs=8) for n in (1, 2, 3)]
    assert {one.name for one in found[1:]} == {"line"}
    assert house.do(choose, house.desk, slow, asks(to="p@elsewhere.example")) == "main"
    house.do(lambda conn: conn.execute(update(rates).values(at=datetime.now(UTC) - timedelta(seconds=31))))
    late = house.do(choose, house.desk, slow, asks(to="late@gmail.com"))
    assert isinstance(late, Held), "who has waited goes before who comes now"
    assert house.do(choose, house.desk, slow, asks(to="p1@gmail.com", hold="line")) == "main"


def test_a_line_that_is_longer_than_within_skips_with_the_reason(store: Store) -> None:
    slow = Accounts(TWO.accounts, limits={"people.example": 1 / 86400 / 5})
    house = house_of(store, slow)
    first = {**GUIDE, "steps": [{"send": "first", "within": "1d"}, {"end": "over"}]}
    house.do(take_in_line, house.desk.purse, "to.people.example", 1 / 86400 / 5, waited=False)
    turn = begin(house, first)
    assert claim(house, turn).effect == "ended"
    (said,) = house.do(
        lambda conn: conn.scalars(select(timeline.c.reason).where(timeline.c.kind == "skipped"))
    )
    assert said == "people.example gets 0.2 a day at most: it would be 4 days late, more than 1d"


def test_on_a_full_day_the_next_account_goes_else_a_place_is_promised(store: Store) -> None:
    today = datetime.now(UTC).date()
    new = Account("new", warm_up=WarmUp(today, (2, 3)))
    house = house_of(store, both := Accounts({"new": new, "main": Account("main")}))
    alone = Accounts({"new": new})
    assert [house.do(choose, house.desk, both, asks()) for _ in range(4)] == ["new", "new", "main", "main"]
    held = [house.do(choose, house.desk, alone, asks()) for _ in range(4)]
    days = [(one.until.date() - today).days for one in held]
    assert days == [1, 1, 1, 2], "three places on the second day; no limit after it"
    assert {one.name for one in held} == {"quota: new"}
    assert house.do(choose, house.desk, alone, asks(hold="quota: new")) == "new", "its own place"
    assert house.do(taken, today) == {"new": 2}


def test_the_last_fifth_of_a_day_is_kept_for_what_goes_first(store: Store) -> None:
    today = datetime.now(UTC).date()
    new = Account("new", daily=10)
    house = house_of(store, Accounts({"new": new}))
    assert [house.do(take_place, new, today, first=False) for _ in range(9)] == [True] * 8 + [False]
    assert [house.do(take_place, new, today, first=True) for _ in range(3)] == [True, True, False]


def test_what_a_limit_holds_gives_its_place_back(store: Store) -> None:
    new = Accounts({"new": Account("new", daily=10)}, limits={"others": 1 / 60})
    house = house_of(store, new)
    for _ in range(3):
        house.do(choose, house.desk, new, asks())
    assert house.do(lambda conn: conn.scalar(select(account_days.c.taken))) == 1


def test_a_sender_whom_no_account_carries_waits_for_the_operator(store: Store) -> None:
    house = house_of(store, Accounts({"main": Account("main", ("else.example",))}, (Route(("main",)),)))
    turn = begin(house, GUIDE)
    claim(house, turn)
    (hold,) = house.do(lambda conn: conn.scalars(select(journeys.c.hold)))
    assert hold == "no-account"


def test_whom_a_rest_met_stands_in_the_line_of_a_limit_too(store: Store) -> None:
    slow = Accounts(TWO.accounts, limits={"google": 1 / 30})
    house = house_of(store, slow)
    assert house.do(choose, house.desk, slow, asks(to="p@gmail.com")) == "main"
    found = [house.do(choose, house.desk, slow, asks(to="p@gmail.com", hold="channel")) for _ in range(3)]
    waits = [(one.until - datetime.now(UTC)).total_seconds() for one in found]
    assert waits == [pytest.approx(30 * n, abs=8) for n in (1, 2, 3)], "not all at the same moment"
