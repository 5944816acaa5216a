"""Whether a lead is let into a campaign: its audience, and the condition at its door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from nurture.domain.campaign import Campaign
from nurture.domain.enrolment import unfit
from nurture.domain.facts import Facts
from nurture.domain.replacing import replaced
from nurture.services.entry_facts import entry_facts
from nurture.services.facts import Lead
from nurture.services.library import Rules
from nurture.services.timeline import REASON_AT_MOST, plain
from nurture.store.tables import timeline


@dataclass(frozen=True)
class AtTheDoor:
    facts: Facts
    refused: str | None = None
    """The name of the condition that does not hold."""
    error: str | None = None
    """Why it could not be decided: she comes in, and waits there for a person."""


def at_the_door(
    conn: Connection,
    rules: Rules,
    campaign: Campaign,
    lead: Lead,
    now: datetime,
    cause: str,
    key: str,
    *,
    asks: bool = False,
) -> AtTheDoor:
    """``asks``: she has unsubscribed, and asks for mail again. A refusal of
    somebody whom an event brought stands on her timeline, with its reason."""
    wanted = (("audience", campaign.audience), ("enrol.if", campaign.enrol.if_))
    record = (campaign.record, key) if campaign.record else None
    facts = entry_facts(conn, rules, lead, now, [condition for _, condition in wanted], record)
    facts = replaced(facts, asks_again=True) if asks else facts
    found = unfit(rules.conditions, facts, wanted)
    if found is None:
        return AtTheDoor(facts)
    name, answer = found
    if answer.error:
        return AtTheDoor(facts, error=f"{name}: {answer.error}")
    if cause.startswith("event:"):
        _note(conn, lead.id, now, f"{campaign.name}: {name}: {answer.reason}", answer.inputs)
    return AtTheDoor(facts, refused="not in the audience" if name == "audience" else name)


def _note(conn: Connection, lead_id: str, now: datetime, reason: str, saw: object) -> None:
    row = {"lead_id": lead_id, "at": now, "kind": "not let in", "reason": reason[:REASON_AT_MOST]}
    conn.execute(insert(timeline).values(**row, detail=plain(saw) or None))
