"""What a person of a CRM looks like now, brought home: read as a whole, so that twice or late is harmless."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.crm.remote import Seen
from nurture.crm.two_way import OWNER, values_of
from nurture.domain.crm_merge import merge, settled, text
from nurture.domain.crm_policy import CrmMapping
from nurture.services.addresses import as_stored
from nurture.services.changes import lock_lead
from nurture.services.crm import queue as tell_crm
from nurture.services.crm_change import GONE, person_now
from nurture.services.crm_links import is_id, link_of, mark, park, settle, take_values
from nurture.services.crm_says import Said, hear, new_owner
from nurture.services.desk import Desk
from nurture.services.lead_rows import leads_by_address
from nurture.services.leads import resolve
from nurture.services.merge import merge as merge_leads
from nurture.services.unsubscribe import unsubscribe
from nurture.store.columns import db_now
from nurture.store.tables import crm_links, leads

DELETED = "deleted in the CRM"


def take_seen(
    conn: Connection,
    desk: Desk,
    crm: str,
    seen: Seen,
    *,
    hinted: bool = False,
    asked: datetime | None = None,
) -> Sequence[str]:
    """The journeys that go on by it. ``hinted``: the CRM itself named them, so that a stranger is told of.
    ``asked``: when we looked, by the database's time: what we have written since shows the next time."""
    lead_id = whose(conn, desk, crm, seen)
    if lead_id is None:
        if hinted:
            reason = "the CRM told of a person whom Nurture does not know"
            park(conn, crm, "stranger", reason, f"stranger/{seen.remote_id}", None, seen.remote_id)
        return ()
    lead = lock_lead(conn, lead_id)
    link = link_of(conn, crm, lead_id)
    if lead.erased_at:
        return ()
    settled = not (asked and link.pushed_at) or link.pushed_at <= asked
    if seen.gone and settled:
        return _gone(conn, crm, link, seen)
    mapping = desk.library.crm(conn, crm)
    before = link.base
    back = {"state": "synced"} if link.state == GONE else {}
    mark(conn, link, remote_id=seen.remote_id, seen_at=db_now(), **back)
    settle(conn, crm, f"{GONE}/{lead_id}")
    waking = _answers(conn, desk, crm, link, seen, mapping)
    _refused_mail(conn, desk, lead_id, seen, mapping, before)
    if settled:
        _values(conn, desk, crm, link, seen, mapping)
    else:
        _note_answers(conn, link, seen, mapping)
    desk.reached("crm/seeing")
    return waking


def whose(conn: Connection, desk: Desk, crm: str, seen: Seen) -> str | None:
    """By the links, then by our id that stands there, then by the address: linked, never made anew."""
    ids = [seen.remote_id, *seen.was]
    query = select(crm_links).where(crm_links.c.crm == crm, crm_links.c.remote_id.in_(ids))
    linked = conn.execute(query.order_by(crm_links.c.id)).all()
    if linked:
        return _merged(conn, desk, seen, linked)
    if is_id(seen.lead_id) and conn.scalar(select(leads.c.id).where(leads.c.id == seen.lead_id)):
        return resolve(conn, seen.lead_id)
    found = leads_by_address(conn, [as_stored(seen.email)]) if seen.email else {}
    return next((lead.id for lead in found.values()), None)


def _merged(conn: Connection, desk: Desk, seen: Seen, linked: Sequence[Row[Any]]) -> str:
    """Two leads whom the CRM made one person are one lead from now on."""
    lead = {row.id: resolve(conn, row.lead_id) for row in linked}
    into = next((lead[row.id] for row in linked if row.remote_id == seen.remote_id), lead[linked[0].id])
    for other in sorted({one for one in lead.values() if one != into}):
        merge_leads(conn, desk.clock, other, into)
        theirs = update(crm_links).where(crm_links.c.lead_id == other, crm_links.c.remote_id.is_not(None))
        conn.execute(theirs.values(remote_id=None, state="merged"))
    return into


def _gone(conn: Connection, crm: str, link: Row[Any], seen: Seen) -> Sequence[str]:
    """Nothing makes them anew there; here they go on, and whoever has an open task is asked in the inbox."""
    if link.state != GONE:
        mark(conn, link, state=GONE, error=DELETED, seen_at=db_now())
        reason = (
            "they were deleted in the CRM: nothing is told of them any more, an open task stays in the inbox"
        )
        park(conn, crm, GONE, reason, f"{GONE}/{link.lead_id}", link.lead_id, seen.remote_id)
    return ()


def _answers(
    conn: Connection, desk: Desk, crm: str, link: Row[Any], seen: Seen, mapping: CrmMapping
) -> Sequence[str]:
    base = link.base
    waking: list[str] = []
    owner = seen.owner.casefold()
    if (
        owner
        and owner not in mapping.machines
        and base is not None
        and owner != base.get(OWNER, "").casefold()
    ):
        waking += new_owner(conn, desk, crm, link.lead_id, seen, first=OWNER not in base)
    said = Said(desk, crm, link, seen, mapping)
    return [*waking, *hear(conn, said)]


def _refused_mail(
    conn: Connection,
    desk: Desk,
    lead_id: str,
    seen: Seen,
    mapping: CrmMapping,
    base: Any,
) -> None:
    """Do not contact: it counts whoever or whatever set it there."""
    for name, value in mapping.no_mail.items():
        if text(seen.values.get(name)).lower() == value and (base or {}).get(name, "").lower() != value:
            unsubscribe(conn, desk, lead_id, "", "crm")


def _values(conn: Connection, desk: Desk, crm: str, link: Row[Any], seen: Seen, mapping: CrmMapping) -> None:
    person = person_now(conn, desk, link.lead_id, mapping.fields)
    merged = merge(mapping.fields, values_of(person), seen.values, settled(link.base, seen.values))
    take_values(conn, desk, crm, link.lead_id, merged.take)
    told = {name: text(value) for name, value in seen.values.items()}
    base = {**(link.base or {}), **told, **({OWNER: seen.owner} if seen.owner else {})}
    # What is ours to write stands there only when it is pushed.
    base |= {name: (link.base or {}).get(name, "") for name in merged.push if link.base is not None}
    if base != link.base or (merged.kept or None) != link.kept:
        mark(conn, link, base=base, kept=merged.kept or None)
    if merged.push and desk.crm:
        # Once for each state of both sides.
        state = "/".join(f"{name}={value}" for name, value in sorted({**told, **merged.push}.items()))
        key = f"pull/{link.lead_id}/{_digest(state)}"
        tell_crm(conn, desk.clock, link.lead_id, "lead", {"fields": sorted(merged.push)}, key)


def _note_answers(conn: Connection, link: Row[Any], seen: Seen, mapping: CrmMapping) -> None:
    if link.base is not None:
        heard = {name: text(seen.values.get(name)) for name in (*mapping.answers, *mapping.no_mail)}
        mark(conn, link, base={**link.base, **heard})


def _digest(plain: str) -> str:
    return sha256(plain.encode()).hexdigest()[:32]
