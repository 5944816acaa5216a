"""R4: commits and calls that succeed and report a time-out (Temporal's own class of fault). Nobody gets a
mail twice; what is not known is no more than what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from nurture.delivery import calling, registry
from nurture.delivery.registry import key_lives, provider
from nurture.settings import load_settings
from nurture.store.session import Store
from tests.amount import examples
from tests.delivery.fakes import FAKES, FakeApi
from tests.delivery.fakes.server import TAKE, TAKE_THEN_DROP
from tests.fixtures.content import MONDAY, make_house
from tests.reliability.cutting import Cutting, cutting
from tests.reliability.post import Post, twice

SEED = 20261122
LEADS = examples(8, 500)
LOST = examples(4, 20)
"""One of so many calls is taken and never answered."""
FORGOTTEN = 1 / examples(4, 20)
"""Share of the commits whose success is not told."""
ROUNDS = 12


@pytest.fixture
def line(postgres_url: str) -> Iterator[Cutting]:
    with cutting(postgres_url, Random(SEED)) as made:
        yield made


async def deliver_all(name: str, store: Store, cut: Cutting | None = None) -> None:
    """``cut``: breaks off what is written by another way than the judge's ``store``."""
    dice, fake = Random(f"{SEED} {name}"), FAKES[name]()
    assert isinstance(fake, FakeApi)
    worker = Store(cut.url) if cut else store
    async with fake.served():
        weather = [TAKE_THEN_DROP if dice.randrange(LOST) == 0 else TAKE for _ in range(3 * LEADS)]
        fake.script[:] = weather
        settings = load_settings(**fake.settings, internal_hosts="127.0.0.1")
        house = make_house(store, stepped=MONDAY, provider=name, keys=key_lives(settings))
        post = Post(house, provider(settings), worker)
        post.enrols(LEADS)
        if cut:
            cut.share = FORGOTTEN
        for _ in range(ROUNDS):
            for journey in post.unfinished():
                await post.sends(journey)
            post.time_goes_by()
        await post.provider.close()
    lost = weather[: len(fake.asked)].count(TAKE_THEN_DROP)
    states, unfinished, arrived = post.states(), post.unfinished(), len(fake.taken)
    gone = f"{cut.cut} of {cut.commits} commits" if cut else "no commits"
    print(f"seed {SEED}, {name}, {LEADS} leads: {dict(states)}; {arrived} arrived, {lost} answers and {gone}"
          f" lost, {len(twice(fake.taken))} twice")  # fmt: skip
    if cut:
        worker.close()
        assert cut.cut
    assert twice(fake.taken) == []
    assert unfinished == []
    assert sum(states.values()) == LEADS
    assert LEADS - arrived <= states["unknown"], "whoever got nothing is shown"
    assert states["unknown"] <= (0 if fake.keyed else lost)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SECONDS", 2.0)
    monkeypatch.setattr(calling, "PAUSES", (0.01, 0.01))


async def test_a_provider_with_keys_takes_once_what_is_told_again(sqlite_store: Store) -> None:
    await deliver_all("resend", sqlite_store)


@pytest.mark.parametrize("name", ["postmark", "resend"][: examples(1, 2)])
async def test_neither_a_lost_call_nor_a_lost_commit_hands_over_twice(
    postgres_url: str, line: Cutting, name: str
) -> None:
    store = Store(postgres_url)
    await deliver_all(name, store, line)
    store.close()
