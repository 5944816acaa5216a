"""A story as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from nurture.authoring.nodes import Place
from nurture.authoring.stories.words import COMPLETE
from nurture.domain.campaign import Campaign
from nurture.domain.enrolment import Past
from nurture.domain.facts import EventFact, Value

NOWHERE = Place(0, 0)


@dataclass(frozen=True)
class Item:
    """One thing of a line: a word and what belongs to it."""

    word: str
    args: tuple[str, ...]
    text: str
    place: Place = NOWHERE


@dataclass(frozen=True)
class Moment:
    """One line of the tale."""

    at: datetime
    """UTC."""
    items: tuple[Item, ...]
    place: Place


@dataclass(frozen=True)
class Lead:
    zone: ZoneInfo
    fields: Mapping[str, Value] = field(default_factory=dict)
    stage: str = "lead"
    tags: frozenset[str] = frozenset()
    records: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Of a campaign for deals: id -> its fields, by whole names."""
    score: int | None = None
    """In all, when the tale begins; None: what the fit gives."""
    takes: Mapping[str, str] = field(default_factory=dict)
    """Step -> the way or variant that she draws; the first of the file where nothing is said."""
    holdout: bool = False
    knowing: Mapping[str, str] = field(default_factory=dict)
    """``lead-owner``, ``account-owner``, ``same-company`` -> the address of who that is."""
    busy: Mapping[str, int] = field(default_factory=dict)
    """Address -> how many handoffs wait for them already."""
    consent: str | None = None
    """The basis of what she allowed before the tale begins."""
    history: tuple[EventFact, ...] = ()
    """Of a real one: what happened before, as far as the campaign asks for it."""
    gone: str | None = None
    """Of a real one: why she gets nothing, such as unsubscribed."""
    lists: frozenset[str] = frozenset()
    """Of a real one: the lists that campaigns have put her on."""
    before: tuple[Past, ...] = ()
    """Of a real one: her journeys in this campaign."""
    elsewhere: frozenset[str] = frozenset()
    """Of a real one: the campaigns that she is in, and that are not to have her at the same time."""


@dataclass(frozen=True)
class Story:
    title: str
    lead: Lead
    tale: tuple[Moment, ...]
    place: Place
    zone: ZoneInfo
    """Of the times in the tale."""
    complete: tuple[str, ...] = COMPLETE
    """What the tale must list; other words count when they are written."""


@dataclass(frozen=True)
class StoriesFile:
    path: str
    campaign: str
    stories: tuple[Story, ...]
    stand_in: Campaign | None = None
    """Of stories about a policy: a campaign that does nothing but use it."""
