"""Whom an enrolment by hand is about, and letting many in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from nurture.conditions import Steps
from nurture.domain.conditions import Condition
from nurture.domain.enrolment import BECOMES, ENTERS, Past, kept_out
from nurture.domain.errors import NurtureError
from nurture.domain.volume import Volume
from nurture.services.desk import Desk
from nurture.services.enrol import Enrolment, enrol, live_version
from nurture.services.entry_facts import entry_facts
from nurture.services.facts import ACCOUNT_COLUMNS
from nurture.services.lead_rows import leads_by_address
from nurture.services.records import cause_of, keys_of
from nurture.services.scans.plan import company_zone
from nurture.store.tables import accounts, journeys, leads


class BadSelection(NurtureError):
    """The condition that selects leads cannot be evaluated."""


def check_selection(conn: Connection, desk: Desk, text: str) -> Condition:
    """Raises BadSelection."""
    problems = desk.library.rules(conn).conditions.check(text, Steps())
    if problems:
        raise BadSelection(f"--where: {problems[0]}")
    return Condition((text,))


def whom_it_is_for(conn: Connection, desk: Desk, campaign: str) -> Condition | None:
    """Who fulfils now what lets leads in by coming true. None: only the door itself chooses."""
    enrol = desk.library.campaign(conn, live_version(conn, campaign)).campaign.enrol
    lines = [f'in_segment("{trigger.name}")' for trigger in enrol.on if trigger.word == ENTERS]
    lines += [f'stage == "{trigger.name}"' for trigger in enrol.on if trigger.word == BECOMES]
    return Condition(tuple(lines), every=False) if lines else None


def expected(conn: Connection, desk: Desk, campaign: str) -> Volume | None:
    """How many leads the live version expects."""
    return desk.library.campaign(conn, live_version(conn, campaign)).campaign.enrol.expect


def with_addresses(conn: Connection, emails: Sequence[str]) -> dict[str, str]:
    """Normalised address -> lead, as far as known; 500 at most."""
    return {email: lead.id for email, lead in leads_by_address(conn, emails).items()}


def count_leads(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(leads).where(*_living())).scalar_one())


def leads_after(
    conn: Connection, after: str | None, many: int, *which: ColumnElement[bool]
) -> list[Row[Any]]:
    """A page of all leads, with what is known of their companies, in the order of their ids."""
    columns = [accounts.c[name].label(f"account_{name}") for name in (*ACCOUNT_COLUMNS, "fields")]
    query = select(leads, *columns).outerjoin(accounts, leads.c.account_id == accounts.c.id)
    page = query.where(*_living(), *which).order_by(leads.c.id).limit(many)
    return list(conn.execute(page.where(leads.c.id > after) if after else page))


def matching(conn: Connection, desk: Desk, condition: Condition, rows: Iterable[Row[Any]]) -> list[str]:
    """The leads of ``rows`` for whom the condition holds now. Raises BadSelection where it fails."""
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    asks = rules.conditions
    found = []
    for row in rows:
        answer = asks.ask(condition, entry_facts(conn, rules, row, now, [condition]))
        if answer.error:
            raise BadSelection(f"--where fails for lead {row.id}: {answer.error}")
        if answer.holds:
            found.append(row.id)
    return found


def not_there_yet(conn: Connection, desk: Desk, campaign: str, ids: Collection[str], cause: str) -> int:
    """How many of a page of leads may come in once more; of a campaign for records all."""
    of = desk.library.campaign(conn, live_version(conn, campaign)).campaign
    if of.record:
        return len(ids)
    zone, now = company_zone(desk.library.rules(conn).dictionary), desk.clock.now(conn)
    columns = journeys.c.lead_id, journeys.c.key, journeys.c.state, journeys.c.ended_at, journeys.c.cause
    query = select(*columns).where(journeys.c.campaign == campaign, journeys.c.lead_id.in_(ids))
    before: dict[str, list[Any]] = {}
    for row in conn.execute(query):
        before.setdefault(row.lead_id, []).append(row)
    there = 0
    for rows in before.values():
        past = [Past(row.key, None if row.state == "open" else row.ended_at) for row in rows]
        known = any(row.cause == cause for row in rows)
        there += known or kept_out(of.enrol, "", past, now, lambda: zone) is not None
    return len(ids) - there


def enrol_many(
    conn: Connection, desk: Desk, campaign: str, lead_ids: Iterable[str], cause: str
) -> dict[str, Enrolment]:
    """In the order of the ids, which is the order of the locks."""
    return {lead: enrol_all(conn, desk, campaign, lead, cause) for lead in sorted(set(lead_ids))}


def enrol_all(conn: Connection, desk: Desk, campaign: str, lead: str, cause: str) -> Enrolment:
    """Of a campaign for records: every record of the lead; what came of the last one that was let in."""
    kind = desk.library.campaign(conn, live_version(conn, campaign)).campaign.record
    if kind is None:
        return enrol(conn, desk, campaign, lead, cause)
    found = [
        enrol(conn, desk, campaign, lead, cause_of(cause, key), key) for key in keys_of(conn, kind, lead)
    ]
    return max(found, key=lambda one: one.refused is None, default=Enrolment(None, f"no {kind}"))


def _living() -> tuple[Any, ...]:
    return leads.c.merged_into.is_(None), leads.c.erased_at.is_(None), leads.c.email.is_not(None)
