"""What a row of the outbox tells a CRM, put together as it stands at the moment of pushing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import Connection, Row, select

from nurture.crm.connector import Change, Known, Person, Task, What
from nurture.domain.crm_policy import CrmMapping, FieldRule
from nurture.domain.scoring import total
from nurture.services.desk import Desk
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.leads import resolve
from nurture.store.tables import accounts, crm_links, handoffs, leads, users

GONE = "gone"
TASKS: tuple[What, ...] = ("handoff", "owner")


def changes_of(
    conn: Connection, crm: str, rows: Sequence[Row[Any]], desk: Desk | None = None
) -> list[Change]:
    """Of rows of the outbox. ``desk``: None where no policy is asked."""
    mapping = desk.library.crm(conn, crm) if desk else CrmMapping()
    now = {row.payload["lead"]: resolve(conn, row.payload["lead"]) for row in rows}
    people = _people(conn, set(now.values()), desk, mapping)
    links = {
        link.lead_id: link
        for link in conn.execute(
            select(crm_links).where(crm_links.c.lead_id.in_(people), crm_links.c.crm == crm)
        )
    }
    return [
        _change(
            conn, desk, row, people[now[row.payload["lead"]]], links.get(now[row.payload["lead"]]), mapping
        )
        for row in rows
    ]


def _change(
    conn: Connection, desk: Desk | None, row: Row[Any], person: Person, link: Any, mapping: CrmMapping
) -> Change:
    what, values = cast(What, row.payload["what"]), row.payload["values"]
    task = _task(conn, desk, what, values, person, link) if desk and what in TASKS else None
    return Change(
        id=f"crm_{sha256(row.key.encode()).hexdigest()[:32]}",
        what=what,
        lead=person,
        values=values,
        occurred_at=datetime.fromisoformat(row.payload["at"]),
        remote_id=link.remote_id if link else None,
        mapping=mapping,
        known=Known(link.base if link else None, bool(link) and link.state == GONE),
        task=task,
        note=_note(values, joined=bool(task and task.id != values.get("handoff"))),
    )


def _task(
    conn: Connection, desk: Desk, what: What, values: Mapping[str, Any], person: Person, link: Any
) -> Task | None:
    """The one that leads, where it has joined another: one task in the CRM for each handoff that is open."""
    query = select(handoffs, users.c.email.label("owner_email")).outerjoin(
        users, users.c.id == handoffs.c.owner
    )
    row = conn.execute(query.where(handoffs.c.id == values.get("handoff"))).one_or_none()
    if row is not None and row.joined_to:
        row = conn.execute(query.where(handoffs.c.id == row.joined_to)).one_or_none() or row
    if row is None or row.kind != "handoff":
        return None
    remote = ((link.tasks if link else None) or {}).get(row.id)
    name = (
        " ".join(part for part in (person.first_name, person.last_name) if part) or person.email or "a lead"
    )
    why = str((row.context or {}).get("why") or "ready for sales")
    told = what == "owner" or not remote
    return Task(
        id=row.id,
        subject=f"Talk to {name}: {why}"[:250],
        text=_text(desk, row, why),
        due=row.due,
        created_at=row.created_at,
        owner=row.owner_email if told else None,
        done=row.state != "open",
        remote_id=remote,
        deal=row.deal,
        amount=row.amount,
        currency=row.currency,
    )


def _text(desk: Desk, row: Row[Any], why: str) -> str:
    context = row.context or {}
    lines = [f"Why now: {why}"]
    lines += [f"Score: {context['score']}"] if context.get("score") is not None else []
    lines += [f"Campaign: {context['campaign']}"] if context.get("campaign") else []
    return "\n".join([*lines, f"All of it: {desk.base_url}/inbox/{row.id}"])


def _note(values: Mapping[str, Any], *, joined: bool) -> str:
    """What was answered in Nurture, or why another campaign hands over the same lead."""
    if answer := values.get("answer"):
        parts = [f"Nurture: {answer}", values.get("reason"), values.get("note")]
        amount = (
            [f"{values['amount']} {values.get('currency') or ''}".strip()] if values.get("amount") else []
        )
        return ". ".join(str(part) for part in [*parts, *amount] if part)
    return (
        f"Nurture: one more reason to talk to them: {values['why']}" if joined and values.get("why") else ""
    )


def _people(conn: Connection, ids: set[str], desk: Desk | None, mapping: CrmMapping) -> dict[str, Person]:
    query = select(leads, accounts.c.domain).outerjoin(accounts, leads.c.account_id == accounts.c.id)
    rows = conn.execute(query.where(leads.c.id.in_(ids))).all()
    scored = desk is not None and any(rule.ours == "score" for rule in mapping.fields)
    return {row.id: _person(row, _score(conn, desk, row) if desk and scored else None) for row in rows}


def _score(conn: Connection, desk: Desk, row: Row[Any]) -> int:
    rules = desk.library.rules(conn)
    fields = lead_fields(lead_row(conn, row.id), rules.dictionary)
    return int(total(entries(conn, row.id), rules.scoring, desk.clock.now(conn), fields).total)


def _person(row: Row[Any], score: int | None) -> Person:
    if row.erased_at:
        return Person(row.id)
    return Person(
        id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone,
        country=row.country,
        company=row.domain,
        stage=row.stage,
        score=score,
        fields=row.fields,
    )


def person_now(conn: Connection, desk: Desk, lead_id: str, rules: Sequence[FieldRule]) -> Person:
    return _people(conn, {lead_id}, desk, CrmMapping(fields=tuple(rules)))[lead_id]


def known_of(conn: Connection, crm: str, lead_id: str) -> tuple[str | None, Known]:
    query = select(crm_links).where(crm_links.c.lead_id == lead_id, crm_links.c.crm == crm)
    link = conn.execute(query).one_or_none()
    return (link.remote_id, Known(link.base, link.state == GONE)) if link else (None, Known())
