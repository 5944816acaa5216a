"""R5: a provider that throttles, crashes, hangs up, falls silent, breaks off and forgets our key. No call
before Retry-After, no lead fails, and all that is known not to have been taken arrives in the end."""

from __future__ import annotations

from random import Random

import pytest

from nurture.delivery import registry
from nurture.delivery.registry import provider
from nurture.services.channels import resting
from nurture.settings import load_settings
from nurture.store.session import Store
from tests.amount import examples
from tests.delivery.fakes.postmark import FakePostmark
from tests.delivery.fakes.server import (
    CRASH,
    DROP,
    HALF,
    TAKE,
    TAKE_THEN_DROP,
    TAKE_THEN_SILENCE,
    THROTTLE,
    UNKEY,
)
from tests.fixtures.content import make_house
from tests.reliability.post import Post, twice

SEED = 20261122
LEADS = examples(10, 1000)
WEATHER = {TAKE: 45, CRASH: 10, THROTTLE: 15, DROP: 5, TAKE_THEN_DROP: 5, HALF: 5, UNKEY: 5}
WEATHER |= {TAKE_THEN_SILENCE: examples(0, 1)}  # each costs the seconds that a call may take
SILENT = (CRASH, DROP, TAKE_THEN_DROP, HALF, TAKE_THEN_SILENCE)
ROUNDS = examples(60, 2000)
HELD_AT_MOST = 5
"""Of a round: all that are left would be held as these are."""


async def test_no_weather_costs_a_lead_or_doubles_a_mail(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SECONDS", 5.0)
    dice, fake = Random(SEED), FakePostmark()
    fake.script[:] = dice.choices(list(WEATHER), list(WEATHER.values()), k=20 * LEADS)
    weather = list(fake.script)
    house = make_house(sqlite_store)  # rests are asked for on a real clock
    rounds = early = rests = 0
    async with fake.served():
        made = provider(load_settings(**fake.settings, internal_hosts="127.0.0.1"))
        post = Post(house, made, sqlite_store)
        post.enrols(LEADS)
        while (waiting := post.unfinished()) and rounds < ROUNDS:
            held = 0
            for journey in waiting:
                if held == HELD_AT_MOST:
                    break
                rests_now, before = house.do(resting, house.desk.provider) is not None, len(fake.asked)
                await post.sends(journey)
                held += rests_now
                early += rests_now and len(fake.asked) > before
            rests += held
            rounds += 1
            post.time_goes_by()
        await made.close()
    states, left = post.states(), post.unfinished()
    without = weather[: len(fake.asked)]
    silent = sum(without.count(what) for what in SILENT)
    print(f"seed {SEED}: {LEADS} leads, {len(fake.asked)} calls in {rounds} rounds, held {rests} times,")
    print(f"{silent} calls without an answer, {dict(states)}, {len(fake.taken)} arrived")
    assert (early, twice(fake.taken), left) == (0, [], [])
    assert states["sent"] + states["unknown"] == LEADS
    assert states["unknown"] == silent, "each call without an answer is one mail of which nobody knows"
    assert LEADS - len(fake.taken) == without.count(CRASH) + without.count(DROP)
