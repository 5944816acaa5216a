"""What a CRM that cannot be looked at tells of a person, brought home as a look at the whole would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select, update

from nurture.crm.remote import Doer, Pages, Seen, Told
from nurture.crm.two_way import OWNER
from nurture.domain.crm_merge import TRIED, text, tried
from nurture.domain.mail_events import Odd
from nurture.services import hooks
from nurture.services.changes import lock_lead
from nurture.services.crm_cursor import move_on
from nurture.services.crm_links import link_of, mark, park
from nurture.services.crm_seen import take_seen, whose
from nurture.services.desk import Desk
from nurture.store.tables import inbox

DELETED = "@deleted"
VALUE, DEAL = "value ", "deal "


def keep_page(conn: Connection, desk: Desk, crm: str, source: str, page: Pages) -> None:
    """What it answered is kept as it came, with the cursor, and read as what it tells by itself."""
    move_on(conn, crm, page.cursor)
    if not page.body:
        return
    number = f"asked/{sha256(page.cursor.encode() + b'/' + page.body).hexdigest()}"
    hooks.keep(conn, desk, source, number, {}, page.body)


def take_told(conn: Connection, desk: Desk, crm: str, told: Told, received: datetime) -> Sequence[str]:
    """The journeys that go on by it. What is older than what was told before changes nothing, so that twice,
    late or out of order does no harm. ``received``: nothing happens later than it is told."""
    at = min(told.by.at or received, received)
    whom = told.whom
    named = Seen(_called(told), lead_id=whom.lead_id, email=whom.email, was=tuple(told.was))
    lead_id = whose(conn, desk, crm, named)
    if lead_id is None:
        return take_seen(conn, desk, crm, named, hinted=True)  # a stranger is shown
    if lock_lead(conn, lead_id).erased_at:
        return ()
    link = link_of(conn, crm, lead_id)
    if _is_about_another(told, link) or _stamp(at) < (link.told or {}).get(DELETED, ""):
        return ()
    news = _news(told, link.told or {}, _stamp(at))
    mapping = desk.library.crm(conn, crm)
    base = _base(link, mapping.reads, told)
    mark(conn, link, told={**(link.told or {}), **dict.fromkeys(news, _stamp(at))}, base=base)
    named = replace(named, remote_id=whom.remote_id or link.remote_id or lead_id)
    by = Doer(told.by.person and told.by.who not in mapping.machines, told.by.who, at)
    return take_seen(conn, desk, crm, _seen(told, news, base, named, by), hinted=True)


def tell_unreadable(conn: Connection, crm: str, row: Row[Any], found: Sequence[Odd]) -> None:
    for one in found:
        park(conn, crm, "unreadable", one.why, f"message/{row.id}/{one.index}")


def _stamp(at: datetime) -> str:
    """In an order that texts have too."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _called(told: Told) -> str:
    """What the CRM calls them: without a name of its own by ours, or by a sign of the address."""
    return told.whom.remote_id or told.whom.lead_id or sha256(told.whom.email.encode()).hexdigest()[:16]


def _is_about_another(told: Told, link: Row[Any]) -> bool:
    """Of two that became one there, the one that is left out may be deleted afterwards."""
    return bool(told.gone and told.whom.remote_id and link.remote_id not in (None, told.whom.remote_id))


def _news(told: Told, before: Mapping[str, str], at: str) -> list[str]:
    """What of it is not older than what is known."""
    found = [f"{VALUE}{name}" for name in told.values]
    found += [OWNER] if told.owner is not None else []
    found += [f"{DEAL}{told.sale.id}"] if told.sale else []
    found += [DELETED] if told.gone else []
    return [name for name in found if at >= before.get(name, "")]


def _base(link: Row[Any], reads: Sequence[str], told: Told) -> dict[str, str]:
    """Whoever tells of a change knows both sides of it: what was never compared stood empty. What we were
    writing when an answer was lost, and is told to us, is our own."""
    known = {**dict.fromkeys(reads, ""), OWNER: "", **(link.base or {})}
    said = {name: text(value) for name, value in told.values.items()}
    mine = {name: said[name] for name, values in tried(known).items() if said.get(name) in values}
    return {**{name: value for name, value in known.items() if name.removeprefix(TRIED) not in mine}, **mine}


def _seen(told: Told, news: Sequence[str], base: Mapping[str, str], named: Seen, by: Doer) -> Seen:
    new = {name: text(value) for name, value in told.values.items() if f"{VALUE}{name}" in news}
    owner = told.owner if told.owner is not None and OWNER in news else base[OWNER]
    return replace(
        named,
        values={**{name: value for name, value in base.items() if not name.startswith("@")}, **new},
        owner=owner,
        changed={**dict.fromkeys(new, by), "owner": by},
        gone=DELETED in news,
        acts=(replace(told.act, by=by),) if told.act else (),
        sales=(replace(told.sale, by=by),) if told.sale and f"{DEAL}{told.sale.id}" in news else (),
    )


def empty(conn: Connection, number: str) -> None:
    """What was told of people is where it belongs: the message is not kept beside it."""
    row = inbox.c.id == number
    if conn.scalar(select(inbox.c.state).where(row)) == "done":
        conn.execute(update(inbox).where(row).values(body=b"", headers=None))
