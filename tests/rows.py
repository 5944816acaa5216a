"""Rows of the tables, with what a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Table, insert

from nurture.store.columns import db_now, new_id
from nurture.store.session import Store
from nurture.store.tables import (
    campaign_versions,
    campaigns,
    events,
    handoffs,
    installation,
    journeys,
    leads,
    outbox,
    sends,
    timeline,
    users,
)

CAMPAIGN = "buyers-guide"
VERSION = "0" * 64
HOME = "http://127.0.0.1:8080"


class Rows:
    """Each method inserts one row and returns its id. ``now`` is read when the row is made."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    def put(self, table: Table, **values: Any) -> Any:
        def write(conn: Connection) -> Any:
            key = conn.execute(insert(table).values(values)).inserted_primary_key
            return key[0] if key else None

        return self.store.write_sync(write)

    def installed(self, **given: Any) -> None:
        values = {"id": 1, "uuid": new_id(), "base_url": HOME, "namespace": "default", "clock": "real"}
        self.put(installation, **{**values, "created_at": self.now, "settings": {}, **given})

    def campaign(self, name: str = CAMPAIGN, **given: Any) -> str:
        self.put(
            campaign_versions,
            hash=given.pop("hash", VERSION),
            campaign=name,
            document=given.pop("document", {"campaign": name}),
            messages={},
            published_at=self.now,
        )
        self.put(campaigns, **{"name": name, "live": VERSION, "state": "live", **given})
        return name

    def lead(self, **given: Any) -> str:
        values = {"email": f"{uuid4().hex[:12]}@ours.example", "created_at": self.now, "updated_at": self.now}
        return str(self.put(leads, **{**values, "fields": {}, "tags": [], **given}))

    def user(self, **given: Any) -> str:
        values = {"email": f"{uuid4().hex[:12]}@sales.example", "name": "Sam", "created_at": self.now}
        return str(self.put(users, **{**values, **given}))

    def journey(self, lead: str | None = None, **given: Any) -> str:
        """One hour old, at a wait that ends in an hour."""
        old = self.ago(hours=1)
        values = {
            "campaign": CAMPAIGN,
            "version": VERSION,
            "lead_id": lead or self.lead(),
            "entry": 1,
            "cause": f"test {uuid4()}",
            "step": "guide+wait",
            "position": {"step": "guide+wait", "since": old.isoformat(), "planned": old.isoformat()},
            "effect": "check_engagement",
            "due": self.now + timedelta(hours=1),
            "turn": 3,
            "entered_at": old,
            "changed_at": old,
        }
        return str(self.put(journeys, **{**values, **given}))

    def ended(self, outcome: str | None = "silent", lead: str | None = None, **given: Any) -> str:
        return self.journey(
            lead, **{"state": "ended", "outcome": outcome, "ended_at": self.ago(hours=1), **given}
        )

    def send(self, lead: str, journey: str | None = None, **given: Any) -> str:
        """Sent half an hour ago."""
        at = self.ago(minutes=30)
        step, visit = given.get("step", "guide"), given.get("visit", 1)
        values = {
            "key": f"{journey}/{step}/{visit}/send" if journey else f"handoff/{uuid4()}",
            "lead_id": lead,
            "journey_id": journey,
            "campaign": CAMPAIGN,
            "step": "guide",
            "visit": visit,
            "message": step,
            "kind": "marketing",
            "state": "sent",
            "message_id": f"<{uuid4()}@ours.example>",
            "recipient": "someone@ours.example",
            "created_at": at,
            "claimed_at": at,
            "sent_at": at,
        }
        return str(self.put(sends, **{**values, **given}))

    def line(self, lead: str, journey: str | None = None, **given: Any) -> int:
        values = {"lead_id": lead, "journey_id": journey, "turn": 1, "at": self.ago(minutes=30)}
        return int(self.put(timeline, **{**values, "kind": "sent", "step": "guide", "reason": "", **given}))

    def event(self, lead: str, **given: Any) -> int:
        at = self.ago(minutes=20)
        values = {"source": "api", "key": str(uuid4()), "type": "page.viewed", "lead_id": lead}
        times = {"occurred_at": at, "received_at": at, "judge_at": at, "looked_at": at}
        return int(self.put(events, **{**values, **times, "data": {}, **given}))

    def handoff(self, lead: str, journey: str, **given: Any) -> str:
        values = {
            "key": f"{journey}/talk/1/handoff/{uuid4()}",
            "lead_id": lead,
            "journey_id": journey,
            "step": "talk",
            "visit": 1,
            "team": "inside-sales",
            "context": {},
            "due": self.now + timedelta(days=1),
            "created_at": self.ago(hours=1),
        }
        return str(self.put(handoffs, **{**values, **given}))

    def queued(self, journey: str, **given: Any) -> int:
        """An open wake of ten minutes ago, by the database's time."""
        values = {
            "kind": "wake",
            "record": journey,
            "payload": {"journey": journey},
            "created_at": db_now(-600),
        }
        return int(self.put(outbox, **{**values, **given}))
