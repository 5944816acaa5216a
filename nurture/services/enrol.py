"""Letting a lead into a campaign: rows first, under the lead's lock; the relay starts the journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, insert, or_, select

from nurture.domain.effects import Line
from nurture.domain.enrolment import Past, kept_out
from nurture.domain.errors import NurtureError
from nurture.domain.walk import Walk, opening
from nurture.services.changes import lock_out
from nurture.services.desk import Desk
from nurture.services.door import AtTheDoor, at_the_door
from nurture.services.exclusion import in_the_way, winner
from nurture.services.facts import lead_row, zone_of
from nurture.services.held_door import DRAINING, held_for, hold_at_door
from nurture.services.leaving import REPLACED, take_out
from nurture.services.library import LIVE, Published, Rules, live_in
from nurture.services.listening import begin_listening, digest, wanted
from nurture.services.measuring import watch
from nurture.services.opting_in import may_ask
from nurture.services.timeline import write
from nurture.services.wakes import Spread, queue_start
from nurture.services.wishes import gone
from nurture.store.columns import new_id
from nurture.store.tables import campaigns, journeys

AT_ONCE = Spread(rate=1000)

# Made once: making them costs more than SQLite needs to answer.
LIVE_VERSION = select(campaigns.c.live, campaigns.c.draining, *LIVE).where(
    campaigns.c.name == bindparam("campaign")
)
BEFORE = select(journeys).where(
    journeys.c.lead_id == bindparam("lead"),
    or_(journeys.c.campaign == bindparam("campaign"), journeys.c.state == "open"),
)
"""All of the lead's in this campaign, and what is open in others."""
INSERT = insert(journeys).returning(journeys)


class NotPublished(NurtureError):
    """Nothing is live under the campaign's name."""


@dataclass(frozen=True)
class Enrolment:
    """``refused``: why not, by name: ``already in``, ``known cause``, ``been there``, ``unsubscribed``,
    ..."""

    journey: str | None
    refused: str | None = None


def enrol(  # noqa: PLR0913 - each says by itself who comes in, why, and how
    conn: Connection,
    desk: Desk,
    campaign: str,
    lead_id: str,
    cause: str,
    key: str = "",
    spread: Spread = AT_ONCE,
    *,
    held: bool = True,
    follows: datetime | None = None,
) -> Enrolment:
    """``cause`` makes it happen once: an event, an import row, a request. One journey is open per ``key``.

    ``held`` False: whom ``canary`` or ``expect`` would hold at the door comes in. ``follows``: when what lets
    her in happened, if it only follows from something else."""
    live = _live(conn, campaign)
    published = desk.library.campaign(conn, live.live)
    rules = desk.library.rules(conn, live_in(live))
    lock_out(conn, lead_id)
    there = conn.execute(BEFORE, {"campaign": campaign, "lead": lead_id}).all()
    before = [row for row in there if row.campaign == campaign]
    if any(row.cause == cause for row in before):
        return Enrolment(None, "known cause")
    now = desk.clock.now(conn)
    past = [Past(row.key, None if row.state == "open" else row.ended_at, row.entered_at) for row in before]

    def zone() -> ZoneInfo:
        return zone_of(lead_row(conn, lead_id), rules.dictionary)

    if reason := kept_out(published.campaign.enrol, key, past, now, zone, follows):
        return Enrolment(None, reason)
    lead = lead_row(conn, lead_id)
    reason = gone(conn, desk, lead, campaign)
    asks = reason is not None and may_ask(conn, desk, published.campaign, lead, reason, cause)
    if reason and not asks:
        return Enrolment(None, reason)
    elsewhere = [row for row in there if row.campaign != campaign and row.leaving is None]
    excluded = in_the_way(conn, desk, published.campaign, elsewhere)
    if staying := winner(conn, desk, published.campaign, excluded):
        return Enrolment(None, f"in {staying}")
    door = at_the_door(conn, rules, published.campaign, lead, now, cause, key, asks=asks)
    if door.refused:
        return Enrolment(None, door.refused)
    waits = DRAINING if live.draining else None
    if held and (reason := waits or held_for(conn, published.campaign, lead_id, now)):
        hold_at_door(conn, campaign, lead_id, cause, key, reason, now)
        return Enrolment(None, f"held: {reason}")
    take_out(conn, [row.id for row in excluded], REPLACED)
    who = {"lead_id": lead_id, "cause": cause, "key": key, "entry": len(before) + 1}
    return Enrolment(_begin(conn, desk, published, rules, door, who, spread))


def _begin(
    conn: Connection,
    desk: Desk,
    published: Published,
    rules: Rules,
    door: AtTheDoor,
    who: Mapping[str, Any],
    spread: Spread,
) -> str:
    """The id of the new journey."""
    now, cause = door.facts.now, str(who["cause"])
    first = _first(published, rules, door)
    wants = wanted(rules.conditions, first.listens)
    row = {**who, "listens": digest(wants)}
    if door.error and not first.outcome:
        row |= {"attention": "condition", "attention_at": now}
    journey = _insert(conn, desk, published, first, row, now)
    lines = [Line("entered", journey.step, cause)]
    lines += [Line("attention", journey.step, door.error)] if door.error else []
    write(conn, journey, 0, now, lines)
    watch(conn, rules.conditions, published, journey, now)
    if first.outcome:
        write(conn, journey, 0, now, [*first.lines, Line("ended", journey.step, first.outcome)])
        return str(journey.id)
    begin_listening(conn, journey, wants, now)
    queue_start(conn, journey.id, spread)
    desk.reached("enrol/written")
    return str(journey.id)


def live_version(conn: Connection, campaign: str) -> str:
    """Raises NotPublished."""
    return str(_live(conn, campaign).live)


def _live(conn: Connection, campaign: str) -> Row[Any]:
    found = conn.execute(LIVE_VERSION, {"campaign": campaign}).one_or_none()
    if found is None:
        names = list(conn.scalars(select(campaigns.c.name).order_by(campaigns.c.name)))
        known = f"Published are: {', '.join(names)}." if names else "Nothing is published yet."
        raise NotPublished(
            f"No campaign {campaign} is published.", f"{known} Publish with `nurture publish`."
        )
    return found


def _first(published: Published, rules: Rules, there: AtTheDoor) -> Walk:
    first = opening(published.campaign, rules.dictionary, rules.conditions, there.facts)
    if there.error is None or first.outcome:
        return first
    position = replace(first.position, unasked=True)
    return replace(first, position=position, effect="check_engagement", due=there.facts.now)


def _insert(
    conn: Connection, desk: Desk, published: Published, first: Walk, who: Mapping[str, Any], now: datetime
) -> Row[Any]:
    row = {
        **who,
        "id": new_id(),
        "campaign": published.campaign.name,
        "version": published.hash,
        "step": first.position.step,
        "position": first.position.to_json(),
        "effect": first.effect,
        "due": first.due,
        "queue": desk.queue(first.effect),
        "entered_at": now,
        "changed_at": now,
    }
    if first.outcome:
        row |= {"state": "ended", "outcome": first.outcome, "ended_at": now}
    return conn.execute(INSERT, row).one()
