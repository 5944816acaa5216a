"""R4: commits and calls that succeed and report a time-out (Temporal's own class of fault). Nobody gets a
mail twice; what is not known is no more than what was lost."""

from __future__ import annotations

from random import Random

import pytest

from nurture.delivery import calling, registry
from nurture.delivery.registry import provider
from nurture.settings import load_settings
from tests.amount import examples
from tests.delivery.fakes import FAKES, FakeApi
from tests.delivery.fakes.server import TAKE, TAKE_THEN_DROP
from tests.fixtures.content import MONDAY, make_house
from tests.reliability.post import Forgetful, Post, twice

SEED = 20261122
LEADS = examples(8, 500)
LOST = examples(4, 20)
"""One of so many calls is taken and never answered."""
ROUNDS = 12
FORGOTTEN = 1 / examples(8, 20)
"""Share of the commits whose success is not told."""


@pytest.mark.parametrize(("name", "share"), [("resend", 0.0), ("postmark", FORGOTTEN)])
async def test_what_was_taken_is_not_handed_over_again(
    sqlite_url: str, name: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SECONDS", 2.0)
    monkeypatch.setattr(calling, "PAUSES", (0.01, 0.01))
    dice = Random(f"{SEED} {name} {share}")
    store, fake = Forgetful(sqlite_url, dice, share), FAKES[name]()
    assert isinstance(fake, FakeApi)
    async with fake.served():
        fake.script[:] = [TAKE_THEN_DROP if dice.randrange(LOST) == 0 else TAKE for _ in range(3 * LEADS)]
        lost = fake.script[:LEADS].count(TAKE_THEN_DROP)
        house = make_house(store, stepped=MONDAY)
        post = Post(house, provider(load_settings(**fake.settings, internal_hosts="127.0.0.1")), store)
        post.enrols(LEADS)
        for _ in range(ROUNDS):
            for journey in post.unfinished():
                await post.sends(journey)
            post.time_goes_by()
        await post.provider.close()
    states, unfinished = post.states(), post.unfinished()
    arrived = len(fake.taken)
    print(f"seed {SEED}, {name}, {LEADS} leads: {dict(states)}; {arrived} arrived, {lost} answers and"
          f" {store.forgot} commits lost, {len(twice(fake.taken))} twice")  # fmt: skip
    store.close()
    assert twice(fake.taken) == []
    assert unfinished == []
    assert sum(states.values()) == LEADS
    assert LEADS - arrived <= states["unknown"], "whoever got nothing is shown"
    assert states["unknown"] <= lost * (not fake.keyed) + store.forgot
