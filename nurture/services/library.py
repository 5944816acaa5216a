"""Published versions, read once and kept: what is known by its hash never changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.conditions import Conditions
from nurture.delivery.source import MessageSource
from nurture.domain.calendars import Calendars, load_calendars
from nurture.domain.campaign import Campaign, load_campaign
from nurture.domain.conditions import Condition
from nurture.domain.crm_policy import CrmMapping, load_crm
from nurture.domain.dictionary import Dictionary, load_dictionary, with_policies
from nurture.domain.errors import NurtureError
from nurture.domain.routing_policy import TEAMS_TURN, RoutingPolicy, load_routing
from nurture.domain.sales import SalesPolicy, load_sales
from nurture.domain.scoring import ScoringPolicy, load_scoring
from nurture.domain.steps.awaiting import Awaiting
from nurture.store.tables import campaign_versions, message_versions, policies, policy_versions

log = logging.getLogger("nurture.library")

KINDS = ("dictionary", "scoring", "sales", "calendars", "lifecycle")
ROUTING, LIFECYCLE, CRM = "routing", "lifecycle", "crm"
LIVE = [
    select(policies.c.live).where(policies.c.kind == kind).scalar_subquery().label(f"live_{kind}")
    for kind in KINDS
]
"""Columns that bring the live policies along with another row."""


BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NurtureError),
    *(RuntimeError, StopIteration, TypeError, ValueError),
)
"""What reading ends with of a document that the checker never passed, or that another Nurture has stored."""


class Unreadable(NurtureError):
    """A published document that this Nurture cannot read. Whatever needs it waits; all else goes on."""


def live_in(row: Row[Any]) -> dict[str, str]:
    """Of a row that was read with ``LIVE``."""
    found = {kind: getattr(row, f"live_{kind}") for kind in KINDS}
    return {kind: live for kind, live in found.items() if live}


@dataclass(frozen=True)
class Rules:
    """The policies that are live, and the hash of each."""

    dictionary: Dictionary
    conditions: Conditions
    scoring: ScoringPolicy
    sales: SalesPolicy
    hashes: Mapping[str, str]
    calendars: Calendars = field(default_factory=Calendars)
    _reads: dict[str, frozenset[str]] = field(default_factory=dict)

    def reads(self, published: Published, more: Condition | None = None) -> frozenset[str]:
        """The tokens of all that the campaign's conditions look at."""
        found = self._reads.get(published.hash)
        if found is None:
            tokens = (self.conditions.reads(one) for one in published.conditions if one)
            found = self._reads[published.hash] = frozenset[str]().union(*tokens)
        return found | self.conditions.reads(more) if more else found


@dataclass(frozen=True)
class Published:
    hash: str
    campaign: Campaign
    messages: Mapping[str, str]
    """Message -> hash of its text."""

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(_conditions(self.campaign))

    @cached_property
    def hands_off(self) -> bool:
        """Whether people are asked to do something, and their answers looked at."""
        return any(isinstance(step, Awaiting) for step in self.campaign.steps.values())


