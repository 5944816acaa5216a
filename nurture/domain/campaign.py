"""A campaign version: the checked document of a file, with its steps laid out to be walked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nurture.domain.conditions import Condition, standing
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.enrolment import Enrol, load_enrol
from nurture.domain.measures import Measure, Test, load_measures, tests_of
from nurture.domain.sending_policy import Sending, load_sending
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.send import Send
from nurture.domain.steps.step import Doc, Step, lines

NEXT = "next"
STAY = "stay"


@dataclass(frozen=True)
class Leave:
    outcome: str
    when: Condition


@dataclass(frozen=True)
class Rule:
    name: str
    when: Condition
    then: tuple[Step, ...]
    again: Duration | None = None
    """How long after it acted the rule may act again; None: once."""


@dataclass(frozen=True)
class Campaign:
    name: str
    title: str
    enrol: Enrol
    audience: Condition
    """Must hold at the door and before every step."""
    leave: tuple[Leave, ...]
    goal: tuple[str, ...]
    rules: tuple[Rule, ...]
    sending: Sending
    main: tuple[Step, ...]
    sections: Mapping[str, tuple[Step, ...]]
    document: Mapping[str, Any]
    priority: int = 0
    topic: str | None = None
    """What its marketing messages are about, of the dictionary's topics; a lead may want nothing of it."""
    record: str | None = None
    """What it is for: each ``deal`` has a journey of its own; None: the lead."""
    never_with: tuple[str, ...] = ()
    """Campaigns that no lead of this one is in at the same time."""
    """The campaign with the higher one goes first where two would write to a lead."""
    steps: Mapping[str, Step] = field(default_factory=dict)
    """Every step by name, arms and rules too."""
    after: Mapping[str, str | None] = field(default_factory=dict)
    """Step -> the step on the line below, across the ends of arms."""
    measures: tuple[Measure, ...] = ()
    tests: Mapping[str, Test] = field(default_factory=dict)
    """The steps whose ways or variants are drawn."""
    holdout: int = 0
    """Percent of the leads who get nothing, to compare with."""
    listening: dict[tuple[object, ...], tuple[Any, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """What the walk has found of what is listened for, by place: the same for every lead."""
    aims: Mapping[str, str] = field(default_factory=dict)
    """Section -> what it is for, where it says so."""
    customers_stay: bool = False
    """Whoever is a customer is in it like everybody else: onboarding, renewals."""
    codes: frozenset[str] = frozenset()
    """Pools of which every lead gets a code of her own."""

    @property
    def hash(self) -> str:
        return document_hash(self.document)

    @cached_property
    def surveys(self) -> Mapping[str, Send]:
        """Questions of which not simply every answer counts."""
        sends = ((name, step) for name, step in self.steps.items() if isinstance(step, Send))
        return {name: step for name, step in sends if step.open_for or step.counts != "latest"}

    @cached_property
    def opt_ins(self) -> Mapping[str, str]:
        """Send -> the answer to it that is a consent."""
        sends = ((name, step) for name, step in self.steps.items() if isinstance(step, Send))
        return {name: step.opt_in for name, step in sends if step.opt_in}

    def first_of(self, steps: Sequence[Step], otherwise: str | None) -> str | None:
        return steps[0].name if steps else otherwise

    def messages(self) -> Iterator[str]:
        for step in self.steps.values():
            yield from getattr(step, "messages", tuple)()


def document_hash(document: Mapping[str, Any]) -> str:
    """The sha256 of the canonical JSON. The order of keys counts: of ``leave`` the first that holds wins."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def load_campaign(doc: Mapping[str, Any]) -> Campaign:
    """From a document that the checker has passed; ``authoring`` makes it from a file."""
    main = load_steps(doc.get("steps", ()), doc["campaign"])
    sections = {name: load_steps(steps, name) for name, steps in doc.get("sections", {}).items()}
    rules = tuple(_rule(rule) for rule in doc.get("rules", ()))
    campaign = Campaign(
        name=doc["campaign"],
        title=doc.get("title", doc["campaign"]),
        enrol=load_enrol(doc.get("enrol", {})),
        audience=standing(lines(doc.get("audience"))),
        leave=tuple(Leave(outcome, Condition(lines(when))) for outcome, when in doc.get("leave", {}).items()),
        goal=lines(doc.get("goal")),
        rules=rules,
        sending=load_sending(doc.get("sending", {})),
        main=main,
        sections=sections,
        document=doc,
        priority=int(doc.get("priority", 0)),
        topic=doc.get("topic"),
        record=doc.get("for"),
        never_with=lines(doc.get("never_with")),
        aims=dict(doc.get("aims", {})),
        customers_stay=doc.get("customers") == STAY,
        codes=frozenset(doc.get("codes", {})),
        holdout=int(doc.get("holdout", 0)),
    )
    steps: dict[str, Step] = {}
    after: dict[str, str | None] = {}
    for block in (main, *sections.values(), *(rule.then for rule in rules)):
        _lay_out(block, None, steps, after)
    object.__setattr__(campaign, "steps", steps)
    object.__setattr__(campaign, "after", after)
    object.__setattr__(campaign, "measures", load_measures(doc.get("measure", {}), steps.values()))
    object.__setattr__(campaign, "tests", tests_of(steps.values()))
    return campaign


def load_steps(docs: Sequence[Doc], before: str) -> tuple[Step, ...]:
    """The steps of one block. Unnamed ones are called after the step before, or after ``before``."""
    steps: list[Step] = []
    for doc in docs:
        verb = verb_of(doc)
        if verb is None:
            continue
        name = VERBS[verb].own_name(doc) or f"{before}+{verb}"
        steps.append(VERBS[verb].load(doc, name, load_steps))
        before = name
    return tuple(steps)


def verb_of(doc: Doc | str) -> str | None:
    """The verb of a step's document; None for ``next``, which stands for an empty arm."""
    return None if doc == NEXT else next(iter(doc))


def _lay_out(
    block: Sequence[Step], below: str | None, steps: dict[str, Step], after: dict[str, str | None]
) -> None:
    for index, step in enumerate(block):
        steps[step.name] = step
        after[step.name] = block[index + 1].name if index + 1 < len(block) else below
        for arm in step.arms().values():
            _lay_out(arm, after[step.name], steps, after)


def _rule(doc: Doc) -> Rule:
    again = parse_duration(str(doc["again"]).removeprefix("after ")) if "again" in doc else None
    then = load_steps(doc["then"], doc["rule"])
    return Rule(doc["rule"], Condition(lines(doc["when"])), then, again)
