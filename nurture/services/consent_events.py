"""Events that are a consent, such as a form with a box that was ticked: noted with their proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from nurture.domain.consent_policy import consents_in
from nurture.domain.dictionary import Dictionary
from nurture.services.consents import Consent, record_consents

PROOF = ("form", "url", "page", "path", "ip", "agent")
"""What of an event's data proves who said it, and where."""
LONGEST = 500
"""Characters of one of them."""
LONGEST_WORDING = 4000


def note_consents(conn: Connection, dictionary: Dictionary, lead_id: str, rows: Sequence[Row[Any]]) -> int:
    """How many were new. ``rows``: events of people, in order of time."""
    return record_consents(conn, list(_found(dictionary, lead_id, rows)))


def _found(dictionary: Dictionary, lead_id: str, rows: Sequence[Row[Any]]) -> Iterator[Consent]:
    policy = dictionary.consent
    for row in rows:
        data = row.data or {}
        at = _when(row, data)
        if at is None:
            continue
        for happening, basis in consents_in(dictionary, row.type, data):
            said = data.get("consent")
            told: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
            yield Consent(
                lead_id=lead_id,
                at=at,
                source=happening,
                basis=basis,
                expires_at=policy.ends(basis, at),
                wording=str(told.get("wording") or policy.wording.get(happening, ""))[:LONGEST_WORDING],
                proof={"event": row.id, "by": row.source, **_proof({**data, **told})},
            )


def _when(row: Row[Any], data: Mapping[str, Any]) -> datetime | None:
    """By the event's own word, also where the event counts as of its arrival; None: on a day to come, on
    which nobody has allowed anything yet."""
    came: datetime = row.received_at
    own = _own_time(data)
    if own is None:
        known: datetime = min(row.occurred_at, came)
        return known
    return own if own <= came else None


def _own_time(data: Mapping[str, Any]) -> datetime | None:
    """Which was not believed."""
    try:
        own = datetime.fromisoformat(str(data.get("occurred_at", "")))
    except ValueError:
        return None
    return own if own.tzinfo else None


def _proof(data: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(data[key])[:LONGEST] for key in PROOF if data.get(key)}
