"""Each row with tiny numbers: that it measures, not how fast."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from nurture.bench import clock, sides
from nurture.bench.figures import Figure
from nurture.bench.house import House, house
from nurture.bench.naive import naive_cost
from nurture.bench.plan import Plan
from nurture.bench.registry import ROWS
from nurture.bench.rows import actions, journeys, sleeping
from nurture.cli.bench import NoSuchRow, bench

QUICKER = 240
"""Than campaign time: a minute of waiting in a quarter of a second."""
NAIVE_WAIT = 1.0
"""Seconds."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for all rows that need Temporal: with one journey or two they are in nobody's way."""
    async with house(tmp_path_factory.mktemp("bench")) as home:
        yield home


@pytest.fixture
def at_home(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.asynccontextmanager
    async def there(_folder: Path) -> AsyncIterator[House]:
        yield home

    for row in (journeys, actions, sleeping):
        monkeypatch.setattr(row, "house", there)
    for waiting in (clock, sides):
        monkeypatch.setattr(waiting, "FASTER", QUICKER)
    for row in (actions, sleeping):
        monkeypatch.setattr(row, "naive_cost", partial(naive_cost, wait_seconds=NAIVE_WAIT))


async def measured(name: str, folder: Path) -> list[Figure]:
    return await ROWS[name].measure(Plan(folder, lambda _line: None, pairs=1, journeys=2))


@pytest.mark.asyncio(loop_scope="module")
async def test_journeys_of_both_sides_come_to_their_end(at_home: None, tmp_path: Path) -> None:
    (figure,) = await measured("journeys", tmp_path)
    assert len(figure.ours.values) == len(figure.other.values) == 1
    assert all(value > 0 for value in (*figure.ours.values, *figure.other.values))
    assert {"in-run waits", "worker CPU per mail", "statements per mail"} <= set(figure.also)


@pytest.mark.asyncio(loop_scope="module")
async def test_actions_are_counted_from_histories_and_within_reach(at_home: None, tmp_path: Path) -> None:
    checked, plain = await measured("actions", tmp_path)
    assert (checked.value, plain.value) == (14, 10)
    assert checked.holds
    assert plain.holds
    # Start; send, record and upsert of 5; timer, check and record of 4 waits; 3 signals for each mail.
    assert list(plain.other.values) == [1 + 15 + 12 + 15]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_sleeper_is_one_small_event(at_home: None, tmp_path: Path) -> None:
    (figure,) = await measured("sleeping", tmp_path)
    assert figure.holds, figure.value
    assert min(figure.other.values) > 10 * figure.value


async def test_mails_go_on_both_sides_and_with_their_text(tmp_path: Path) -> None:
    (figure,) = await measured("sends", tmp_path)
    assert all(value > 0 for value in (*figure.ours.values, *figure.other.values))
    assert "rendering and composing each too" in figure.also


async def test_events_are_accepted_by_both_and_all_of_them_are_looked_at(tmp_path: Path) -> None:
    single, batched, matched = await measured("events", tmp_path)
    assert all(value > 0 for figure in (single, batched) for value in figure.ours.values)
    assert matched.also["events"] == "6", "two laps one by one, the first of them to warm up, and a batch"
    assert matched.also["points"] == "9", "one for each, and one for the prices in every lap"
    assert matched.holds


async def test_scoring_keeps_up_and_books_what_the_policy_says(tmp_path: Path) -> None:
    plan = Plan(tmp_path, lambda _line: None, pairs=1, leads=20, seconds=1)
    behind, applied, read = await ROWS["scoring"].measure(plan)
    assert applied.also["points booked"] == "180", "nine of twenty events count"
    assert behind.also["events accepted"].startswith("500,")
    assert behind.also["points booked of them"] == "225"
    assert behind.also["statements to accept an event"] == "3 with scoring, 3 without"
    assert behind.holds
    assert len(read.ours.values) == 20


async def test_what_a_wake_a_send_and_an_event_cost_does_not_hang_on_how_many_there_are(
    tmp_path: Path,
) -> None:
    figures = await ROWS["open"].measure(Plan(tmp_path, lambda _line: None, pairs=1, journeys=60))
    assert [figure.what.partition(":")[0] for figure in figures] == ["a wake", "a send", "an event"]
    for figure in figures:
        # On a busy machine rounds of the relay fall together, now on one side, now on the other.
        assert 0.9 < float(figure.also["statements"]) < 1.05
        assert float(figure.also["work in the database"]) < 1.2


async def test_a_forecast_counts_everybody_on_both_sides(tmp_path: Path) -> None:
    (figure,) = await measured("simulation", tmp_path)
    assert len(figure.ours.values) == len(figure.other.values) == 1
    assert all(value > 0 for value in (*figure.ours.values, *figure.other.values))


def test_the_help_names_every_row() -> None:

    assert bench.__doc__
    assert f"Rows: {', '.join(ROWS)}." in bench.__doc__


@pytest.mark.parametrize("name", ["journey", "speed"])
def test_an_unknown_row_is_named_with_the_known_ones(name: str) -> None:

    with pytest.raises(NoSuchRow, match=name) as error:
        bench([name])
    assert "journeys, actions, sends, events" in str(error.value.hint)
