"""Recording that people allowed marketing, never against a later "no"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from nurture.services.suppress import address_hmac
from nurture.services.unsubscribe import MARKETING
from nurture.store.columns import new_id
from nurture.store.tables import consents, suppressions


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
    return frozenset(blocked | {lead for lead, (state, _) in said.items() if state == "withdrawn"})


def record_consents(conn: Connection, given: Mapping[str, object], source: str, now: datetime) -> int:
    """``given``: lead -> proof. One row per lead and source, however often it is said; how many were new."""
    said = _latest(conn, list(given))
    rows = [
        {
            "id": new_id(),
            "lead_id": lead,
            "purpose": MARKETING,
            "state": "given",
            "at": now,
            "source": source,
            "proof": proof,
        }
        for lead, proof in given.items()
        if lead not in said or (said[lead][0] == "given" and source not in said[lead][1])
    ]
    if rows:
        conn.execute(consents.insert(), rows)
    return len(rows)


def _latest(conn: Connection, leads: Sequence[str]) -> dict[str, tuple[str, frozenset[str]]]:
    """Lead -> (latest state, all sources so far). Of the same instant, a withdrawal counts."""
    row = consents.c
    query = (
        select(row.lead_id, row.state, row.source)
        .where(row.lead_id.in_(leads), row.purpose == MARKETING)
        .order_by(row.lead_id, row.at, row.state)
    )
    said: dict[str, tuple[str, frozenset[str]]] = {}
    for lead, state, source in conn.execute(query):
        before = said.get(lead, ("", frozenset()))[1]
        said[lead] = (state, before | {source})
    return said
