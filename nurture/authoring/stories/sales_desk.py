"""The sales people of a story: who gets the lead, by the rules of routing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from nurture.domain.routing import Handover, Routed, Standing, in_turn, route

if TYPE_CHECKING:
    from nurture.authoring.stories.playing import Play


@dataclass
class SalesDesk:
    asked: dict[str, int] = field(default_factory=dict)
    """Address -> the count of the round robin when they were asked last."""
    owners: dict[tuple[str, int], str | None] = field(default_factory=dict)
    """(step, visit) -> the address of whose task it is; None: it waits in the queue."""

    def give(self, play: Play, step: str, visit: int, team: str) -> Routed:
        rules, told = play.rules, play.lead.told
        people = list(self.standing(play, play.now))
        given = Handover(team, play.facts, told.knowing)
        found = route(rules.routing, rules.conditions, people, given)
        self._take(step, visit, found.owner)
        return found

    def pass_on(self, play: Play, step: str, visit: int, team: str) -> str | None:
        """To the next of the team: the address."""
        people = list(self.standing(play, play.now))
        following = in_turn(people, team, self.owners.get((step, visit)))
        if following:
            self._take(step, visit, following)
        return following.email if following else None

    def standing(self, play: Play, now: datetime) -> Iterator[Standing]:
        rules = play.rules
        zone = rules.dictionary.company_zone
        for team, spec in rules.sales.teams.items():
            for member in spec.members:
                yield Standing(
                    member,
                    team,
                    self.asked.get(member.email, 0),
                    play.lead.told.busy.get(member.email, 0),
                    member.away_on(now, zone),
                    member.at_work(now, zone, rules.calendars),
                )

    def _take(self, step: str, visit: int, owner: Standing | None) -> None:
        self.owners[step, visit] = owner.email if owner else None
        if owner:
            self.asked[owner.email] = max(self.asked.values(), default=0) + 1
