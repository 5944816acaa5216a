"""An account that does badly stops, once, and goes on when somebody says so; on both databases."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.domain.accounts.account import Account
from nurture.domain.accounts.breakers import Counts
from nurture.domain.accounts.routes import Accounts
from nurture.domain.mail_events import MailEvent, Told
from nurture.services import breakers, sending
from nurture.services.channels import end_rest, rest, resting
from nurture.services.feedback import book
from nurture.services.standing_accounts import standing_accounts
from nurture.services.tally import MOST
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.session import Store
from nurture.store.tables import account_hours, sends, trips
from tests.fixtures.content import House, make_house
from tests.services.test_turns import begin, row

GUIDE = {"campaign": "guide", "steps": [{"send": "first"}, {"end": "over"}]}
GONE = Outcome(Verdict.BOUNCED, 550, "5.1.1", "", "no-such-mailbox")
FULL = Outcome(Verdict.BOUNCED, 552, "5.2.2", "", "mailbox-full")
SENT = Outcome(Verdict.SENT, 250, None, "", "accepted")
COMPOSED = Composed(b"Subject: x\r\n\r\nx", [], "0" * 64)


@pytest.fixture
def living(store: Store) -> House:
    return make_house(store)


def handed(house: House, count: int, account: str = "smtp") -> None:
    house.do(breakers.write_down, house.desk, {account: count})


def counts(house: House) -> dict[str, Counts]:
    return house.do(lambda conn: breakers.lately(conn, house.desk.clock.now(conn)))


def one_more(house: House, outcome: Outcome, number: int) -> Any:
    mail = house.do(sending.begin, house.desk, begin(house, GUIDE), new_id())
    assert isinstance(mail, ToSend), number
    assert house.do(sending.mark, house.desk, mail, COMPOSED)
    return house.do(sending.finish, house.desk, mail, outcome, COMPOSED, None)


def test_too_many_addresses_that_are_gone_stop_the_account_and_no_lead(
    living: House, caplog: pytest.LogCaptureFixture
) -> None:
    house = living
    handed(house, 95)
    with caplog.at_level(logging.ERROR):
        for number in range(5):
            assert house.do(resting, "smtp") is None
            one_more(house, GONE if number else FULL, number)
        one_more(house, GONE, 5)
        house.do(breakers.blame, house.desk, "smtp", "bounces")
    (told,) = caplog.records
    assert (vars(told)["reason"], vars(told)["bounces"]) == ("bounces", 5), "told once"
    found = house.do(resting, "smtp")
    assert found.reason == "bounces"
    turn = begin(house, GUIDE)
    assert not isinstance(house.do(sending.begin, house.desk, turn, new_id()), ToSend)
    waits = row(house, turn.journey)
    assert (waits.hold, waits.attention, waits.outcome) == ("channel", None, None)
    assert timedelta(days=6) < waits.due - waits.entered_at < timedelta(days=8), "no longer than `within`"
    assert house.do(end_rest) == [], "the release of a hold does not end it"
    refused = Outcome(Verdict.UNREACHED, 401, None, "", "account-refused", channel=True)
    house.do(rest, house.desk, "smtp", refused, None)
    assert house.do(resting, "smtp").reason == "bounces", "nor does another trouble hide it"


def test_resumed_it_goes_on_and_counts_afresh(living: House) -> None:
    house = living
    handed(house, 1000)
    for _ in range(3):
        house.do(breakers.blame, house.desk, "", "complaints")
    (standing,) = house.do(standing_accounts, house.desk)
    assert (standing.state, standing.trip.counts["complaints"], standing.trip.counts["handed"]) == (
        "stopped",
        3,
        1000,
    )
    assert house.do(breakers.resume, house.desk, "smtp", "ann")
    assert not house.do(breakers.resume, house.desk, "smtp", "ann")
    assert isinstance(house.do(sending.begin, house.desk, begin(house, GUIDE), new_id()), ToSend)
    assert counts(house) == {}
    ended = house.do(lambda conn: conn.execute(select(trips)).one())
    assert (ended.resumed_by, ended.resumed_at is not None) == ("ann", True)
    house.do(breakers.blame, house.desk, "smtp", "complaints")
    assert house.do(resting, "smtp") is None


def test_a_few_complaints_among_few_stop_nothing_and_old_hours_do_not_count(living: House) -> None:
    house = living
    handed(house, 3)
    house.do(breakers.blame, house.desk, "smtp", "complaints")
    handed(house, 16)
    for _ in range(5):
        house.do(breakers.blame, house.desk, "smtp", "complaints")
    assert house.do(resting, "smtp") is None
    later = update(account_hours).values(hour=house.do(house.desk.clock.now) - timedelta(hours=25))
    house.do(lambda conn: conn.execute(later))
    assert counts(house) == {}


def test_it_is_looked_at_when_mails_go_and_not_at_bad_news_alone(living: House) -> None:
    house = living
    for _ in range(6):
        house.do(breakers.blame, house.desk, "smtp", "bounces")
    assert house.do(resting, "smtp") is None
    for _ in range(MOST):
        house.do(breakers.handed, house.desk, "")
    assert house.do(resting, "smtp").reason == "bounces"


def test_after_a_stop_a_list_that_is_no_cleaner_stops_it_soon(living: House) -> None:
    house = living
    handed(house, 200)
    for _ in range(2):
        for _ in range(32):
            house.do(breakers.blame, house.desk, "smtp", "bounces")
        assert house.do(resting, "smtp").reason == "bounces"
        assert house.do(breakers.resume, house.desk, "smtp", "ann")
        handed(house, 41)


def test_every_mail_is_counted_and_few_pay_a_statement_for_it(living: House) -> None:
    house = living
    for _ in range(MOST):
        assert counts(house) == {}
        house.do(breakers.handed, house.desk, "")
    assert counts(house) == {"smtp": Counts(MOST)}
    for outcome in (SENT, FULL):
        one_more(house, outcome, 0)
    house.do(breakers.write_down, house.desk, house.desk.tally.take())
    assert counts(house) == {"smtp": Counts(MOST + 2)}


def test_what_providers_tell_counts_for_the_account_that_carried_the_mail(store: Store) -> None:
    both = Accounts({"main": Account("main"), "news": Account("news")})
    house = make_house(store, accounts=both, provider="main")
    one_more(house, SENT, 0)
    house.do(lambda conn: conn.execute(update(sends).values(provider="news")))
    send = house.do(lambda conn: conn.execute(select(sends)).one())
    at = house.do(house.desk.clock.now)
    told = [
        MailEvent(Told.COMPLAINED, "c", "spam", at, send_id=send.id, recipient=send.recipient),
        MailEvent(Told.BOUNCED, "b", "bounce", at, send_id=send.id, reason="hard-bounce"),
        MailEvent(Told.BOUNCED, "p", "bounce", at, send_id=send.id, reason="policy"),
    ]
    for _ in range(2):
        house.do(book, house.desk, "postmark", told)
    found = counts(house)["news"]
    assert (found.complaints, found.bounces, found.refusals) == (1, 1, 1)
    again = [
        MailEvent(Told.COMPLAINED, "list-c", "on the list", at, send_id=send.id),
        MailEvent(Told.BOUNCED, "list-b", "on the list", at, send_id=send.id, reason="no-such-mailbox"),
        MailEvent(Told.BOUNCED, "list-p", "on the list", at, send_id=send.id, reason="authentication"),
    ]
    house.do(book, house.desk, "postmark", again)
    assert counts(house)["news"] == found  # what is told twice, as an entry in a list, is to blame once


def test_only_what_is_stopped_waits_where_another_account_can(store: Store) -> None:
    both = Accounts({"main": Account("main"), "spare": Account("spare")})
    house = make_house(store, accounts=both, provider="main")
    handed(house, 100, "main")
    for _ in range(5):
        house.do(breakers.blame, house.desk, "main", "bounces")
    mail = house.do(sending.begin, house.desk, begin(house, GUIDE), new_id())
    assert mail.account == "spare"


def test_a_stepped_clock_stops_nothing(house: House) -> None:
    def storm(conn: Connection) -> None:
        for _ in range(300):
            breakers.handed(conn, house.desk, "")
            breakers.blame(conn, house.desk, "", "bounces")

    house.do(storm)
    assert counts(house) == {}
