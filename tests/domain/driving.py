"""Drives one journey through the walk, in the place of the engine: every effect succeeds when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from nurture.conditions import Conditions
from nurture.domain.campaign import Campaign, load_campaign
from nurture.domain.conditions import Asks
from nurture.domain.dictionary import Dictionary, Happening
from nurture.domain.effects import ARM, Effect, Line, Result
from nurture.domain.facts import Click, EventFact, Facts, HandoffFact, SendFact
from nurture.domain.position import position_from_json
from nurture.domain.sales import load_sales
from nurture.domain.steps.send import Send
from nurture.domain.steps.task import Task
from nurture.domain.walk import Pending, Walk, opening, walk
from nurture.domain.walker import variant_of
from nurture.domain.windows import parse_window

BERLIN = ZoneInfo("Europe/Berlin")
DICTIONARY = Dictionary(
    fields={
        "lead.industry": "text",
        "lead.employees": "number",
        "lead.customer": "yes/no",
        "deal.renewal": "date",
    },
    happenings={
        "demo-booked": Happening("demo-booked", "demo.booked"),
        "prices-page": Happening("prices-page", "page.viewed", {"path": "/prices*"}),
    },
    windows={
        "office": parse_window("mon-fri", "09:00-17:00"),
        "afternoons": parse_window("mon-fri", "13:00-17:00"),
    },
)
CONDITIONS = Conditions(DICTIONARY)
MARKS = {"remind": timedelta(hours=4), "escalate": timedelta(hours=8), "time_up": timedelta(days=3)}
MOST = 200


def at(text: str) -> datetime:
    """An instant from Berlin's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def local(instant: datetime) -> str:
    return instant.astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M")


def campaign_of(text: str) -> Campaign:
    doc = YAML(typ="safe", pure=True).load(text)
    return load_campaign({"campaign": "test", **(doc if isinstance(doc, dict) else {"steps": doc})})


