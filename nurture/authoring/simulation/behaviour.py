"""How simulated people take their mail, and sales their tasks: ``policies/behaviour.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nurture.domain.durations import parse_duration

HUNDRED = 100.0


@dataclass(frozen=True)
class Temperament:
    """Chances are from 0 to 1, each of what comes before it: who did not open does not click."""

    name: str
    share: float
    """Against the shares of the others."""
    reacts: timedelta
    """The middle of how long it takes them to open a mail."""
    opens: float = 0.0
    clicks: float = 0.0
    answers: float = 0.0
    replies: float = 0.0
    unsubscribes: float = 0.0
    bounces: float = 0.0
    """Of the people, not of the mails: there is no such mailbox."""
    happens: Mapping[str, float] = field(default_factory=dict)
    """Happening -> the chance that it follows a mail that was opened."""
    links: Mapping[str, float] = field(default_factory=dict)
    """Link, as conditions ask for it -> how many of the clicks in a mail that has it fall on it."""


@dataclass(frozen=True)
class Sales:
    answers: float = 0.9
    accepts: float = 0.6
    """Of the answered; the others are rejected, or not done."""
    after: timedelta = timedelta(hours=6)
    """The middle of how long an answer takes."""


@dataclass(frozen=True)
class Behaviour:
    temperaments: tuple[Temperament, ...]
    sales: Sales = Sales()
    zones: Mapping[str, float] = field(default_factory=lambda: {"Europe/Berlin": 1.0})
    fields: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Field -> value -> its share, of 100; the rest leaves it empty."""


def load_behaviour(doc: Mapping[str, Any]) -> Behaviour:
    """From a document that the check has passed."""
    return Behaviour(
        temperaments=tuple(_temperament(name, spec) for name, spec in doc["people"].items()),
        sales=_sales(doc.get("sales", {})),
        zones=doc.get("zones", {"Europe/Berlin": 1.0}),
        fields=doc.get("fields", {}),
    )


CHANCES = ("opens", "clicks", "answers", "replies", "unsubscribes", "bounces")


def _temperament(name: str, spec: Mapping[str, Any]) -> Temperament:
    return Temperament(
        name=name,
        share=float(spec["share"]),
        reacts=parse_duration(spec.get("reacts", "6h")).span(),
        happens={happening: chance / HUNDRED for happening, chance in spec.get("happens", {}).items()},
        links={link: chance / HUNDRED for link, chance in spec.get("links", {}).items()},
        **{key: spec[key] / HUNDRED for key in CHANCES if key in spec},
    )


def _sales(spec: Mapping[str, Any]) -> Sales:
    found: dict[str, Any] = {key: spec[key] / HUNDRED for key in ("answers", "accepts") if key in spec}
    if "after" in spec:
        found["after"] = parse_duration(spec["after"]).span()
    return Sales(**found)
