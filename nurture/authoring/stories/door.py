"""The door of a campaign in a story: what lets the lead in, and why she may have to stay outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nurture.authoring.stories.lead import PlayedLead
from nurture.conditions import Conditions
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition
from nurture.domain.dictionary import Dictionary
from nurture.domain.enrolment import SEGMENT_EVENTS, Past, kept_out, unfit


@dataclass
class Door:
    campaign: Campaign
    dictionary: Dictionary
    conditions: Conditions
    lead: PlayedLead
    now: datetime
    members: dict[str, bool] = field(default_factory=dict)
    """Watched segment -> whether she is in it."""
    looked: int = 0
    """How many of her events have been looked at."""

    def __post_init__(self) -> None:
        self.members = {name: self._is_in(name, self.now) for name in self._watched()}

    def refused(self, key: str, before: Sequence[Past], now: datetime) -> str | None:
        enrol = self.campaign.enrol
        if reason := kept_out(enrol, key, before, now, lambda: self.lead.told.zone):
            return reason
        if self.lead.gone:
            return self.lead.gone
        wanted = (("audience", self.campaign.audience), ("enrol.if", enrol.if_))
        found = unfit(self.conditions, self.lead.facts(now, now), wanted)
        return f"{found[0]}: {found[1].error or found[1].reason}" if found else None

    def knocks(self, now: datetime) -> Iterator[str]:
        """The keys under which what has happened since the last look lets her in."""
        self._watch(now)
        happenings, enrol = self.dictionary.happenings, self.campaign.enrol
        events, self.looked = self.lead.events[self.looked :], len(self.lead.events)
        for event in events:
            if enrol.opened_by(event.type, event.data, happenings):
                yield enrol.key_of(event.data)

    def _watch(self, now: datetime) -> None:
        """Coming into a segment, and leaving it, are events."""
        for name in self.members:
            inside = self._is_in(name, now)
            if inside != self.members[name]:
                self.members[name] = inside
                kind = SEGMENT_EVENTS["enters" if inside else "leaves"]
                self.lead.event(kind, now, {"segment": name})

    def _watched(self) -> frozenset[str]:
        return self.campaign.enrol.segments | self.dictionary.watched_segments

    def _is_in(self, name: str, now: datetime) -> bool:
        lines = self.dictionary.segments.get(name, ())
        began = self.lead.began
        return self.conditions.ask(Condition(lines), self.lead.facts(now, began)).holds
