"""Notices of a story that are gathered, and told to each person at the next set time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nurture.domain.digests import next_digest

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play

DIGEST = "digest"


def whom(value: Mapping[str, Any]) -> list[str]:
    """The team, or the addresses, that a notice of the file is for."""
    given = value.get("team") or value.get("to") or ()
    return [given] if isinstance(given, str) else list(given)


def note(play: Play, value: Mapping[str, Any]) -> None:
    for name in whom(value):
        play.digests |= {(due, name) for due in _times(play, value[DIGEST], name)}


def due_digest(play: Play, by: datetime) -> datetime | None:
    first = min(play.digests, default=None)
    return first[0] if first and first[0] <= by else None


def tell(play: Play, due: datetime) -> None:
    play.now = max(play.now, due)
    for name in sorted(name for at, name in play.digests if at == due):
        play.say(DIGEST, name)
    play.digests = {one for one in play.digests if one[0] != due}


def _times(play: Play, text: str, name: str) -> Iterator[datetime]:
    """Of a team one for each zone that its people are in."""
    sales, company = play.rules.sales, play.rules.dictionary.company_zone
    team = sales.teams.get(name)
    people = team.members if team else [sales.member(name)]
    for zone in {one.clock(company) if one else company for one in people}:
        yield next_digest(text, play.now, zone)
