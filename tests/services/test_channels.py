"""An account that cannot be used rests: nobody is handed a token, however many ask, and then it goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.services import sending
from nurture.services.channels import PAUSES, end_rest, rest, resting, strike, wake_rested
from nurture.services.rates import bucket_of, take
from nurture.services.to_send import ToSend
from nurture.services.wakes import Spread
from nurture.store.columns import db_now, new_id
from nurture.store.session import Store
from nurture.store.tables import channels, journeys, outbox, rates
from tests.fixtures.content import House, make_house
from tests.services.test_turns import begin

GUIDE = {"campaign": "guide", "steps": [{"send": "first"}, {"end": "over"}]}
REFUSED = Outcome(Verdict.UNREACHED, 401, None, "", "account-refused", channel=True)
COMPOSED = Composed(b"Subject: x\r\n\r\nx", [], "0" * 64)


def throttled(seconds: float) -> Outcome:
    return Outcome(Verdict.UNREACHED, 429, None, "", "throttled", channel=True, retry_after=seconds)


def token(house: House) -> float:
    return float(house.do(take, house.desk.purse, bucket_of("smtp"), 10.0))


def over(house: House, seconds: float = 1.0) -> None:
    """As if its rest had ended so long ago."""
    house.do(lambda conn: conn.execute(update(channels).values(until=db_now(-seconds))))
    house.do(lambda conn: conn.execute(update(rates).values(at=db_now(-seconds))))


def test_nothing_goes_before_it_may(house: House) -> None:
    assert token(house) == 0
    assert house.do(rest, house.desk, "smtp", throttled(7.0), None) == 7
    assert 6 < token(house) <= 7.2
    found = house.do(resting, "smtp")
    assert (found.reason, found.seconds <= 7) == ("throttled", True)
    over(house)
    assert token(house) == 0
    assert house.do(resting, "smtp") is None


def test_a_longer_wait_is_not_made_shorter(house: House) -> None:
    house.do(rest, house.desk, "smtp", throttled(30.0), None)
    assert house.do(rest, house.desk, "smtp", throttled(2.0), None) > 28
    assert house.do(rest, house.desk, "smtp", throttled(1e9), None) == 3600


def test_a_wait_of_nothing_grows_until_a_mail_is_taken(house: House) -> None:
    waits = []
    for _ in range(8):
        waits.append(house.do(rest, house.desk, "smtp", throttled(0.0), None))
        assert house.do(rest, house.desk, "smtp", throttled(0.0), None) <= waits[-1], "met by many at once"
        over(house)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    house.desk.silences.took("smtp")
    assert house.do(rest, house.desk, "smtp", throttled(0.0), None) == 1


def test_being_throttled_does_not_count_as_trouble(house: House) -> None:
    for _ in range(9):
        house.do(rest, house.desk, "smtp", throttled(2.0), None)
        over(house)
    assert house.do(rest, house.desk, "smtp", REFUSED, None) == PAUSES[0]


def test_what_passes_by_itself_keeps_nobody_longer_than_it_lasted(house: House) -> None:
    down = Outcome(Verdict.UNREACHED, 503, None, "", "provider-down", channel=True)
    lasted = 0.0
    for _ in range(20):
        seconds = house.do(rest, house.desk, "smtp", down, None)
        assert seconds <= lasted + 60
        lasted += seconds
        over(house)
    assert lasted > 3600


def test_what_only_a_person_can_mend_is_asked_ever_more_seldom(house: House) -> None:
    seconds = []
    for _ in range(5):
        seconds.append(round(house.do(rest, house.desk, "smtp", REFUSED, None)))
        assert round(house.do(rest, house.desk, "smtp", REFUSED, None)) == seconds[-1]  # met at the same time
        over(house)
    assert seconds == [*PAUSES, PAUSES[-1]]
    over(house, 3600.0)
    assert house.do(rest, house.desk, "smtp", REFUSED, None) == PAUSES[0]


def test_refusals_for_our_own_sake_stop_the_account_when_they_come_in_a_burst(house: House) -> None:
    def refused(times: int) -> None:
        for _ in range(times):
            house.do(strike, house.desk, "smtp")

    refused(4)
    assert house.do(resting, "smtp") is None
    house.do(lambda conn: conn.execute(update(channels).values(since=db_now(-601))))
    refused(4)  # long after the first ones
    assert house.do(resting, "smtp") is None
    refused(1)
    found = house.do(resting, "smtp")
    assert (found.reason, round(found.seconds, -1)) == ("policy-refusals", 1800)
    assert token(house) > 1700


def test_once_mended_it_goes_on_at_once(house: House) -> None:
    turn = begin(house, GUIDE)
    found = house.do(sending.begin, house.desk, turn, new_id())
    house.do(sending.finish, house.desk, found, REFUSED, COMPOSED, None)
    assert token(house) > 50
    assert house.do(end_rest) == ["smtp"]
    assert token(house) < 0.2
    assert house.do(end_rest) == []
    assert house.do(wake_rested, None, Spread(10.0)) == (None, 1)
    waiting = select(outbox.c.record).where(outbox.c.kind == "wake")
    assert house.do(lambda conn: conn.scalar(waiting)) == turn.journey
    assert round(house.do(rest, house.desk, "smtp", REFUSED, None)) == PAUSES[0]  # counted from the beginning


@pytest.mark.parametrize("outcome", [REFUSED, throttled(20.0)])
def test_the_lead_waits_and_pays_nothing(house: House, outcome: Outcome) -> None:
    turn = begin(house, GUIDE)
    found = house.do(sending.begin, house.desk, turn, new_id())
    assert isinstance(found, ToSend)
    house.do(sending.finish, house.desk, found, outcome, COMPOSED, None)
    row: Any = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert (row.hold, row.troubles, row.attention, row.step) == ("channel", 0, None, "first")


def test_the_next_ones_are_held_at_the_gate_and_the_timeline_says_why(store: Store) -> None:
    house = make_house(store)
    turn = begin(house, GUIDE)
    house.do(rest, house.desk, "smtp", throttled(60.0), None)
    assert not isinstance(house.do(sending.begin, house.desk, turn, new_id()), ToSend)
    row: Any = house.do(lambda conn: conn.execute(select(journeys)).one())
    assert row.hold == "channel"


def test_why_it_rests_is_told_in_words(house: House) -> None:
    house.do(rest, house.desk, "smtp", REFUSED, None)
    assert house.do(resting, "smtp").why == "the provider does not take our key, or has stopped the account"