@dataclass
class Library:
    """Safe to share between threads: the worst that can happen is that something is read twice."""

    _campaigns: dict[str, Published] = field(default_factory=dict)
    _unreadable: dict[str, Unreadable] = field(default_factory=dict)
    _messages: dict[str, MessageSource] = field(default_factory=dict)
    _rules: dict[tuple[str, ...], Rules] = field(default_factory=dict)
    _priorities: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """The last one asked for."""
    _routing: dict[str, RoutingPolicy] = field(default_factory=dict)
    _crm: dict[tuple[str, str], CrmMapping] = field(default_factory=dict)

    def campaign(self, conn: Connection, version: str) -> Published:
        """Raises Unreadable."""
        if version in self._unreadable:
            raise self._unreadable[version]
        if version not in self._campaigns:
            row = conn.execute(select(campaign_versions).where(campaign_versions.c.hash == version)).one()
            try:
                self._campaigns[version] = Published(version, read_campaign(row.document), row.messages)
            except Unreadable as error:
                self._unreadable[version] = error
                log.error("version %s of %s cannot be read", version[:8], row.campaign)
                raise
        return self._campaigns[version]

    def readable(self, conn: Connection, version: str) -> Published | None:
        """None: it cannot be read, and nothing can be asked of it."""
        try:
            return self.campaign(conn, version)
        except Unreadable:
            return None

    def priorities(self, conn: Connection, live: str | None) -> Mapping[str, int]:
        """Campaign -> its priority. ``live``: the hashes of the live versions, with commas between."""
        if not live:
            return {}
        known = self._priorities.get(live)
        if known is None:
            found = (self.readable(conn, version) for version in live.split(","))
            known = {one.campaign.name: one.campaign.priority for one in found if one}
            self._priorities = {live: known}
        return known

    def message(self, conn: Connection, text_hash: str) -> MessageSource:
        if text_hash not in self._messages:
            source = conn.execute(
                select(message_versions.c.source).where(message_versions.c.hash == text_hash)
            ).scalar_one()
            self._messages[text_hash] = MessageSource.from_json(source)
        return self._messages[text_hash]

    def routing(self, conn: Connection) -> tuple[RoutingPolicy, str | None]:
        """Who gets the leads, and the hash of the policy: of those who hand over only."""
        live = conn.scalar(select(policies.c.live).where(policies.c.kind == ROUTING))
        if live is None:
            return TEAMS_TURN, None
        if live not in self._routing:
            query = select(policy_versions.c.document).where(policy_versions.c.hash == live)
            self._routing[live] = load_routing(conn.execute(query).scalar_one())
        return self._routing[live], live

    def crm(self, conn: Connection, name: str) -> CrmMapping:
        """How a CRM is spoken to."""
        live = conn.scalar(select(policies.c.live).where(policies.c.kind == CRM)) or ""
        if (live, name) not in self._crm:
            query = select(policy_versions.c.document).where(policy_versions.c.hash == live)
            self._crm[live, name] = load_crm(conn.scalar(query) or {}, name)
        return self._crm[live, name]

    def rules(self, conn: Connection, live: Mapping[str, str] | None = None) -> Rules:
        """``live``: kind -> hash, where the caller has read them in this transaction."""
        if live is None:
            live = {row.kind: row.live for row in conn.execute(select(policies))}
        key = tuple(live.get(kind, "") for kind in KINDS)
        if key not in self._rules:
            try:
                self._rules[key] = _load_rules(conn, live)
            except BROKEN as error:
                raise unreadable_policies(error) from error
        return self._rules[key]


def read_campaign(document: Mapping[str, Any]) -> Campaign:
    """Raises Unreadable."""
    try:
        campaign = load_campaign(document)
        campaign.main[0]  # a campaign without steps can be begun by nobody
    except BROKEN as error:
        name = document.get("campaign", "without a name")
        raise Unreadable(
            f"This version of the campaign {name} cannot be read: {_why(error)}.",
            f"Check the file with `nurture check`, publish it again, and `nurture move {name}`.",
        ) from error
    return campaign


def unreadable_policies(error: BaseException) -> Unreadable:
    return Unreadable(
        f"The live policies cannot be read: {_why(error)}.",
        "Check them with `nurture check` and publish them again.",
    )


def _why(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip().rstrip(".")


def _load_rules(conn: Connection, live: Mapping[str, str]) -> Rules:
    rows = conn.execute(select(policy_versions).where(policy_versions.c.hash.in_(live.values())))
    documents = {row.kind: row.document for row in rows}
    scoring = documents.get("scoring", {})
    words = load_dictionary(documents.get("dictionary", {}))
    dictionary = with_policies(words, scoring, documents.get("lifecycle", {}))
    conditions = Conditions(dictionary)
    return Rules(
        dictionary=dictionary,
        conditions=conditions,
        scoring=load_scoring(scoring, conditions),
        sales=load_sales(documents.get("sales", {})),
        hashes=dict(live),
        calendars=load_calendars(documents.get("calendars", {})),
    )


def _conditions(campaign: Campaign) -> Iterator[Condition]:
    yield campaign.audience
    yield from (leave.when for leave in campaign.leave)
    yield from (rule.when for rule in campaign.rules)
    yield from (measure.when for measure in campaign.measures)
    for step in campaign.steps.values():
        yield from (step.if_, step.unless)
        yield getattr(step, "until", Condition())
        yield from (way.when for way in getattr(step, "ways", ()))