@dataclass
class Journey:
    campaign: Campaign
    facts: Facts
    dictionary: Dictionary = DICTIONARY
    asks: Asks = CONDITIONS
    done: list[tuple[str, str, str]] = field(default_factory=list)
    """(when by Berlin's clock, effect, step)"""
    lines: list[Line] = field(default_factory=list)
    last: Walk = field(init=False)
    looks: int = 0

    def __post_init__(self) -> None:
        self.take(opening(self.campaign, self.dictionary, self.asks, self.facts))

    @property
    def over(self) -> bool:
        return bool(self.last.outcome or self.last.parked)

    def kinds(self) -> list[tuple[str, str]]:
        return [(line.kind, line.step) for line in self.lines]

    def take(self, decided: Walk) -> None:
        """The position goes through JSON at every turn, as it does in the database."""
        loaded = position_from_json(decided.position.to_json())
        assert loaded == decided.position
        self.last = replace(decided, position=loaded)
        self.lines += decided.lines
        for change in decided.changes:
            if change.action != ARM:
                self.apply(change.action, change.value)

    def apply(self, action: str, value: Any) -> None:
        facts = self.facts
        if action == "score":
            self.facts = replace(facts, score=facts.score + value)
        elif action == "tag":
            self.facts = replace(facts, tags=facts.tags | {value})
        elif action == "stage":
            self.facts = replace(facts, stage=value)
        else:
            self.facts = replace(facts, fields={**facts.fields, **value})

    def walk(self, result: Result | None = None) -> Walk:
        pending = Pending(self.last.effect, self.last.due)
        return walk(
            self.campaign, self.dictionary, self.asks, self.facts, self.last.position, pending, result
        )

    def look(self) -> Walk:
        """Woken or due. A decision that stands is not recorded again."""
        decided = self.walk()
        self.looks += 1
        if decided.moved:
            self.take(decided)
        else:
            assert (decided.effect, decided.due) == (self.last.effect, self.last.due)
        return decided

    def until(self, text: str | datetime) -> Journey:
        """Does all that is due until then, and goes there."""
        end = at(text) if isinstance(text, str) else text
        for _ in range(MOST):
            if self.over or self.last.due > end:
                break
            self.facts = replace(self.facts, now=max(self.last.due, self.facts.now))
            if not self.look().moved:
                self.carry_out()
        else:
            raise AssertionError(f"{MOST} turns without an end: {self.done[-5:]}")
        self.facts = replace(self.facts, now=max(end, self.facts.now))
        return self

    def carry_out(self) -> None:
        effect, step, now = self.last.effect, self.last.position.step, self.facts.now
        assert effect != "check_engagement", f"nothing to do at {step}, and nothing decided"
        self.done.append((local(now), effect, step))
        self.take(self.walk(self.result(effect, step, now)))

    def result(self, effect: Effect, step: str, now: datetime) -> Result:
        visit, position = self.last.position.visit, self.last.position
        if effect == "send_message":
            self.facts = replace(
                self.facts, sends={**self.facts.sends, step: SendFact(step, visit, "sent", now)}
            )
            send = self.campaign.steps[step]
            assert isinstance(send, Send)
            message = variant_of(send, self.campaign.name, position, self.facts)
            return Result("sent", now, detail={"message": message})
        if effect == "hand_off" and not position.nth:
            tasks = {**self.facts.handoffs, (step, visit): HandoffFact("open", None, None)}
            self.facts = replace(self.facts, handoffs=tasks)
            marks = [((now + span).isoformat(), what) for what, span in MARKS.items()]
            return Result("handed", now, detail={"marks": marks})
        if effect == "create_task":
            opened = {**self.facts.handoffs, (step, visit): HandoffFact("open", None, None)}
            self.facts = replace(self.facts, handoffs=opened)
            task, team = self.campaign.steps[step], load_sales({"teams": {"a": {"members": []}}}).teams["a"]
            assert isinstance(task, Task)
            marks = [(mark.at.isoformat(), mark.what) for mark in task.marks(team, now, BERLIN)]
            return Result("tasked", now, detail={"marks": marks})
        return Result({"hand_off": "escalated", "notify": "reminded"}.get(effect, "done"), now)

    def happens(self, text: str, event: str, data: Mapping[str, object] | None = None) -> Journey:
        """An event at a time, which is looked at at once. ``event``: ``clicks STEP``, ``answers STEP WORD``,
        ``sales STATE`` or an event type."""
        self.until(text)
        self.note(event, data or {})
        if not self.over:
            self.look()
        return self.until(self.facts.now)

    def note(self, event: str, data: Mapping[str, object]) -> None:
        verb, *rest = event.split()
        now = self.facts.now
        if verb == "clicks" and rest[0] in self.facts.sends:
            send = self.facts.sends[rest[0]]
            send = replace(send, clicks=(*send.clicks, Click(now, "https://x.example/")))
            self.facts = replace(self.facts, sends={**self.facts.sends, rest[0]: send})
        elif verb == "answers" and rest[0] in self.facts.sends:
            send = self.facts.sends[rest[0]]
            send = replace(send, answers=(*send.answers, (now, rest[1])))
            self.facts = replace(self.facts, sends={**self.facts.sends, rest[0]: send})
        elif verb == "sales":
            tasks = {
                key: HandoffFact(rest[0], "not-now", now) if task.state == "open" else task
                for key, task in self.facts.handoffs.items()
            }
            self.facts = replace(self.facts, handoffs=tasks)
        else:
            self.facts = replace(self.facts, events=(*self.facts.events, EventFact(verb, now, data)))


def start(text: str, when: str = "2026-03-02 10:00", **facts: Any) -> Journey:
    """``when``: Berlin's clock; 2026-03-02 is a Monday."""
    now = at(when)
    return Journey(campaign_of(text), Facts(now=now, zone=BERLIN, entered=now, **facts))
