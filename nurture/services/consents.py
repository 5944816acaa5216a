"""The record of what people allowed: added to, never changed. A later "yes" does not undo a "no"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from nurture.domain.consent_policy import EXPRESS, stronger
from nurture.services.suppress import address_hmac
from nurture.store.columns import new_id
from nurture.store.tables import consents, leads, suppressions, wordings
from nurture.store.upserts import insert_unless_there

MARKETING = "marketing"
"""The purpose of the consents that marketing messages need."""
GIVEN, WITHDRAWN = "given", "withdrawn"
LONGEST_SOURCE = 200
STANDS = (
    update(leads)
    .where(leads.c.id == bindparam("of_lead"))
    .values(consent=bindparam("as"), consent_until=bindparam("ends"))
)


@dataclass(frozen=True)
class Consent:
    """One person's word. ``at``: when it was said; ``expires_at`` None: it never runs out."""

    lead_id: str
    at: datetime
    source: str
    basis: str = EXPRESS
    expires_at: datetime | None = None
    wording: str = ""
    """What they read."""
    proof: Mapping[str, Any] = field(default_factory=dict)


def stay_out(conn: Connection, secrets: Sequence[str], people: Mapping[str, str]) -> frozenset[str]:
    """Of ``people`` (lead -> address), the leads who have withdrawn or whose address gets no mail."""
    said = _latest(conn, list(people))
    hashes = {address_hmac(secret, email): lead for lead, email in people.items() for secret in secrets}
    rule = suppressions.c
    query = select(rule.address).where(rule.lifted.is_(False), rule.scope == "all")
    blocked: set[str] = set()
    wanted = list(hashes)
    for start in range(0, len(wanted), 1000):
        found = conn.execute(query.where(rule.address.in_(wanted[start : start + 1000])))
        blocked |= {hashes[address] for address in found.scalars()}
    return frozenset(blocked | {lead for lead, (state, _) in said.items() if state == WITHDRAWN})


def record_consents(conn: Connection, given: Sequence[Consent]) -> int:
    """One row per lead, source and basis, however often it is said; how many were new. Of the same source and
    basis only a later word is new. Whoever has withdrawn stays out."""
    said = _latest(conn, [one.lead_id for one in given])
    new = [one for one in given if _is_new(one, said.get(one.lead_id))]
    if not new:
        return 0
    _keep(conn, new)
    return len(new)


def confirm(conn: Connection, said: Consent) -> None:
    """A double opt-in: the one word that counts also after a "no", by whoever has the mailbox."""
    _keep(conn, [said])


def withdraw(
    conn: Connection,
    lead_id: str,
    at: datetime,
    source: str,
    proof: Mapping[str, Any],
    purpose: str = MARKETING,
) -> None:
    _say(conn, lead_id, WITHDRAWN, at, source, proof, purpose)
    if purpose == MARKETING:
        stand(conn, {lead_id})


def allow_topic(
    conn: Connection, lead_id: str, at: datetime, source: str, proof: Mapping[str, Any], purpose: str
) -> None:
    """She wants it after all; her word about all mail is another one."""
    _say(conn, lead_id, GIVEN, at, source, proof, purpose)


def stand(conn: Connection, of: Collection[str]) -> None:
    """What the records of these leads come to, noted with their rows: gates read it there."""
    row = consents.c
    query = (
        select(row.lead_id, row.state, row.basis, row.expires_at)
        .where(row.lead_id.in_(of), row.purpose == MARKETING)
        .order_by(row.lead_id, row.at, row.state)
    )
    best: dict[str, tuple[str, datetime | None] | None] = dict.fromkeys(of)
    for lead, state, basis, expires in conn.execute(query):
        known = (basis or EXPRESS, expires)
        best[lead] = None if state == WITHDRAWN else stronger(best[lead], known)
    found = [(lead, *(known or (None, None))) for lead, known in sorted(best.items())]
    rows = [{"of_lead": lead, "as": basis, "ends": until} for lead, basis, until in found]
    if rows:
        conn.execute(STANDS, rows)


def hash_of(wording: str) -> str:
    return sha256(wording.encode()).hexdigest()


def _keep(conn: Connection, new: Sequence[Consent]) -> None:
    for text in {one.wording for one in new if one.wording}:
        row = {"hash": hash_of(text), "text": text, "at": min(one.at for one in new)}
        conn.execute(insert_unless_there(conn, wordings), [row])
    conn.execute(consents.insert(), [_row(one) for one in new])
    stand(conn, {one.lead_id for one in new})


def _say(
    conn: Connection,
    lead_id: str,
    state: str,
    at: datetime,
    source: str,
    proof: Mapping[str, Any],
    purpose: str,
) -> None:
    row = {"id": new_id(), "lead_id": lead_id, "purpose": purpose, "state": state, "at": at}
    conn.execute(consents.insert(), {**row, "source": source[:LONGEST_SOURCE], "proof": dict(proof)})


def _row(one: Consent) -> dict[str, Any]:
    return {
        "id": new_id(),
        "lead_id": one.lead_id,
        "purpose": MARKETING,
        "state": GIVEN,
        "at": one.at,
        "source": one.source[:LONGEST_SOURCE],
        "proof": dict(one.proof),
        "basis": one.basis,
        "expires_at": one.expires_at,
        "wording": hash_of(one.wording) if one.wording else None,
    }


Said = tuple[str, Mapping[tuple[str, str], datetime]]
"""The latest state, and (source, basis) -> when it was given last."""


def _is_new(one: Consent, said: Said | None) -> bool:
    if said is None:
        return True
    state, sources = said
    if state == WITHDRAWN:
        return False
    before = sources.get((one.source[:LONGEST_SOURCE], one.basis))
    return before is None or (one.expires_at is not None and one.at > before)


def _latest(conn: Connection, leads: Sequence[str]) -> dict[str, Said]:
    """Of the same instant, a withdrawal counts."""
    row = consents.c
    query = (
        select(row.lead_id, row.state, row.source, row.basis, row.at)
        .where(row.lead_id.in_(leads), row.purpose == MARKETING)
        .order_by(row.lead_id, row.at, row.state)
    )
    said: dict[str, Said] = {}
    for lead, state, source, basis, at in conn.execute(query):
        before = said.get(lead, ("", {}))[1]
        said[lead] = (state, {**before, (source, basis or EXPRESS): at})
    return said
