"""Who gets a lead that is handed over. Stories and the engine ask it here; it reads no clock and no database.

The first rule that matches decides. If nobody that it names can take the lead now, ``otherwise`` does; but
a rule about who knows the lead, or speaks their language, lets the next rules have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nurture.domain.conditions import Asks
from nurture.domain.facts import Facts
from nurture.domain.members import Member
from nurture.domain.routing_policy import (
    FIRST,
    IN_ORDER,
    IN_TURN,
    KNOWN,
    LEAST_BUSY,
    ONLY,
    PICKS,
    QUEUE,
    RoutingPolicy,
    Rule,
)

OTHERWISE = "otherwise"
"""The rule's name where none of the file decides."""
LANGUAGE = "lead.language"


@dataclass(frozen=True)
class Standing:
    """A member now."""

    member: Member
    team: str
    turn: int = 0
    """The count of the round robin when they were asked last."""
    open: int = 0
    """Handoffs that wait for their answer."""
    away: str | None = None
    at_work: bool = True
    team_full: int | None = None
    """How many leads the team can take on a working day, where it has so many of today."""

    @property
    def email(self) -> str:
        return self.member.email

    @property
    def hindered(self) -> str | None:
        """Why they can take nothing now."""
        if self.away:
            return f"away ({self.away})"
        if self.team_full is not None:
            return f"the team has its {self.team_full} of today"
        most = self.member.open_at_most
        return f"full ({self.open} of {most} open)" if most is not None and self.open >= most else None


@dataclass(frozen=True)
class Handover:
    """A lead on the way to somebody."""

    team: str
    facts: Facts
    knowing: Mapping[str, str] = field(default_factory=dict)
    """``lead-owner`` and the others of ``KNOWN`` -> the address, where there is somebody."""


@dataclass(frozen=True)
class Look:
    """One rule, and why it did or did not decide."""

    rule: str
    decides: bool
    said: str


@dataclass(frozen=True)
class Routed:
    owner: Standing | None
    """None: it waits in the queue of the team."""
    rule: str
    looks: tuple[Look, ...] = ()

    @property
    def why(self) -> str:
        return self.looks[-1].said if self.looks else ""


def route(policy: RoutingPolicy, asks: Asks, people: Sequence[Standing], given: Handover) -> Routed:
    looks: list[Look] = []
    for rule in policy.rules:
        missing = _missing(rule, asks, people, given)
        if missing is not None:
            looks.append(Look(rule.name, False, missing))
            continue
        owner, said = _chosen(rule, people, given)
        looks.append(Look(rule.name, owner is not None or rule.takes_all, said))
        if owner:
            return Routed(owner, rule.name, tuple(looks))
        if rule.takes_all:
            break
    owner, said = _otherwise(policy, people, given)
    return Routed(owner, OTHERWISE, (*looks, Look(OTHERWISE, True, said)))


def in_turn(people: Sequence[Standing], team: str, not_this: str | None = None) -> Standing | None:
    """The next of a team, not the one who had it if there is another."""
    able = [one for one in people if one.team == team and not one.hindered]
    others = [one for one in able if one.email != not_this]
    return min(others or able, key=_turn, default=None)


def _missing(rule: Rule, asks: Asks, people: Sequence[Standing], given: Handover) -> str | None:
    """Why the rule is not about this lead."""
    if rule.of and rule.of != given.team:
        return f"only for leads handed to {rule.of}, this one is handed to {given.team}"
    if rule.when:
        answer = asks.ask(rule.when, given.facts)
        if answer.error:
            return f"could not be decided: {answer.error}"
        if not answer.holds:
            return f"not met: {answer.reason or ' and '.join(rule.when.lines)}"
    if rule.knows:
        email = given.knowing.get(rule.knows)
        return None if email and _named(people, email) else f"nobody: {KNOWN[rule.knows]}"
    if rule.speak and not any(_speaks(one, given) for one in _group(rule, people, given)):
        language = given.facts.fields.get(LANGUAGE)
        return f"nobody of them speaks {language}" if language else "the lead's language is not known"
    return None


def _chosen(rule: Rule, people: Sequence[Standing], given: Handover) -> tuple[Standing | None, str]:
    group = list(_group(rule, people, given))
    if rule.speak:
        group = [one for one in group if _speaks(one, given)]
    able, why_not = _able(rule, people, group)
    met = f"{', '.join(f'`{line}`' for line in rule.when.lines)} holds; " if rule.when else ""
    if not able:
        return None, f"{met}nobody can take it: {why_not}"
    owner, pick = _pick(rule, able)
    besides = f" (not {why_not})" if why_not else ""
    how = KNOWN[rule.knows] if rule.knows else PICKS[pick] if len(group) > 1 else "named by the rule"
    return owner, f"{met}{owner.member.name}, {how}{besides}"


def _able(rule: Rule, people: Sequence[Standing], group: Sequence[Standing]) -> tuple[list[Standing], str]:
    """Who can take it, an absent one of those named by the substitute; and why the others cannot."""
    able: list[Standing] = []
    notes: list[str] = []
    for one in group:
        hindered = one.hindered or ("not at work now" if rule.hours == ONLY and not one.at_work else None)
        if hindered is None:
            able.append(one)
            continue
        instead = _named(people, one.member.substitute) if one.away and rule.team is None else None
        if instead and not instead.hindered:
            able.append(instead)
            notes.append(f"{one.member.name}: {hindered}, {instead.member.name} stands in")
        else:
            notes.append(f"{one.member.name}: {hindered}")
    return able, "; ".join(notes)


def _pick(rule: Rule, able: Sequence[Standing]) -> tuple[Standing, str]:
    there = [one for one in able if one.at_work]
    able = there if rule.hours == FIRST and there else able
    if rule.pick == IN_ORDER:
        return able[0], IN_ORDER
    if rule.pick == LEAST_BUSY:
        return min(able, key=lambda one: (one.open, *_turn(one))), LEAST_BUSY
    return min(able, key=_turn), IN_TURN


def _otherwise(
    policy: RoutingPolicy, people: Sequence[Standing], given: Handover
) -> tuple[Standing | None, str]:
    if policy.otherwise == QUEUE:
        return None, f"no rule gives it to anybody: it waits in the queue of {given.team}"
    if owner := in_turn(people, given.team):
        return owner, f"{owner.member.name} of {given.team}, {PICKS[IN_TURN]}"
    hindered = "; ".join(f"{one.member.name}: {one.hindered}" for one in people if one.team == given.team)
    why = f" ({hindered})" if hindered else ""
    return None, f"nobody of {given.team} can take it{why}: it waits in the queue"


def _group(rule: Rule, people: Sequence[Standing], given: Handover) -> Iterator[Standing]:
    if rule.team:
        yield from (one for one in people if one.team == rule.team)
        return
    for word in rule.to:
        email = given.knowing.get(word) if rule.knows else word
        if one := _named(people, email):
            yield one


def _named(people: Sequence[Standing], email: str | None) -> Standing | None:
    return next((one for one in people if one.email == email), None) if email else None


def _speaks(one: Standing, given: Handover) -> bool:
    language = str(given.facts.fields.get(LANGUAGE, "")).lower()
    return bool(language) and any(language.split("-")[0] == spoken.lower() for spoken in one.member.speaks)


def _turn(one: Standing) -> tuple[int, str]:
    return one.turn, one.email
