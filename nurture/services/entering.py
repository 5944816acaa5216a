"""Leads who come to a stage by themselves, because the `when` of the lifecycle holds for them now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select

from nurture.domain.conditions import Answer, Condition
from nurture.domain.replacing import replaced
from nurture.services.changes import set_stage
from nurture.services.desk import Desk
from nurture.services.entry_facts import entry_facts
from nurture.services.facts import lead_row
from nurture.services.library import Rules
from nurture.services.scans.plan import NEW_LEADS
from nurture.services.timeline import REASON_AT_MOST, plain
from nurture.store.tables import leads, timeline

EVER = datetime.fromtimestamp(0, UTC)
INSTANT = timedelta(microseconds=1)


def enter_stages(
    conn: Connection, desk: Desk, rules: Rules, tokens: Mapping[str, set[str]], now: datetime
) -> None:
    """``tokens``: lead -> what has changed of her. No statement where no stage has a `when`, or nothing has
    changed that one of them reads."""
    entries = rules.dictionary.lifecycle.entries
    if not entries:
        return
    asked = {"stage", f"event:{NEW_LEADS}"}.union(*(rules.conditions.reads(one) for one in entries.values()))
    for lead_id, changed in tokens.items():
        if not asked.isdisjoint(changed):
            _enter(conn, desk, rules, lead_id, now)


def _enter(conn: Connection, desk: Desk, rules: Rules, lead_id: str, now: datetime) -> None:
    lifecycle, lead = rules.dictionary.lifecycle, lead_row(conn, lead_id)
    found = entry_facts(conn, rules, lead, now, lifecycle.entries.values())
    facts = replaced(found, entered=_since(conn, lead.id))
    answers: dict[Condition, Answer] = {}

    def holds(condition: Condition) -> bool:
        answers[condition] = rules.conditions.ask(condition, facts)
        return answers[condition].holds

    stage = lifecycle.entered(lead.stage, holds)
    if stage is None:
        return
    answer = answers[lifecycle.entries[stage]]
    reason = f"policies/lifecycle.yaml: {stage} when {answer.reason}"[:REASON_AT_MOST]
    row = {"lead_id": lead.id, "at": now, "kind": "stage", "reason": reason}
    conn.execute(insert(timeline).values(**row, detail=plain(answer.inputs) or None))
    set_stage(conn, desk, lead.id, stage, f"enters/{lead.id}/{stage}/{now.isoformat()}", now)


def _since(conn: Connection, lead_id: str) -> datetime:
    """From when on what happened counts: since she is at her stage; ever, if she was at no other."""
    row = conn.execute(select(leads.c.stage_since, leads.c.created_at).where(leads.c.id == lead_id)).one()
    moved = row.stage_since is not None and row.stage_since > row.created_at
    return row.stage_since + INSTANT if moved else EVER
