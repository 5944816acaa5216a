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
from tests.engine.storied import DEEDS, JUDGED_WITHIN, Seen, lived
from tests.fixtures.engine import running_engine

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHECKOUT = Path(__file__).parents[2]
LEFT_OUT = {"renewal"}
"""Its tasks, records and dates together do not come to rest here yet; why is not known."""
CAMPAIGNS = sorted(
    {path.name.removesuffix(".stories.yaml") for path in (CHECKOUT / "campaigns").glob("*.stories.yaml")}
    - LEFT_OUT
)


@pytest.fixture(scope="module")
def shipped() -> Content:
    return read_content(CHECKOUT)


async def test_every_deed_of_a_story_can_be_done() -> None:
    """Write it into DEEDS of storied.py."""
    assert set(GIVENS) - set(DEEDS) == {ELSEWHERE}  # it needs a second campaign


@pytest.mark.parametrize("name", CAMPAIGNS)
async def test_the_engine_does_what_the_stories_say(
    name: str, shipped: Content, sqlite_store: Store, temporal_server: str, tmp_path: Path
) -> None:
    campaign, rules = shipped.campaigns[name].campaign, shipped.rules()
    assert campaign is not None
    stories = [story for file in shipped.stories if file.campaign == name for story in file.stories]
    stories = [story for story in stories if ELSEWHERE not in words_of(story)]
    begins = min(story.tale[0].at for story in stories) - timedelta(minutes=10)
    async with running_engine(sqlite_store, temporal_server, tmp_path, begins) as engine:
        engine.house.do(publish_content, engine.house.desk.clock, shipped, only=[name])
        lives = await lived(engine, campaign, rules, stories)
        seen = [engine.house.do(life.seen) for life in lives]
    wrong = {
        life.story.title: found
        for life, one in zip(lives, seen, strict=True)
        if (
            found := differences(play(life.story, campaign, rules), until_its_end(life.story, one))
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
                if (other.word, other.what) == (one.word, one.what)
                and timedelta(seconds=-1) <= other.at - one.at <= JUDGED_WITHIN
            ),
            None,
        )
        if match is None:
            found.append(f"only told: {one.at:%Y-%m-%d %H:%M} {one.word} {one.what}")
        else:
            left.remove(match)
    return found + [f"only in the engine: {one.at:%Y-%m-%d %H:%M} {one.word} {one.what}" for one in left]
