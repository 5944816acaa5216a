"""The door of a campaign in a story: what lets the lead in, and why she may have to stay outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from nurture.authoring.stories.lead import PlayedLead
from nurture.conditions import Conditions
from nurture.domain.anchors import anchored
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition, standing
from nurture.domain.dictionary import Dictionary
from nurture.domain.enrolment import SEGMENT_EVENTS, Past, kept_out, unfit
from nurture.domain.facts import EventFact
from nurture.domain.opt_in import asks_again
from nurture.domain.records import key_in
from nurture.domain.replacing import replaced
from nurture.domain.schedules import MORNING, full_hour
from nurture.domain.sending import LATE_AFTER

INSTANT = timedelta(microseconds=1)


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
    begun: datetime = field(init=False)
    scanned: bool = field(init=False)
    """Whether everybody is looked at for this campaign at all."""
    dates: set[str] = field(default_factory=set)
    """Dates that have let her in."""

    def __post_init__(self) -> None:
        self.begun, self.looked = self.now, len(self.lead.events)
        self.members = {name: self._is_in(name, self.now) for name in self._watched()}
        self.scanned = bool(self.members or self.campaign.enrol.every or self.campaign.enrol.at)

    def refused(
        self, key: str, before: Sequence[Past], now: datetime, event: str, follows: datetime | None
    ) -> str | None:
        """``event``: what lets her in, if something that happened does."""
        enrol = self.campaign.enrol
        if reason := kept_out(enrol, key, before, now, lambda: self.lead.told.zone, follows):
            return reason
        asks = asks_again(self.campaign, self.lead.gone, event)
        if self.lead.gone and not asks:
            return self.lead.gone
        if met := self.lead.told.elsewhere:
            return f"in {min(met)}"
        facts = self.lead.facts(now, now)
        facts = replaced(facts, asks_again=True) if asks else facts
        found = unfit(self.conditions, facts, self._wanted())
        return f"{found[0]}: {found[1].error or found[1].reason}" if found else None

    def keys(self) -> list[str]:
        """Of a campaign for records all that she has, where nothing says which."""
        return list(self.lead.records) if self.campaign.record and self.lead.records else [""]

    def _keys_of(self, data: Mapping[str, object]) -> list[str]:
        if self.campaign.record is None:
            return [self.campaign.enrol.key_of(data)]
        key = key_in(self.campaign.record, data)
        return self.keys() if key is None else [key]

    def next(self, by: datetime) -> datetime | None:
        """When everybody is looked at next, up to and with ``by``."""
        if not self.scanned:
            return None
        zone = ZoneInfo(self.dictionary.sending.zone_fallback or "UTC")
        found = []
        if any("time" in self.conditions.reads(self._segment(name)) for name in self.members):
            found.append(MORNING.after(self.now, zone))
        if every := self.campaign.enrol.every:
            found.append(every.after(self.now, zone))
        for date in filter(None, map(self._date, self.keys())):
            come = full_hour(max(date[1], self.now + INSTANT))
            found += [come] if self.begun < date[1] and come - date[1] <= self._late_after() else []
        return min((at for at in found if at <= by), default=None)

    def scans(self, now: datetime) -> Iterator[str]:
        """The keys under which looking at everybody lets her in."""
        self.now = now
        zone = ZoneInfo(self.dictionary.sending.zone_fallback or "UTC")
        every = self.campaign.enrol.every
        asked = every is not None and every.after(now - INSTANT, zone) == now
        for key in self.keys():
            self.lead.record = key
            if (date := self._date(key)) and self.begun < date[1] <= now:
                self.dates.add(date[0])
                yield key
            elif asked and self._fits(now):
                yield key

    def _fits(self, now: datetime) -> bool:
        return unfit(self.conditions, self.lead.facts(now, now), self._wanted()) is None

    def _late_after(self) -> timedelta:
        return (self.campaign.sending.within or LATE_AFTER).span()

    def _date(self, key: str) -> tuple[str, datetime] | None:
        """The date that has not let her in yet, and when it does."""
        anchor, fields = self.campaign.enrol.at, {**self.lead.fields, **self.lead.records.get(key, {})}
        value = fields.get(anchor.field) if anchor else None
        if anchor is None or not isinstance(value, datetime) or f"{key}/{value}" in self.dates:
            return None
        calendar = self.lead.calendars.of(self.lead.fields)
        return f"{key}/{value}", anchored(anchor, value, self.lead.told.zone, calendar)

    def knocks(self, now: datetime) -> Iterator[tuple[str, EventFact]]:
        """The keys under which what has happened since the last look lets her in, and what it is."""
        self._watch(now)
        happenings, enrol = self.dictionary.happenings, self.campaign.enrol
        looked, self.looked = self.looked, len(self.lead.events)
        for event in self.lead.events[looked : self.looked]:
            if enrol.opened_by(event.type, event.data, happenings):
                yield from ((key, event) for key in self._keys_of(event.data))

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
        return self.conditions.ask(self._segment(name), self.lead.facts(now, self.lead.began)).holds

    def _segment(self, name: str) -> Condition:
        return standing(self.dictionary.segments.get(name, ()))

    def _wanted(self) -> tuple[tuple[str, Condition], ...]:
        return ("audience", self.campaign.audience), ("enrol.if", self.campaign.enrol.if_)
