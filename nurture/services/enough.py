"""Whether a lead has got enough for now: quiet times, caps, and other campaigns that go first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from nurture.domain.caps import Message, capped, caps_of, fills, longest, via_of
from nurture.domain.facts import EventFact
from nurture.domain.precedence import Rival, gives_way
from nurture.domain.preferences import pause_of
from nurture.domain.replies import TASK, WHY, held_until
from nurture.domain.sending import MARKETING, opens, quiet, quiet_of
from nurture.domain.steps.send import Send
from nurture.domain.with_sales import peace
from nurture.services.desk import Desk
from nurture.services.ledger import COUNTED
from nurture.services.listening import left
from nurture.services.turns import Opened
from nurture.store.tables import campaigns, events, journeys, sends

ROUNDING = timedelta(days=30)
"""A calendar's holidays make a quiet time longer than its span."""
PAUSED = "paused"


@dataclass(frozen=True)
class Held:
    until: datetime
    name: str
    why: str = ""


def enough(conn: Connection, desk: Desk, turn: Opened, step: Send, live: str | None) -> Held | None:
    """None: one more marketing message may go out. ``live``: the hashes of all live campaign versions."""
    if until := held_until(turn.published.campaign, turn.rules.dictionary, turn.facts):
        return _held(turn, step, Held(until, TASK, WHY))
    if still := peace(turn.facts) or pause_of(turn.facts):
        return _held(turn, step, Held(still.until, still.name, still.why))
    if silence := _quiet(conn, turn):
        return _held(turn, step, silence)
    campaign, now = turn.published.campaign, turn.facts.now
    caps = caps_of(step, campaign, turn.rules.dictionary, turn.facts.wishes)
    if not caps:
        return None
    messages = _messages(conn, turn.journey.lead_id, now - longest(caps))
    if full := capped(caps, messages, now):
        return _held(turn, step, Held(full.until, "cap", str(full.cap)))
    priorities = desk.library.priorities(conn, live)
    own = priorities.get(campaign.name, campaign.priority)
    higher = [name for name, priority in priorities.items() if priority > own]
    filled = fills(caps, messages, now, via_of(step)) if higher else None
    if filled is None:
        return None
    other = gives_way(own, _rivals(conn, desk, turn, higher, priorities), filled, now)
    return _held(turn, step, Held(other.until, "priority", other.why)) if other else None


def _held(turn: Opened, step: Send, held: Held) -> Held:
    """Until the window opens after that."""
    campaign, dictionary = turn.published.campaign, turn.rules.dictionary
    return Held(opens(step, campaign, dictionary, turn.facts, held.until), held.name, held.why)


def _quiet(conn: Connection, turn: Opened) -> Held | None:
    """What happened to the lead lately, after which nothing is sent for a time."""
    dictionary, now = turn.rules.dictionary, turn.facts.now
    rules = quiet_of(turn.published.campaign, dictionary)
    if not rules:
        return None
    query = select(events).where(
        events.c.lead_id == left(turn.journey),
        events.c.type.in_({dictionary.happenings[name].event for name in rules}),
        events.c.occurred_at > now - max(span.span() for span in rules.values()) - ROUNDING,
        or_(events.c.verdict.is_(None), events.c.verdict != "machine"),
    )
    found = [EventFact(row.type, row.occurred_at, row.data or {}) for row in conn.execute(query)]
    silence = quiet(rules, dictionary, found, turn.facts)
    return Held(silence.until, "quiet", silence.why) if silence else None


def _messages(conn: Connection, lead: str, since: datetime) -> list[Message]:
    """The marketing messages that the lead got, or may have got, in order of time."""
    query = (
        select(sends.c.created_at, sends.c.via)
        .where(
            sends.c.lead_id == lead,
            sends.c.kind == MARKETING,
            sends.c.state.in_(COUNTED),
            sends.c.created_at > since,
        )
        .order_by(sends.c.created_at)
    )
    return [Message(row.created_at, row.via) for row in conn.execute(query)]


def _rivals(
    conn: Connection, desk: Desk, turn: Opened, names: Collection[str], priorities: Mapping[str, int]
) -> Iterator[Rival]:
    """The marketing messages that these campaigns are about to send to the lead."""
    query = (
        select(journeys.c.campaign, journeys.c.version, journeys.c.step, journeys.c.due)
        .join(campaigns, campaigns.c.name == journeys.c.campaign)
        .where(
            journeys.c.lead_id == turn.journey.lead_id,
            journeys.c.state == "open",
            journeys.c.campaign.in_(names),
            journeys.c.effect == "send_message",
            journeys.c.attention.is_(None),
            journeys.c.paused_at.is_(None),
            or_(journeys.c.hold.is_(None), journeys.c.hold != PAUSED),
            campaigns.c.state != PAUSED,
        )
    )
    for row in conn.execute(query):
        published = desk.library.readable(conn, row.version)
        step = published.campaign.steps.get(row.step) if published else None
        if isinstance(step, Send) and step.kind == MARKETING and row.campaign in priorities:
            yield Rival(row.campaign, priorities[row.campaign], row.due)
