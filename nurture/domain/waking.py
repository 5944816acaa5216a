"""Who is woken by what happens to a lead: journeys that listen for it, and whose condition is met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from nurture.domain.conditions import Answer, Asks
from nurture.domain.facts import Facts
from nurture.domain.stages import CUSTOMER
from nurture.domain.walk import AUDIENCE, Listen

EVERYBODY = "everybody"
"""The token of what wakes all journeys of the lead, whatever they listen for."""
LEAVING = ("email.unsubscribed", "email.complained", "email.bounced")
"""After these a lead may leave every campaign, whatever its file waits for."""
MOVING = ("lead.changed", "score.changed")
"""Events that may change a score without giving points themselves."""


def tokens_of(kind: str, data: Mapping[str, Any]) -> Iterator[str]:
    """What an event may change, as ``Asks.reads`` names it. Points that it gives are not known here."""
    yield f"event:{kind}"
    if kind in MOVING:
        yield from ("score", "account_score")
    if kind in LEAVING or (kind == "stage.changed" and data.get("stage") == CUSTOMER):
        yield EVERYBODY
    match kind:
        case "lead.changed":
            yield from (f"field:{_field(name)}" for name in data.get("fields", ()))
            yield "list"
        case _ if kind.endswith(".changed") and "record" in data:
            yield from (f"field:{name}" for name in data.get("fields", ()))
        case "stage.changed":
            yield "stage"
        case "tag.changed":
            yield "tag"
        case "list.changed":
            yield "list"


def _field(name: str) -> str:
    return name if "." in name else f"lead.{name}"


def meets(kind: str, answer: Answer) -> bool:
    """Whether a condition that is listened for as ``kind`` wakes the journey."""
    return bool(answer.error) or answer.holds == (kind != AUDIENCE)


def woken(asks: Asks, listens: Iterable[Listen], tokens: Collection[str], facts: Facts) -> bool:
    """Whether a journey that listens for these decides anew."""
    if EVERYBODY in tokens:
        return True
    return any(
        meets(one.kind, asks.ask(one.condition, facts))
        for one in listens
        if not asks.reads(one.condition).isdisjoint(tokens)
    )
