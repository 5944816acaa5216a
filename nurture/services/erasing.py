"""Forgetting a person, in one transaction: what tells of them goes, what is counted stays as numbers, and
their addresses stay as hashes, so that nobody brings them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from nurture.domain.effects import Line
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.erasing_rows import DELETED, EMPTIED, Emptied, settled
from nurture.services.hooks import forget_person
from nurture.services.suppress import ERASED, suppress
from nurture.services.timeline import write
from nurture.services.wakes import Spread, queue
from nurture.store.columns import db_now
from nurture.store.tables import (
    account_changes,
    accounts,
    coming_dates,
    consents,
    crm_links,
    identities,
    incidents,
    journeys,
    leads,
    outbox,
    records,
    sends,
    wordings,
)

AT_ONCE = Spread(rate=1000)
NAMED_BY = 6
"""Shorter words than this are no address, and might stand in the words of any error."""

PERSONAL = (
    *("email", "first_name", "last_name", "phone", "country", "zone", "language", "owner", "account_id"),
    *("replied_at", "handed_at", "rests_until", "often", "mail_pause_until", "consent", "consent_until"),
)
"""Columns of a lead of which nothing stays."""


def erase(conn: Connection, desk: Desk, lead_id: str) -> dict[str, int]:
    """How much of what went, by name. Once more does no harm: it takes what has come in since."""
    _leave_no_traces(conn)
    now, family = desk.clock.now(conn), family_of(conn, lead_id)
    people = conn.execute(
        select(leads).where(leads.c.id.in_(family)).order_by(leads.c.id).with_for_update()
    ).all()
    words = addresses_of(conn, family)
    for word in sorted(words):
        suppress(conn, desk.clock, desk.secrets[0], word, ERASED)
    gone: Counter[str] = Counter({"journeys ended": _end_journeys(conn, family, now)})
    gone["incidents"] = _forget_incidents(conn, family, words)
    gone["webhooks"] = sum(forget_person(conn, one, word) for one in family for word in words or {""})
    _forget_wordings(conn, family)
    dates = [*family, *conn.scalars(select(records.c.id).where(records.c.lead_id.in_(family)))]
    conn.execute(delete(coming_dates).where(coming_dates.c.owner.in_(dates)))
    for table in DELETED:
        gone[table.name] = conn.execute(delete(table).where(table.c.lead_id.in_(family))).rowcount
    gone["CRM changes"] = _tell_crm(conn, desk, family, people)
    for one in settled(now):
        _change(conn, one, family)
    for emptied in EMPTIED:
        gone[emptied.table.name] = _change(conn, emptied, family)
    companies = {one.account_id for one in people if one.account_id}
    _blank(conn, family, now)
    gone["companies"] = _forget_companies(conn, companies)
    return dict(+gone)


def family_of(conn: Connection, lead_id: str) -> tuple[str, ...]:
    """The lead, and all that were merged into it."""
    found, new = {lead_id}, {lead_id}
    while new:
        new = set(conn.scalars(select(leads.c.id).where(leads.c.merged_into.in_(new)))) - found
        found |= new
    return tuple(sorted(found))


def _leave_no_traces(conn: Connection) -> None:
    """SQLite overwrites what is deleted; it stays so for as long as the connection lasts."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA secure_delete = ON")


def addresses_of(conn: Connection, family: Sequence[str]) -> frozenset[str]:
    """Every address and number by which they can be written to, now or before."""
    known = select(identities.c.value).where(identities.c.kind == "email", identities.c.lead_id.in_(family))
    own = conn.execute(select(leads.c.email, leads.c.phone).where(leads.c.id.in_(family))).all()
    given = [*conn.scalars(known), *(value for row in own for value in row)]
    return frozenset(value.strip().lower() for value in given if value and value.strip())


def _end_journeys(conn: Connection, family: Sequence[str], now: datetime) -> int:
    """At once, whatever a worker has in hand: it finds the turn past. Their workflows end when they wake."""
    open_ones = journeys.c.lead_id.in_(family), journeys.c.state == "open"
    ended = update(journeys).where(*open_ones).values(turn=journeys.c.turn + 1, **_ended(now))
    rows = conn.execute(ended.returning(journeys)).all()
    for row in rows:
        write(conn, row, row.turn, now, [Line("ended", row.step, ERASED)])
    queue(conn, [row.id for row in rows], AT_ONCE, due=True)
    return len(rows)


