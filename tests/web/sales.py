"""A sales team with tasks of every urgency, to look at and to test with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from nurture.clock import RealClock
from nurture.services.sign_in import ensure_users, sign_in_link
from nurture.store.session import Store
from nurture.store.tables import accounts, points, policies, policy_versions, users
from tests.rows import Rows

ME, MATE, STRANGER = "dana@sales.example", "eli@sales.example", "kim@other.example"
REASONS = {"not-now": "Not now", "no-budget": "No budget", "no-fit": "Not a fit for us"}
RULES = {
    "prices": {"on": "page.viewed", "points": 10},
    "replied": {"on": "email.replied", "points": 20},
    "case-study": {"on": "email.clicked", "points": 5},
}
FIT = {"industry": {"field": "lead.industry", "points": 30, "is": "Machinery"}}


class Sales:
    def __init__(self, store: Store) -> None:
        self.rows = Rows(store)
        self.store = store
        members = [
            {"email": ME, "name": "Dana Reyes", "team": "inside-sales"},
            {"email": MATE, "name": "Eli Novak", "team": "inside-sales"},
            {"email": STRANGER, "name": "Kim Lund", "team": "partners"},
        ]
        store.write_sync(ensure_users, RealClock(), members)
        self._policy("sales", {"teams": {}, "reasons": REASONS})
        self._policy("scoring", {"rules": RULES})

    def user(self, email: str) -> str:
        return self.store.read_sync(
            lambda conn: str(conn.scalar(users.select().where(users.c.email == email)))
        )

    def link(self, email: str) -> str:
        return self.store.write_sync(sign_in_link, email)

    def lead(
        self, first: str = "Nora", last: str = "Lindqvist", company: str = "Brightforge", **given: Any
    ) -> str:
        domain = f"{company.lower()}.example"
        account = self.rows.put(
            accounts, domain=f"{first.lower()}.{domain}", name=company, fields={}, created_at=self.rows.now
        )
        values = {
            "email": f"{first}.{last}@{domain}".lower(),
            "first_name": first,
            "last_name": last,
            "account_id": account,
            "country": "SE",
            "phone": "+46 8 555 01 01",
            "fields": {"industry": "Machinery", "employees": 240, "role": "Head of production"},
            "stage": "MQL",
        }
        return self.rows.lead(**{**values, **given})

    def task(self, lead: str, owner: str | None = None, **given: Any) -> str:
        journey = given.pop("journey", None) or self.rows.journey(lead)
        context = {
            "why": "Read the case study and came back to the prices",
            "campaign": "From the buyer's guide",
        }
        values = {"owner": owner, "context": {**context, "score": 72}}
        return self.rows.handoff(lead, journey, **{**values, **given})

    def history(self, lead: str, journey: str | None = None) -> None:
        """Two mails, what the lead did with them, and the points for it."""
        rows = self.rows
        first = rows.send(lead, journey, step="guide", sent_at=rows.ago(days=12))
        second = rows.send(lead, journey, step="case-study", sent_at=rows.ago(days=4))
        did = [
            ("email.clicked", first, {"link": 0}, 11.9),
            ("page.viewed", None, {"path": "/prices"}, 3.0),
            ("email.clicked", second, {"link": 0}, 3.9),
            ("survey.answered", second, {"answer": "now", "step": "case-study"}, 3.8),
            ("page.viewed", None, {"path": "/prices/enterprise"}, 0.1),
            ("email.replied", second, {}, 0.05),
        ]
        for kind, send, data, days in did:
            at = rows.ago(days=days)
            event = rows.event(lead, type=kind, send_id=send, data=data, verdict="human", occurred_at=at)
            rule = {"page.viewed": "prices", "email.replied": "replied"}.get(kind, "case-study")
            value = RULES[rule]["points"]
            rows.put(
                points,
                lead_id=lead,
                event_id=event,
                rule=rule,
                points=value,
                at=at,
                policy="",
                key=str(event),
            )

    def due(self, **span: float) -> Any:
        return self.rows.now + timedelta(**span)

    def _policy(self, kind: str, document: dict[str, Any]) -> None:
        digest = kind.ljust(64, "0")
        self.rows.put(policy_versions, hash=digest, kind=kind, document=document, published_at=self.rows.now)
        self.rows.put(policies, kind=kind, live=digest)
