"""The relay asks about mails of which nobody knows: when, how often, and what it makes of the answers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError

from nurture.clock import step
from nurture.delivery.asking import CannotTell, Doubt, Lookup, OddQuestion
from nurture.delivery.hooks import Call
from nurture.delivery.provider import Outcome, Verdict
from nurture.delivery.providers.postmark import PostmarkHook
from nurture.delivery.registry import lookups
from nurture.domain.mail_events import MailEvent, Told
from nurture.relay.lookup import LookupRound
from nurture.services.channels import rest
from nurture.services.feedback import book
from nurture.services.reconcile import reconcile
from nurture.settings import load_settings
from nurture.store.tables import events, provider_events, sends
from tests.delivery.fakes import FakePostmark
from tests.delivery.fakes.server import BROKEN, CRASH, FORBID, THROTTLE, Taken
from tests.fixtures.content import MONDAY, House
from tests.services.test_feedback import a_send, seen, wipe

WHO = "ann@people.example"


@pytest.fixture
async def fake() -> AsyncIterator[FakePostmark]:
    made = FakePostmark()
    async with made.served():
        yield made


@pytest.fixture
async def asking(house: House, fake: FakePostmark) -> AsyncIterator[LookupRound]:
    given = load_settings(**fake.settings, internal_hosts="127.0.0.1")
    made = LookupRound(house.store, house.desk, lookups(given), every=0)
    yield made
    await made.close()


def unknown(house: House, lead: str, number: int = 1, **more: Any) -> str:
    known = {"message_id": f"<{number}@ours.example>", "settled_at": MONDAY, "recipient": WHO}
    return a_send(house, lead, number, "unknown", **{**known, **more})


def took(fake: FakePostmark, send_id: str, *became: str, number: int = 1) -> Taken:
    mail = Taken(WHO, send_id, "Hello", "", "", "", f"00000000-{number:04d}")
    fake.taken.append(mail)
    fake.became[mail.remote_id] = list(became)
    return mail


def later(house: House, minutes: float) -> None:
    house.do(step, MONDAY + timedelta(minutes=minutes))


def ledger(house: House) -> dict[str, str]:
    def look(conn: Connection) -> dict[str, str]:
        return {row.id: row.state for row in conn.execute(select(sends.c.id, sends.c.state))}

    return dict(house.do(look))


async def test_a_mail_is_settled_by_what_its_provider_says(
    house: House, fake: FakePostmark, asking: LookupRound
) -> None:
    lead = house.lead(email=WHO)
    ours = [unknown(house, lead, number) for number in range(4)]
    for number, became in enumerate([(), ("delivered",), ("hard",)]):
        took(fake, ours[number], *became, number=number)
    assert await asking.round() == 0
    assert fake.questions == []  # it may be on its way into the provider's log
    later(house, 10)
    assert await asking.round() == 3
    assert [ledger(house)[send] for send in ours] == ["sent", "delivered", "bounced", "unknown"]
    numbers = select(sends.c.provider_message_id).order_by(sends.c.key).limit(1)
    assert house.do(lambda conn: conn.scalar(numbers)) == "00000000-0000"
    assert house.do(lambda conn: conn.scalars(select(events.c.type)).all()) == ["email.bounced"]
    before = len(fake.questions)
    assert await asking.round() == 0
    assert len(fake.questions) == before  # known ones are not asked about, others not at once
    assert fake.asked == []  # and nothing is handed over


async def test_pauses_grow_until_the_day_is_over(
    house: House, fake: FakePostmark, asking: LookupRound
) -> None:
    send = unknown(house, house.lead(email=WHO))
    asked_at = []
    for minutes in (
        5,
        10,
        15,
        20,
        35,
        40,
        75,
        80,
        155,
        160,
        315,
        320,
        635,
        640,
        1275,
        1280,
        1400,
        1445,
        1500,
    ):
        later(house, minutes)
        house.do(reconcile, house.desk)
        before = len(fake.questions)
        await asking.round()
        if len(fake.questions) > before:
            asked_at.append(minutes)
    assert asked_at == [10, 20, 40, 80, 160, 320, 640, 1280, 24 * 60 + 5]  # the last as it is given up
    assert ledger(house) == {send: "given_up"}
    took(fake, send, "delivered")
    fresh = LookupRound(house.store, house.desk, {"postmark": asking._accounts["postmark"].lookup}, every=0)
    house.do(lambda conn: conn.execute(update(sends).values(settled_at=MONDAY + timedelta(hours=25.5))))
    assert await fresh.round() == 1  # whoever was away for the day asks before all is forgotten
    assert ledger(house) == {send: "delivered"}


async def test_webhook_and_log_are_one_event_in_any_order(
    house: House, fake: FakePostmark, asking: LookupRound
) -> None:
    lead = house.lead(email=WHO)
    later(house, 20)
    kinds = select(provider_events.c.told).where(provider_events.c.told != Told.ACCEPTED)
    for what in ("delivered", "hard", "soft", "complained"):
        outcomes = []
        for first in ("webhook", "log"):
            wipe(house)
            mail = took(fake, unknown(house, lead), what)
            told = PostmarkHook([]).events(Call(*fake.tells(what, mail)))
            for way in (first, "log", "webhook"):
                asking._accounts["postmark"].mails.clear()
                await asking.round() if way == "log" else house.do(book, house.desk, "postmark", told)
            assert len(house.do(lambda conn: conn.scalars(kinds).all())) == 1, what
            outcomes.append(seen(house))
        assert outcomes[0] == outcomes[1], what


async def test_trouble_is_told_once_and_the_account_left_alone(
    house: House, fake: FakePostmark, asking: LookupRound, caplog: pytest.LogCaptureFixture
) -> None:
    lead = house.lead(email=WHO)
    ours = [unknown(house, lead, number) for number in range(3)]
    later(house, 15)
    account, waits = asking._accounts["postmark"], []
    for what in (FORBID, FORBID, THROTTLE, BROKEN, CRASH):
        fake.answers[:] = [what]
        before = len(fake.questions)
        for _ in range(3):
            assert await asking.round() == 0
        assert len(fake.questions) == before + 1, what
        waits.append(round((account.until - time.monotonic()) / 10) * 10)
        account.until = 0.0
    assert waits == [3600, 3600, 30, 480, 960]  # the provider's own, and twice as long each time
    kinds = [getattr(record, "kind", "") for record in caplog.records]
    assert kinds == ["refused", "throttled", "unreadable", "status-503"]
    assert [getattr(record, "mails", 0) for record in caplog.records] == [3, 3, 3, 3]
    assert WHO not in caplog.text
    assert set(ledger(house).values()) == {"unknown"}
    first = {ask.path.partition("nurture_send=")[2] for ask in fake.questions}
    assert first >= set(ours)  # none that goes first keeps the others waiting
    took(fake, ours[2], "delivered")
    assert await asking.round() == 1  # trouble counts for none of the mails
    assert account.trouble == ""


async def test_an_account_that_rests_is_not_asked(
    house: House, fake: FakePostmark, asking: LookupRound
) -> None:
    took(fake, unknown(house, house.lead(email=WHO)))
    later(house, 15)
    away = Outcome(Verdict.UNREACHED, None, None, "", "account-refused", channel=True)
    house.do(rest, house.desk, "postmark", away, None)
    assert await asking.round() == 0
    assert fake.questions == []


class Scripted:
    """Answers about mails as it is told; what it knows nothing about was sent."""

    name = "postmark"

    def __init__(self, **errors: Exception) -> None:
        self.errors = errors
        self.asked: list[str] = []

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        number = about.message_id[1]
        self.asked.append(number)
        if error := self.errors.get(f"of_{number}"):
            raise error
        return [MailEvent(Told.ACCEPTED, key=about.send_id, name="sent")]

    async def close(self) -> None: ...


async def test_each_account_is_asked_about_its_own_and_one_mail_stops_no_other(house: House) -> None:
    lead = house.lead(email=WHO)
    for number in range(4):
        unknown(house, lead, number, provider="first")
    unknown(house, lead, 5, provider="second")
    unknown(house, lead, 6, provider="first", via="sms")
    first = Scripted(of_0=AssertionError("a bug"), of_2=OddQuestion("status-400"))
    second = Scripted(of_5=CannotTell("refused"))
    accounts: dict[str, Lookup] = {"first": first, "second": second, "third": Scripted()}
    asking = LookupRound(house.store, house.desk, accounts, every=0)
    later(house, 10)
    assert await asking.round() == 2
    assert await asking.round() == 0
    assert (first.asked, second.asked) == (["0", "1", "2", "3"], ["5"])
    states = select(sends.c.state).order_by(sends.c.key)
    expected = ["unknown", "sent", "unknown", "sent", "unknown", "unknown"]
    assert list(house.do(lambda conn: conn.scalars(states).all())) == expected


async def test_what_could_not_be_written_down_is_asked_again(house: House) -> None:
    unknown(house, house.lead(email=WHO), 1)
    lookup = Scripted()
    asking = LookupRound(house.store, house.desk, {"postmark": lookup}, every=0)
    later(house, 10)
    lookup.errors["of_1"] = OperationalError("", None, Exception())
    with pytest.raises(OperationalError):
        await asking.round()
    lookup.errors.clear()
    assert await asking.round() == 1