def _ended(now: datetime) -> dict[str, Any]:
    nothing = dict.fromkeys(("hold", "attention", "attention_at", "leaving", "listens", "paused_at"))
    return {**nothing, "state": "ended", "outcome": ERASED, "ended_at": now, "changed_at": now, "tries": 0}


def _forget_incidents(conn: Connection, family: Sequence[str], words: frozenset[str]) -> int:
    """Those of their journeys, mails and changes, and whichever names an address of theirs."""
    row, own = incidents.c, select(journeys.c.id).where(journeys.c.lead_id.in_(family))
    numbers = [
        select(journeys.c.incident).where(journeys.c.lead_id.in_(family)),
        select(sends.c.incident).where(sends.c.lead_id.in_(family)),
        select(outbox.c.incident).where(outbox.c.record.in_(family)),
    ]
    told = [func.lower(row.text).contains(word, autoescape=True) for word in words if len(word) >= NAMED_BY]
    theirs = [row.lead_id.in_(family), row.journey_id.in_(own), *(row.id.in_(some) for some in numbers)]
    return conn.execute(delete(incidents).where(or_(*theirs, *told))).rowcount


def _forget_wordings(conn: Connection, family: Sequence[str]) -> None:
    """What nobody else has read; called before the consents go."""
    row = consents.c
    own = select(row.wording).where(row.lead_id.in_(family), row.wording.is_not(None))
    others = select(row.wording).where(row.lead_id.not_in(family), row.wording.is_not(None))
    conn.execute(delete(wordings).where(wordings.c.hash.in_(own), wordings.c.hash.not_in(others)))


def _tell_crm(conn: Connection, desk: Desk, family: Sequence[str], people: Sequence[Row[Any]]) -> int:
    """What was still to be told is not, but for one erasure."""
    theirs = outbox.c.record.in_(family), outbox.c.kind == "crm"
    own_key = outbox.c.key.in_([f"crm/erasure/{one}" for one in family])
    left = update(outbox).where(*theirs, ~own_key, outbox.c.state.in_(("open", "dead")))
    count = conn.execute(left.values(state="cancelled", done_at=db_now(), lease_until=None)).rowcount
    emptied: dict[str, Any] = {"payload": {}, "error": None, "incident": None}
    conn.execute(update(outbox).where(*theirs, ~own_key).values(emptied))
    knows = set(conn.scalars(select(crm_links.c.lead_id).where(crm_links.c.lead_id.in_(family))))
    for one in people:
        if desk.crm and (one.id in knows or one.merged_into is None):
            tell_crm(conn, desk.clock, one.id, "erasure", {}, one.id)
    return count


def _change(conn: Connection, what: Emptied, family: Sequence[str]) -> int:
    rows = update(what.table).where(what.table.c.lead_id.in_(family), *what.where)
    return conn.execute(rows.values(dict(what.values))).rowcount


def _blank(conn: Connection, family: Sequence[str], now: datetime) -> None:
    """The rows of the leads themselves; whoever was merged stays a way to the other."""
    nobody: dict[str, Any] = dict.fromkeys(PERSONAL)
    nobody |= {"fields": {}, "tags": [], "tracking": False, "stage_told": now, "updated_at": now}
    nobody["erased_at"] = func.coalesce(leads.c.erased_at, now)
    conn.execute(update(leads).where(leads.c.id.in_(family)).values(nobody))


def _forget_companies(conn: Connection, companies: set[str]) -> int:
    """Of which nobody else is known: a company of one person tells of that person."""
    others = select(leads.c.account_id).where(leads.c.account_id.is_not(None))
    alone = sorted(companies - set(conn.scalars(others.where(leads.c.account_id.in_(companies)))))
    conn.execute(delete(account_changes).where(account_changes.c.account_id.in_(alone)))
    return conn.execute(delete(accounts).where(accounts.c.id.in_(alone))).rowcount
