"""Finding, making and changing leads and their companies, one or five hundred at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, select

from nurture.clock import Clock
from nurture.domain.dictionary import Dictionary
from nurture.domain.errors import NurtureError
from nurture.services.addresses import BadAddress, normalise
from nurture.services.colleagues import note_changes
from nurture.services.inferring import weigh
from nurture.services.lead_accounts import domain_of, load_accounts, save_accounts
from nurture.services.lead_rows import KnownLead, leads_by_address, save
from nurture.services.lead_values import BadValue, Stored, coerce, full_name
from nurture.store.tables import leads

Outcome = Literal["created", "updated", "unchanged"]


class RefusedLead(NurtureError):
    """The address or a value cannot be used; ``reasons`` has one line for each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True)
class LeadInput:
    email: str
    values: Mapping[str, object] = field(default_factory=dict)
    """``first_name``, ``lead.industry`` or ``account.name`` -> as given; an empty value changes nothing."""


@dataclass(frozen=True)
class CheckedLead:
    email: str
    """Normalised."""
    values: Mapping[str, Stored] = field(default_factory=dict)
    """By whole names, such as ``lead.industry``; none is empty."""


class Upserted(NamedTuple):
    lead_id: str
    outcome: Outcome
    changed: tuple[str, ...]
    """The whole names of the fields that have another value now."""


def check(dictionary: Dictionary, given: LeadInput) -> CheckedLead:
    """Raises RefusedLead with every reason at once. Touches nothing."""
    reasons: list[str] = []
    email, values = "", {}
    try:
        email = normalise(given.email)
    except BadAddress as bad:
        reasons.append(f"email: {bad.message}")
    for name, value in given.values.items():
        whole = full_name(dictionary, name)
        if whole is None:
            reasons.append(f"{name}: the dictionary has no such field")
            continue
        try:
            stored = coerce(dictionary, whole, value)
        except BadValue as bad:
            reasons.append(f"{whole}: {bad.message}")
        else:
            if stored is not None:
                values[whole] = stored
    if reasons:
        raise RefusedLead(reasons)
    return CheckedLead(email, values)


def find_or_create(conn: Connection, clock: Clock, email: str, /, **fields: object) -> str:
    """The lead with this address. ``fields`` (columns such as ``first_name``) are for a new one only."""
    wanted = check(Dictionary(), LeadInput(email, fields))
    known = leads_by_address(conn, [wanted.email]).get(wanted.email)
    return known.id if known else upsert_many(conn, clock, [wanted], "api")[0].lead_id


def upsert(conn: Connection, clock: Clock, dictionary: Dictionary, given: LeadInput, source: str) -> Upserted:
    """Makes the lead or gives it what is new. Raises RefusedLead."""
    return upsert_many(conn, clock, [check(dictionary, given)], source)[0]


def upsert_many(conn: Connection, clock: Clock, batch: Sequence[CheckedLead], source: str) -> list[Upserted]:
    """In the order of ``batch``; an address may come several times. A few statements in all; 500 at most."""
    now = clock.now(conn)
    results: dict[int, Upserted] = {}
    waiting = dict(enumerate(batch))
    while waiting:
        lost = _round(conn, now, waiting, results, source)
        waiting = {place: given for place, given in waiting.items() if given.email in lost}
    return [results[place] for place in range(len(batch))]


def _round(
    conn: Connection,
    now: datetime,
    batch: Mapping[int, CheckedLead],
    results: dict[int, Upserted],
    source: str,
) -> frozenset[str]:
    """Addresses for which somebody else made a lead at the same moment: these must be looked up again."""
    domains = {place: domain_of(given.email, given.values) for place, given in batch.items()}
    companies = load_accounts(conn, {domain for domain in domains.values() if domain}, now)
    known = leads_by_address(conn, {given.email for given in batch.values()}, lock=True)
    heard: dict[str, list[str]] = {}
    for place, given in batch.items():
        lead = known.setdefault(given.email, KnownLead.fresh(given.email))
        company = companies.get(domains[place] or "")
        new = lead.is_untouched
        changed = lead.take(given.values, company.id if company else None)
        if company and (more := company.take(given.values)):
            changed += more
            lead.changed |= dict.fromkeys(more)
            heard.setdefault(company.id, []).append(lead.id)
        outcome: Outcome = "created" if new else "updated" if changed else "unchanged"
        results[place] = Upserted(lead.id, outcome, changed)
    save_accounts(conn, companies.values())
    note_changes(
        conn, {one.id: sorted(one.changed) for one in companies.values() if one.changed}, heard, source
    )
    everyone = {lead.id: lead for lead in known.values()}.values()
    lost = save(conn, everyone, now, source)
    weigh(conn, [lead for lead in everyone if lead.email not in lost], now, source)
    return lost


def resolve(conn: Connection, lead_id: str) -> str:
    """The lead that this one was merged into, or itself."""
    seen = {lead_id}
    while to := conn.execute(select(leads.c.merged_into).where(leads.c.id == lead_id)).scalar_one_or_none():
        if to in seen:
            break
        seen.add(to)
        lead_id = to
    return lead_id
