"""The shipped stories lived in the real engine, in skipped time: what happens is what the stories say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from nurture.authoring.content import Content, read_content
from nurture.authoring.stories.journey import Happened
from nurture.authoring.stories.story import Story
from nurture.authoring.stories.telling import play
from nurture.authoring.stories.words import COMPLETE, ELSEWHERE, GIVENS
from nurture.services.publish_content import publish_content
from nurture.store.session import Store
from tests.engine.living import Told, apart, lived
from tests.engine.storied import DEEDS, JUDGED_WITHIN, Seen
from tests.fixtures.engine import running_engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read_content(CHECKOUT)


async def test_every_deed_of_a_story_can_be_done() -> None:
    """Write it into DEEDS of storied.py."""
    assert set(GIVENS) - set(DEEDS) == {ELSEWHERE}  # it needs a second campaign


@pytest.mark.parametrize("scanned", [False, True], ids=["those let in one by one", "those looked for"])
async def test_the_engine_does_what_the_stories_say(
    scanned: bool, shipped: Content, sqlite_store: Store, temporal_server: str, tmp_path: Path
) -> None:
    """All at once, but for campaigns for which everybody is looked at each morning: most turns wait for
    another process."""
    rules = shipped.rules()
    tales = [
        Told(campaign, story)
        for file in shipped.stories
        if (campaign := shipped.campaigns[file.campaign].campaign)
        for story in file.stories
        if ELSEWHERE not in words_of(story) and bool(campaign.enrol.segments) == scanned
    ]
    names = {told.campaign.name for told in tales}
    begins = min(told.story.tale[0].at for told in tales) - timedelta(minutes=10)
    async with running_engine(sqlite_store, temporal_server, tmp_path, begins) as engine:
        engine.house.desk.reached = engine.stepper.hear
        engine.house.do(publish_content, engine.house.desk.clock, apart(shipped), only=names)
        lives = await lived(engine, rules, tales)
        seen = [engine.house.do(life.seen) for life in lives]
    wrong = {
        f"{life.campaign.name}: {life.story.title}": found
        for life, one in zip(lives, seen, strict=True)
        if (
            found := differences(play(life.story, life.campaign, rules), until_its_end(life.story, one))
            + life.cannot
        )
    }
    assert wrong == {}


def words_of(story: Story) -> set[str]:
    return {item.word for moment in story.tale for item in moment.items}


def until_its_end(story: Story, seen: Sequence[Seen]) -> Sequence[Seen]:
    """In an engine with others, time goes on after the last line."""
    return [one for one in seen if one.at <= story.tale[-1].at + JUDGED_WITHIN]


def differences(told: Sequence[Happened], seen: Sequence[Seen]) -> list[str]:
    """What only one of the two knows of. The engine may be later by the time that a verdict takes."""
    left = list(seen)
    found = []
    for one in told:
        if one.word not in COMPLETE:
            continue
        match = next(
            (
                other
                for other in left
                if (other.word, other.what, other.record) == (one.word, one.what, one.record)
                and timedelta(seconds=-1) <= other.at - one.at <= JUDGED_WITHIN
            ),
            None,
        )
        if match is None:
            found.append(f"only told: {one.at:%Y-%m-%d %H:%M} {one.text}")
        else:
            left.remove(match)
    return found + [f"only in the engine: {one.at:%Y-%m-%d %H:%M} {one.word} {one.what}" for one in left]
