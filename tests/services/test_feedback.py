"""What providers tell, in any order and as often as they like: the same ledger, the same suppressions."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from nurture.delivery.providers.postmark import PostmarkHook
from nurture.domain.mail_events import MailEvent, Told
from nurture.http import Http
from nurture.relay.hooks import HooksRound
from nurture.services.feedback import book, rematch
from nurture.services.suppress import address_hmac, suppressed
from nurture.store.columns import new_id
from nurture.store.tables import consents, events, provider_events, sends, suppressions
from tests.fixtures.content import MONDAY, SECRET, House

SEED = 20260302
KINDS = (
    (Told.ACCEPTED, ""),
    (Told.DEFERRED, "slow-down"),
    (Told.DELIVERED, ""),
    (Told.BOUNCED, "mailbox-full"),
    (Told.BOUNCED, "no-such-mailbox"),
    (Told.BOUNCED, "policy"),
    (Told.COMPLAINED, ""),
    (Told.UNSUBSCRIBED, ""),
    (Told.RESUBSCRIBED, ""),
    (Told.OPENED, ""),
    (Told.OTHER, ""),
)


def a_send(house: House, lead: str, number: int = 1, state: str = "sent", days: int = 0, **more: Any) -> str:
    at = MONDAY - timedelta(days=days)
    row: dict[str, Any] = {"id": new_id(), "key": f"{lead}/{number}", "lead_id": lead, "step": "first"}
    row |= {"campaign": "guide", "message": "first", "kind": "marketing", "state": state, "claimed_at": at}
    row |= {"recipient": "Ann@people.example", "created_at": at, "provider": "postmark", **more}
    house.do(lambda conn: conn.execute(insert(sends).values(row)))
    return str(row["id"])


def told(send: str, told: Told, reason: str = "", key: str = "", **more: Any) -> MailEvent:
    return MailEvent(told, key or f"{send}/{told}/{reason}", told.value, send_id=send, reason=reason, **more)


def seen(house: House) -> Any:
    """All that may not hang on the order."""

    def look(conn: Any) -> Any:
        ledger = conn.execute(select(sends.c.key, sends.c.state, sends.c.reason).order_by(sends.c.key)).all()
        stopped = conn.execute(select(suppressions.c.scope, suppressions.c.reason)).all()
        happened = conn.execute(
            select(events.c.type, events.c.send_id).distinct().order_by(events.c.type)
        ).all()
        withdrawn = {row.state for row in conn.execute(select(consents.c.state))}
        mails = [tuple(row)[1:] for row in ledger]
        return mails, sorted(stopped), [row.type for row in happened], withdrawn

    return house.do(look)


def wipe(house: House) -> None:
    for table in (provider_events, events, consents, suppressions, sends):
        house.do(lambda conn, table=table: conn.execute(table.delete()))


def test_order_and_repetition_change_nothing(house: House) -> None:
    lead = house.lead(email="ann@people.example")
    dice = random.Random(SEED)
    for _ in range(8):
        kinds = dice.sample(KINDS, dice.randint(1, 5))
        outcomes = []
        for _ in range(3):
            wipe(house)
            send = a_send(house, lead)
            batch = [told(send, kind, reason) for kind, reason in kinds] * 2
            dice.shuffle(batch)
            while batch:
                size = dice.randint(1, len(batch))
                house.do(book, house.desk, "postmark", batch[:size])
                batch = batch[size:]
            outcomes.append(seen(house))
        assert outcomes[0] == outcomes[1] == outcomes[2], (SEED, kinds)


def test_the_weightiest_reason_stands_whatever_came_first(house: House) -> None:
    lead = house.lead(email="ann@people.example")
    kinds = [(Told.BOUNCED, "hard-bounce"), (Told.UNSUBSCRIBED, ""), (Told.COMPLAINED, "")]
    for order in permutations(kinds):
        wipe(house)
        send = a_send(house, lead)
        for kind in order:
            house.do(book, house.desk, "ses", [told(send, *kind)])
        assert house.do(suppressed, [SECRET], "ann@people.example") == "complained"


@pytest.mark.parametrize(
    ("kinds", "state", "reason"),
    [
        ([(Told.DELIVERED, ""), (Told.DEFERRED, "slow-down")], "delivered", "delivered"),
        ([(Told.CLICKED, "")], "delivered", "delivered"),
        ([(Told.BOUNCED, "mailbox-full"), (Told.DELIVERED, "")], "delivered", "delivered"),
        ([(Told.DELIVERED, ""), (Told.BOUNCED, "no-such-mailbox")], "bounced", "no-such-mailbox"),
        ([(Told.BOUNCED, "policy"), (Told.BOUNCED, "hard-bounce")], "bounced", "hard-bounce"),
        ([(Told.COMPLAINED, ""), (Told.BOUNCED, "hard-bounce")], "complained", "complained"),
        ([(Told.ACCEPTED, "")], "sent", "accepted"),
        ([(Told.DEFERRED, "slow-down"), (Told.OTHER, "")], "unknown", None),
    ],
)
def test_what_nobody_knew_is_settled(house: House, kinds: Any, state: str, reason: str | None) -> None:
    send = a_send(house, house.lead(email="ann@people.example"), state="unknown")
    assert house.do(book, house.desk, "ses", [told(send, *kind) for kind in kinds]) == len(kinds)
    row = house.do(lambda conn: conn.execute(select(sends)).one())
    assert (row.state, row.reason) == (state, reason)
    assert (row.sent_at is not None) is (state in ("sent", "delivered", "complained"))


@pytest.mark.parametrize(
    ("reason", "gone"),
    [("no-such-mailbox", True), ("hard-bounce", True), ("policy", False), ("content", False)],
)
def test_only_an_address_that_is_gone_is_suppressed(house: House, reason: str, gone: bool) -> None:
    send = a_send(house, house.lead(email="ann@people.example"))
    house.do(book, house.desk, "ses", [told(send, Told.BOUNCED, reason, recipient="other@people.example")])
    assert house.do(suppressed, [SECRET], "ann@people.example") == ("bounced" if gone else None)
    assert house.do(suppressed, [SECRET], "other@people.example") is None  # it was passed on to there


def test_full_mailboxes_count_over_time_until_a_mail_arrives(house: House) -> None:
    lead = house.lead(email="ann@people.example")
    mails = [a_send(house, lead, number, days=20 - 4 * number) for number in range(5)]
    for number, what in enumerate(["full", "arrived", "full", "full", "full"]):
        event = (Told.DELIVERED, "") if what == "arrived" else (Told.BOUNCED, "mailbox-full")
        house.do(book, house.desk, "ses", [told(mails[number], *event)])
        late = house.do(suppressed, [SECRET], "ann@people.example")
        assert late == ("bounced" if number == 4 else None)


def test_found_by_the_providers_number_or_ours(house: House) -> None:
    lead = house.lead(email="ann@people.example")
    a_send(house, lead, 1, provider_message_id="remote-1", message_id="<a@ours.example>")
    a_send(house, lead, 2, message_id="<b@ours.example>")
    for key, number in (("1", "remote-1"), ("2", "<b@ours.example>"), ("3", "nobody's")):
        house.do(book, house.desk, "smtp", [MailEvent(Told.DELIVERED, key, "dsn", remote_id=number)])
    states = house.do(lambda conn: conn.scalars(select(sends.c.state)).all())
    assert states == ["delivered", "delivered"]


def test_told_before_the_hand_over_was_booked(house: House) -> None:
    send = a_send(house, house.lead(email="ann@people.example"), state="inflight")
    house.do(book, house.desk, "brevo", [MailEvent(Told.DELIVERED, "1", "delivered", remote_id="r-1")])
    assert house.do(rematch, house.desk) == (0, 0)
    numbered = update(sends).where(sends.c.id == send).values(provider_message_id="r-1", state="sent")
    house.do(lambda conn: conn.execute(numbered))
    assert [house.do(rematch, house.desk) for _ in range(2)] == [(1, 0), (0, 0)]
    assert house.do(lambda conn: conn.scalar(select(sends.c.state))) == "delivered"


@pytest.mark.parametrize("place", [0, 120, 250])
async def test_mails_of_others_on_our_account_hide_none_of_ours(house: House, place: int) -> None:
    a_send(house, house.lead(email="ann@people.example"), state="inflight")
    batch = [MailEvent(Told.DELIVERED, f"{n}", "n", remote_id=f"theirs-{n}") for n in range(250)]
    batch.insert(place, MailEvent(Told.BOUNCED, "ours", "n", remote_id="ours", reason="no-such-mailbox"))
    house.do(book, house.desk, "postmark", batch[::-1])
    numbered = update(sends).values(provider_message_id="ours", state="sent")
    house.do(lambda conn: conn.execute(numbered))
    work = HooksRound(house.store, house.desk, PostmarkHook([]), Http())
    assert [bool(await work.round()) for _ in range(3)] == [True, place > 200, False]
    await work.close()
    assert house.do(lambda conn: conn.scalar(select(sends.c.state))) == "bounced"
    assert house.do(suppressed, [SECRET], "ann@people.example") == "bounced"


def test_after_an_hour_no_mail_is_looked_for(house: House) -> None:
    a_send(house, house.lead(email="ann@people.example"), provider_message_id="r-1")
    old = {"received_at": MONDAY - timedelta(minutes=61), "send_id": None}
    for number, more in (("r-0", old), ("r-1", old), ("r-2", {})):
        house.do(book, house.desk, "brevo", [MailEvent(Told.DELIVERED, number, "n", remote_id=number)])
        one = update(provider_events).where(provider_events.c.key == number)
        house.do(lambda conn, one=one, more=more: conn.execute(one.values({"send_id": None, **more})))
    assert house.do(rematch, house.desk) == (0, 0)
    later = update(provider_events).values(received_at=MONDAY - timedelta(minutes=59))
    house.do(lambda conn: conn.execute(later))
    assert house.do(rematch, house.desk) == (1, 0)


def test_of_no_mail_of_ours_only_the_address_counts(house: House) -> None:
    house.lead(email="ann@people.example")
    strangers = [
        MailEvent(Told.COMPLAINED, "1", "arf", recipient="Ann@people.example"),
        MailEvent(Told.BOUNCED, "2", "dsn", recipient="gone@people.example", reason="no-such-mailbox"),
        MailEvent(Told.BOUNCED, "3", "dsn", recipient="full@people.example", reason="mailbox-full"),
    ]
    house.do(book, house.desk, "ses", strangers)
    rows = house.do(lambda conn: conn.execute(select(suppressions.c.address, suppressions.c.reason)).all())
    assert set(rows) == {
        (address_hmac(SECRET, "ann@people.example"), "complained"),
        (address_hmac(SECRET, "gone@people.example"), "bounced"),
    }
    assert house.do(lambda conn: conn.scalars(select(events.c.type)).all()) == ["email.complained"]


@pytest.mark.parametrize("kind", [Told.BOUNCED, Told.COMPLAINED, Told.UNSUBSCRIBED])
def test_an_odd_value_does_not_take_its_batch_with_it(house: House, kind: Told) -> None:
    send = a_send(house, house.lead(email="ann@people.example"))
    odd: list[dict[str, Any]] = [
        {"recipient": "not an address"},
        {"recipient": "\ud800@x"},
        {"recipient": f"a@{'x' * 400}.example"},
        {"send_id": "f" * 36},
        {"send_id": f"f-f-f-f-{'f' * 28}"},
        {"remote_id": "x" * 2000},
    ]
    batch = [
        MailEvent(kind, str(key), "n", reason="mailbox-full", **values) for key, values in enumerate(odd)
    ]
    good = told(send, Told.DELIVERED)
    assert house.do(book, house.desk, "postmark", [*batch, good]) == len(batch) + 1
    assert house.do(lambda conn: conn.scalar(select(sends.c.state))) == "delivered"
