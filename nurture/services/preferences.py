"""What a reader chooses at the preference page, kept and obeyed from that moment on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.domain.dictionary import Dictionary
from nurture.domain.durations import Duration
from nurture.domain.preferences import CHANGED, HOLD, OFTEN, PAUSES, TOPIC
from nurture.services.changes import announce
from nurture.services.consents import allow_topic, withdraw
from nurture.services.desk import Desk
from nurture.services.facts import lead_row, zone_of
from nurture.services.leads import resolve
from nurture.services.suppress import address_hmac, suppress, suppressed, want_again
from nurture.services.wakes import Spread, queue
from nurture.store.columns import new_id
from nurture.store.tables import journeys, leads, suppressions

SOURCE = "preference page"
AT_ONCE = Spread(rate=1000)
FREED = (HOLD, "cap")
"""Holds that another choice may end."""


@dataclass(frozen=True)
class Shown:
    """How it stands: the same for somebody of whom nothing is known."""

    topics: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    often: str | None = None
    paused: datetime | None = None
    """Until when, while it lasts."""
    tracking: bool = True
    gone: bool = False
    """Gets no marketing mail at all."""


@dataclass(frozen=True)
class Choice:
    topics: frozenset[str]
    """Those that are wanted."""
    often: str | None = None
    """A word of ``OFTEN``."""
    months: int | None = None
    """How long to pause from now; 0: no pause; None: as it was."""
    tracking: bool = True


def shown(conn: Connection, desk: Desk, lead_id: str) -> Shown:
    dictionary = desk.library.rules(conn).dictionary
    lead = conn.execute(select(leads).where(leads.c.id == resolve(conn, lead_id))).one_or_none()
    if lead is None or lead.email is None:
        return Shown(dictionary.topics)
    until = lead.mail_pause_until
    return Shown(
        dictionary.topics,
        _without(conn, desk, lead.email, dictionary),
        lead.often,
        until if until and until > desk.clock.now(conn) else None,
        lead.tracking,
        suppressed(conn, desk.secrets, lead.email) is not None,
    )


def choose(conn: Connection, desk: Desk, lead_id: str, campaign: str, choice: Choice) -> bool:
    """``campaign``: of the mail whose link it was. False: nobody is there to choose any more, or nothing is
    different; the reader is told the same."""
    lead_id = resolve(conn, lead_id)
    lead = conn.execute(select(leads).where(leads.c.id == lead_id).with_for_update()).one_or_none()
    if lead is None or lead.email is None:
        return False
    dictionary, now = desk.library.rules(conn).dictionary, desk.clock.now(conn)
    values = _values(conn, lead, dictionary, choice, now)
    proof = {"campaign": campaign, "how": "page"}
    turned = _topics(conn, desk, lead, dictionary, choice, now, proof)
    if not values and not turned:
        return False
    if values:
        conn.execute(update(leads).where(leads.c.id == lead_id).values(**values, updated_at=now))
    told = {name: str(value) if isinstance(value, datetime) else value for name, value in values.items()}
    announce(conn, lead_id, CHANGED, {"campaign": campaign, **told, **turned}, f"{CHANGED}/{new_id()}", now)
    _go_on(conn, lead_id, now)
    return True


def _values(
    conn: Connection, lead: Row[Any], dictionary: Dictionary, choice: Choice, now: datetime
) -> dict[str, Any]:
    """The columns that change."""
    until = lead.mail_pause_until
    if choice.months in PAUSES:
        zone = zone_of(lead_row(conn, lead.id), dictionary)
        until = Duration(choice.months or 0, "months").after(now, zone)
    elif choice.months == 0:
        until = None
    often = choice.often if choice.often in OFTEN else None
    wanted = {"often": often, "mail_pause_until": until, "tracking": choice.tracking}
    return {name: value for name, value in wanted.items() if getattr(lead, name) != value}


def _topics(
    conn: Connection,
    desk: Desk,
    lead: Row[Any],
    dictionary: Dictionary,
    choice: Choice,
    now: datetime,
    proof: Mapping[str, Any],
) -> dict[str, list[str]]:
    """Kept with the address, as a word about all mail is: an erasure or another import does not undo it."""
    before = _without(conn, desk, lead.email, dictionary)
    off = [name for name in dictionary.topics if name not in choice.topics and name not in before]
    on = [name for name in dictionary.topics if name in choice.topics and name in before]
    for name in off:
        suppress(conn, desk.clock, desk.secrets[0], lead.email, "unsubscribed", f"{TOPIC}{name}")
        withdraw(conn, lead.id, now, SOURCE, proof, f"{TOPIC}{name}")
    for name in on:
        want_again(conn, desk.secrets, lead.email, name)
        allow_topic(conn, lead.id, now, SOURCE, proof, f"{TOPIC}{name}")
    return {key: names for key, names in (("without", off), ("with", on)) if names}


def _without(conn: Connection, desk: Desk, email: str, dictionary: Dictionary) -> frozenset[str]:
    if not dictionary.topics:
        return frozenset()
    rule = suppressions.c
    hashes = [address_hmac(secret, email) for secret in desk.secrets]
    query = select(rule.scope).where(rule.address.in_(hashes), rule.lifted.is_(False))
    scopes = set(conn.scalars(query.where(rule.scope.startswith(TOPIC))))
    return frozenset(name for name in dictionary.topics if f"{TOPIC}{name}" in scopes)


def _go_on(conn: Connection, lead_id: str, now: datetime) -> None:
    """What waited for the end of a pause, or for room, looks again."""
    held = journeys.c.lead_id == lead_id, journeys.c.state == "open", journeys.c.hold.in_(FREED)
    waking = sorted(conn.scalars(select(journeys.c.id).where(*held)))
    if waking:
        conn.execute(update(journeys).where(journeys.c.id.in_(waking)).values(due=now))
        queue(conn, waking, AT_ONCE, due=True)
