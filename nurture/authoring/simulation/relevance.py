"""Which acts can change a journey at all; the others are counted, and nobody is woken for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.words import TOUCHES
from nurture.domain.campaign import Campaign
from nurture.domain.conditions import Condition

ALWAYS = ("replies", "bounces", "becomes", "sales", "answers")
IDENTITY = ("lead.email", "lead.first_name", "lead.last_name", "lead.phone")
SCORED = ("score", "stage")
"""Conditions that read these are moved by points too."""


@dataclass(frozen=True)
class Relevance:
    words: frozenset[str]
    """What of clicks and opens counts."""
    happenings: frozenset[str]
    identity: frozenset[str]
    """Identifying fields that something reads: leads who differ in them are not the same."""
    scored: bool
    """Whether anything asks for the score, or for the stage that it brings."""

    def matters(self, word: str, args: tuple[str, ...]) -> bool:
        if word == "does":
            return args[0] in self.happenings
        return word in ALWAYS or word in self.words


def relevance(campaign: Campaign, rules: Rules) -> Relevance:
    tokens = frozenset(
        token for condition in conditions_of(campaign, set()) for token in rules.conditions.reads(condition)
    )
    entries = rules.dictionary.lifecycle.entries.values()
    tokens = tokens.union(*(rules.conditions.reads(one) for one in entries))
    scored = not tokens.isdisjoint(SCORED)
    happenings = rules.dictionary.happenings
    watched = bool(rules.dictionary.watched_segments or campaign.enrol.segments)
    heard = {token.removeprefix("event:") for token in tokens if token.startswith("event:")}
    words = {word for word in ("clicks", "opens") if watched or scored or TOUCHES[word] in heard}
    if TOUCHES["opens"] in heard:
        words.add("clicks")  # who clicks has opened
    enrols = campaign.enrol
    every = tokens | _suiting(rules) | ({"field:lead.email"} if "list" in tokens else set())
    return Relevance(
        frozenset(words),
        frozenset(
            name
            for name, one in happenings.items()
            if watched or scored or one.event in heard or enrols.opened_by(one.event, one.match, happenings)
        ),
        frozenset(name for name in IDENTITY if f"field:{name}" in every),
        scored or watched,
    )


def _suiting(rules: Rules) -> frozenset[str]:
    """What the rules of the score look at."""
    suits = (*rules.scoring.fit, *rules.scoring.totals)
    fields = frozenset(f"field:{rule.field}" for rule in suits)
    asked = [rule.if_ for rule in rules.scoring.conditional] + [rule.if_ for rule in suits]
    return fields.union(*(rules.conditions.reads(one) for one in asked if one))


def conditions_of(value: object, been: set[int]) -> Iterator[Condition]:
    """Every condition of a campaign, wherever it stands."""
    if id(value) in been:
        return
    been.add(id(value))
    if isinstance(value, Condition):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from conditions_of(getattr(value, field.name), been)
    elif isinstance(value, dict):
        for one in value.values():
            yield from conditions_of(one, been)
    elif isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from conditions_of(one, been)
