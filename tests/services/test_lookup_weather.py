"""A provider that loses answers and webhooks and is moody when it is asked: in the end all is known of what
it took, nothing of what it did not, and nothing goes twice."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from nurture.clock import step
from nurture.delivery.hooks import Call
from nurture.delivery.providers import postmark_lookup
from nurture.delivery.providers.postmark import PostmarkHook
from nurture.delivery.registry import lookups
from nurture.relay.lookup import LookupRound
from nurture.services.feedback import book
from nurture.services.reconcile import reconcile
from nurture.settings import load_settings
from nurture.store.tables import sends
from tests.amount import examples
from tests.delivery.fakes import FakePostmark
from tests.delivery.fakes.server import BROKEN, CRASH, DROP, FORBID, TAKE, THROTTLE, Taken
from tests.fixtures.content import MONDAY, House
from tests.services.test_feedback import a_send

SEED = 20261122
BECAME = {"": "sent", "delivered": "delivered", "hard": "bounced", "soft": "bounced"} | {
    "complained": "complained"
}
MOODS = [TAKE] * 6 + [FORBID, THROTTLE, CRASH, BROKEN, DROP]


def happen(
    house: House, fake: FakePostmark, dice: random.Random, mails: int
) -> tuple[dict[str, str], list[Taken]]:
    """What is true of each mail in the end, and which webhooks will come, some of them twice."""
    truth: dict[str, str] = {}
    told: list[Taken] = []
    for number in range(mails):
        who = f"p{number}@people.example"
        lead = house.lead(email=who)
        at: dict[str, Any] = {"settled_at": MONDAY, "message_id": f"<{number}@ours.example>"}
        send = a_send(house, lead, number, "unknown", recipient=who, **at)
        truth[send] = "given_up"
        if dice.random() < 0.7:
            became = dice.choice(list(BECAME))
            truth[send] = BECAME[became]
            mail = Taken(who, send, "Hello", "", "", "", f"00000000-{number:04d}")
            fake.taken.append(mail)
            fake.became[mail.remote_id] = [became] if became else []
            told += [mail] * dice.choice([0, 0, 1, 2]) if became else []
    dice.shuffle(told)
    return truth, told


async def test_in_the_end_all_is_known_that_can_be(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postmark_lookup, "CALLS", 1000)
    dice, fake, mails = random.Random(SEED), FakePostmark(), examples(24, 400)
    truth, told = happen(house, fake, dice, mails)
    print(f"{mails} mails without an answer, half of the webhooks lost, 5 of 11 calls fail, seed {SEED}")
    async with fake.served():
        given = load_settings(**fake.settings, internal_hosts="127.0.0.1")
        asking = LookupRound(house.store, house.desk, lookups(given), every=0)
        for minutes in range(10, 26 * 60, 40):
            house.do(step, MONDAY + timedelta(minutes=minutes))
            fake.answers[:] = dice.choices(MOODS, k=8)
            for _ in range(8):
                await asking.round()
                asking._accounts["postmark"].until = 0.0  # of machine time nothing passes here
            for mail in told[:2]:
                what = fake.became[mail.remote_id][0]
                house.do(book, house.desk, "postmark", PostmarkHook([]).events(Call(*fake.tells(what, mail))))
            del told[:2]
            house.do(reconcile, house.desk)
        await asking.close()
    states = select(sends.c.id, sends.c.state)
    assert house.do(lambda conn: {row.id: row.state for row in conn.execute(states)}) == truth
    assert Counter(truth.values())["given_up"] < mails / 2
    assert fake.asked == []
