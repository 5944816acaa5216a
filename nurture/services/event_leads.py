"""Whom events are about: many leads found in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, tuple_

from nurture.clock import Clock
from nurture.services.addresses import BadAddress, normalise
from nurture.services.leads import CheckedLead, resolve, upsert_many
from nurture.services.suppress import erased
from nurture.store.tables import identities, leads

T = TypeVar("T")

AT_ONCE = 1000
NEW_AT_ONCE = 500
FORGOTTEN = "whoever has this address was erased, and stays unknown"
SOURCE = "api"
"""Where leads that events bring are said to come from."""

Found = dict[Any, str]
"""What was looked for -> id of the lead."""


@dataclass(frozen=True, slots=True)
class LeadRef:
    """One of the three."""

    email: str = ""
    id: str = ""
    identity: tuple[str, str] | None = None
    """(kind, value)"""


@dataclass(frozen=True)
class Whom:
    known: Mapping[LeadRef, str]
    """The ids of the leads."""
    refused: Mapping[LeadRef, str]
    """Why not; names nobody."""


def whom(
    conn: Connection, clock: Clock, refs: Iterable[LeadRef], *, create: bool, secrets: Sequence[str] = ()
) -> Whom:
    """``create``: addresses that are not known become leads, but for those of people who were erased, which
    are hashed by ``secrets``. What happens to a merged lead happens to the one it was merged into; an erased
    one is unknown."""
    wanted = set(refs)
    given = {ref.email: ref.email.strip().lower() for ref in wanted if ref.email}
    emails = _by_email(conn, set(given.values()))
    unknown = set(given.values()) - emails.keys()
    bad = _add_new(conn, clock, unknown, emails, secrets if create else None)
    ids = _by_id(conn, {ref.id for ref in wanted if ref.id and _is_uuid(ref.id)})
    others = _by_identity(conn, {ref.identity for ref in wanted if ref.identity})
    known, refused = {}, {}
    for ref in wanted:
        address = given.get(ref.email, "")
        if lead := emails.get(address) or ids.get(ref.id) or others.get(ref.identity):
            known[ref] = lead
        else:
            refused[ref] = bad.get(address) or _why(ref)
    return Whom(known, refused)


def _why(ref: LeadRef) -> str:
    if ref.identity:
        return f"no lead has this identity of kind {ref.identity[0]}; give lead.email to make one"
    return "no lead has this id; give lead.email to make one" if ref.id else "no lead has this address"


def _add_new(
    conn: Connection, clock: Clock, unknown: set[str], emails: Found, secrets: Sequence[str] | None
) -> dict[str, str]:
    """Adds to ``emails``; what it gives back are the addresses that cannot be taken, and why. ``secrets``:
    None where no lead is made."""
    bad: dict[str, str] = {}
    normal: dict[str, str] = {}
    for address in sorted(unknown):
        try:
            normal[address] = normalise(address)
        except BadAddress as problem:
            bad[address] = f"lead.email: {problem.message}"
    found = _by_email(conn, set(normal.values()))
    if secrets is None:
        earlier = {("email", email) for email in normal.values() if email not in found}
        found |= {email: lead for (_, email), lead in _by_identity(conn, earlier).items()}
    else:
        missing = set(normal.values()) - found.keys()
        gone = erased(conn, secrets, missing)
        bad |= {address: FORGOTTEN for address, email in normal.items() if email in gone}
        new = [CheckedLead(email) for email in sorted(missing - gone)]
        for part in _parts(new, NEW_AT_ONCE):
            created = upsert_many(conn, clock, part, SOURCE)
            found |= {lead.email: made.lead_id for lead, made in zip(part, created, strict=True)}
    emails |= {address: found[email] for address, email in normal.items() if email in found}
    return bad


def _by_email(conn: Connection, emails: set[str]) -> Found:
    query = select(leads.c.email, leads.c.id, leads.c.merged_into).where(leads.c.erased_at.is_(None))
    return _look(conn, [query.where(leads.c.email.in_(part)) for part in _parts(emails)])


def _by_id(conn: Connection, ids: set[str]) -> Found:
    query = select(leads.c.id, leads.c.id.label("lead"), leads.c.merged_into).where(
        leads.c.erased_at.is_(None)
    )
    return _look(conn, [query.where(leads.c.id.in_(part)) for part in _parts(ids)])


def _by_identity(conn: Connection, pairs: set[tuple[str, str]]) -> Found:
    key = tuple_(identities.c.kind, identities.c.value)
    query = (
        select(identities.c.kind, identities.c.value, leads.c.id, leads.c.merged_into)
        .join_from(identities, leads)
        .where(leads.c.erased_at.is_(None))
    )
    rows = [row for part in _parts(pairs) for row in conn.execute(query.where(key.in_(part)))]
    return {(kind, value): _merged(conn, lead, into) for kind, value, lead, into in rows}


def _look(conn: Connection, queries: Sequence[Select[Any, Any, Any]]) -> Found:
    rows: list[Row[Any, Any, Any]] = [row for query in queries for row in conn.execute(query)]
    return {what: _merged(conn, lead, into) for what, lead, into in rows}


def _merged(conn: Connection, lead: str, into: str | None) -> str:
    return lead if into is None else resolve(conn, into)


def _parts(many: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    everything = list(many)
    return (everything[start : start + size] for start in range(0, len(everything), size))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
