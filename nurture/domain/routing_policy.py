"""Which of the people a lead goes to, as ``policies/routing.yaml`` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nurture.domain.conditions import Condition
from nurture.domain.steps.step import lines

LEAD_OWNER, ACCOUNT_OWNER, SAME_COMPANY = "lead-owner", "account-owner", "same-company"
KNOWN: Mapping[str, str] = {
    LEAD_OWNER: "whoever has the lead already",
    ACCOUNT_OWNER: "whoever has the company",
    SAME_COMPANY: "whoever has an open task with a colleague of theirs",
}
"""Words for people who know the lead already -> how they are told."""
IN_TURN, IN_ORDER, LEAST_BUSY, QUEUE = "in-turn", "in-order", "least-busy", "queue"
PICKS: Mapping[str, str] = {
    IN_TURN: "whoever was asked the longest ago",
    IN_ORDER: "the first who can",
    LEAST_BUSY: "whoever has the fewest open tasks",
}
ONLY, FIRST, ANY = "only", "first", "any"
HOURS = (ONLY, FIRST, ANY)
OTHERWISE = (IN_TURN, QUEUE)


@dataclass(frozen=True)
class Rule:
    name: str
    to: tuple[str, ...]
    """Addresses, or one team, or one of ``KNOWN``."""
    of: str | None = None
    """Only what is handed to this team; None: to any."""
    when: Condition = Condition()
    pick: str = IN_TURN
    hours: str = ANY
    """Who is at work now: ``only`` they, they ``first``, or ``any``."""
    speak: bool = False
    """Only people who speak the lead's language."""

    @property
    def knows(self) -> str | None:
        return self.to[0] if self.to[0] in KNOWN else None

    @property
    def team(self) -> str | None:
        return None if self.knows or "@" in self.to[0] else self.to[0]

    @property
    def takes_all(self) -> bool:
        """Whether it takes every lead whose condition holds."""
        return self.knows is None and not self.speak


@dataclass(frozen=True)
class RoutingPolicy:
    rules: tuple[Rule, ...] = ()
    otherwise: str = IN_TURN
    """Who gets what no rule gives to anybody: the team's members in turn, or the queue of the team."""

    def asks(self, what: str) -> bool:
        """Whether a rule asks for somebody of ``KNOWN``."""
        return any(rule.knows == what for rule in self.rules)


TEAMS_TURN = RoutingPolicy()
"""Without a file: the members of the team in turn."""


def load_routing(doc: Mapping[str, Any]) -> RoutingPolicy:
    """From the document of a published policy, which the checker has passed."""
    hours = doc.get("working_hours", ANY)
    rules = tuple(_rule(rule, hours) for rule in doc.get("rules", ()))
    return RoutingPolicy(rules, doc.get("otherwise", IN_TURN))


def _rule(doc: Mapping[str, Any], hours: str) -> Rule:
    to = doc["to"]
    return Rule(
        doc["rule"],
        tuple(to) if isinstance(to, list) else (to,),
        doc.get("of"),
        Condition(lines(doc.get("if"))),
        doc.get("pick", IN_TURN),
        doc.get("working_hours", hours),
        bool(doc.get("speak")),
    )
