"""Notices to our own people that are gathered: each is kept, and all of one person go out in one mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from nurture.domain.digests import next_digest
from nurture.services.desk import Desk
from nurture.services.library import Rules
from nurture.services.notices import tell_address
from nurture.store.columns import new_id
from nurture.store.tables import accounts, leads, notices
from nurture.store.upserts import insert_unless_there

PEOPLE_AT_ONCE = 50
NOTICES_AT_ONCE = 1000
UNTOLD = notices.c.told_at.is_(None)
ERASED = "somebody who has been erased since"

LEAD = select(
    leads.c.email, leads.c.first_name, leads.c.last_name, leads.c.stage, accounts.c.name, accounts.c.domain
).outerjoin(accounts, leads.c.account_id == accounts.c.id)


def note(
    conn: Connection, desk: Desk, lead_id: str, value: Mapping[str, Any], key: str, people: Sequence[str]
) -> None:
    """``value``: of `notify` in the file. Each key is noted once."""
    now, rules = desk.clock.now(conn), desk.library.rules(conn)
    for number, email in enumerate(dict.fromkeys(people), 1):
        due = next_digest(value["digest"], now, _zone(rules, email))
        row: dict[str, Any] = {
            "id": new_id(),
            "key": f"{key}/{number}",
            "recipient": email,
            "lead_id": lead_id,
        }
        row |= {"text": value["text"], "at": now, "due": due, "told_at": None}
        conn.execute(insert_unless_there(conn, notices, row))


def gather(conn: Connection, desk: Desk) -> int:
    """To everybody whose time has come one mail with all that was noted until then. How many mails."""
    now = desk.clock.now(conn)
    late = select(notices.c.recipient).where(UNTOLD, notices.c.due <= now).distinct()
    people = conn.scalars(late.order_by(notices.c.recipient).limit(PEOPLE_AT_ONCE)).all()
    for email in people:
        _tell(conn, desk, email)
    return len(people)


def _tell(conn: Connection, desk: Desk, email: str) -> None:
    now = desk.clock.now(conn)
    noted = LEAD.add_columns(notices.c.id, notices.c.text, notices.c.at, leads.c.erased_at)
    noted = noted.join(notices, notices.c.lead_id == leads.c.id)
    mine = noted.where(UNTOLD, notices.c.due <= now, notices.c.recipient == email)
    first = mine.order_by(notices.c.at, notices.c.id).limit(NOTICES_AT_ONCE)
    rows = conn.execute(first.with_for_update(of=notices)).all()
    if not rows:  # another relay was faster
        return
    zone = _zone(desk.library.rules(conn), email)
    subject = f"{len(rows)} notice{'' if len(rows) == 1 else 's'} from the campaigns"
    text = "\n".join(_lines(rows, zone))
    tell_address(conn, desk, f"digest/{rows[0].id}/daily", email, subject, text)
    told = update(notices).where(notices.c.id.in_([row.id for row in rows]))
    conn.execute(told.values(told_at=now))


def _lines(rows: Sequence[Any], zone: ZoneInfo) -> Iterator[str]:
    """What is told of several leads stands once."""
    alike: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        alike[row.text].append(row)
    for text, of_it in alike.items():
        yield text
        for row in of_it:
            yield f"- {row.at.astimezone(zone):%a %H:%M}: {ERASED if row.erased_at else about(row)}"
        yield ""


def about(lead: Any) -> str:
    name = " ".join(part for part in (lead.first_name, lead.last_name) if part)
    told = (name, lead.name or lead.domain, lead.email, lead.stage)
    return ", ".join(part for part in told if part)


def _zone(rules: Rules, email: str) -> ZoneInfo:
    """Of the member; of an address that is none, the company's."""
    company, member = rules.dictionary.company_zone, rules.sales.member(email)
    return member.clock(company) if member else company
