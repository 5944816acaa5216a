"""``task``: something that a person of a team does: a call, a message, a visit; and the wait until it is
done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from nurture.domain.calendars import PLAIN, Calendar
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.effects import Effect
from nurture.domain.keys import Key, Kind
from nurture.domain.position import Mark
from nurture.domain.sales import Team
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.step import Doc, LoadSteps, common

KINDS = ("call", "linkedin", "visit", "mail", "other")


@dataclass(frozen=True, kw_only=True)
class Task(Awaiting):
    kind: str = "other"
    text: str = ""
    due: Duration | None = None

    verb: ClassVar[str] = "task"
    head: ClassVar[Key] = Key(Kind.NAME, "the step's name, which the list of tasks shows", says="ask for {}")
    keys: ClassVar[Mapping[str, Key]] = {
        "team": Key(Kind.TEAM, "the team of policies/sales.yaml that does it", required=True, says="from {}"),
        "kind": Key(Kind.WORD, "what is to be done", words=KINDS, says="as a {}"),
        "text": Key(Kind.TEXT, "what to do and what to say", says="telling: {}"),
        "due": Key(
            Kind.DURATION, "by when; then time is up. Left out: the team's `give_up`", says="due in {}"
        ),
        "done": Key(Kind.STEPS, "after it is done; left out: goes on", says="if it is done"),
        "skipped": Key(
            Kind.STEPS, "if it is not done on purpose; left out: goes on", says="if it is skipped"
        ),
        "time_up": Key(
            Kind.STEPS, "when it was not done in time; left out: goes on", says="if it is not done in time"
        ),
    }
    effect: ClassVar[Effect | None] = "create_task"
    answers: ClassVar[Mapping[str, str]] = {"done": "done", "skipped": "skipped", "expired": "time_up"}
    ends_as: ClassVar[Mapping[str, str | None]] = {"done": None, "skipped": None, "time_up": None}
    opened: ClassVar[str] = "tasked"

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Task:
        return cls(
            name=name,
            team=str(doc["team"]),
            kind=doc.get("kind", "other"),
            text=doc.get("text", ""),
            due=parse_duration(doc["due"]) if "due" in doc else None,
            answered=cls.load_arms(doc, name, load_steps),
            **common(doc),
        )

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc["task"])

    def marks(self, team: Team, at: datetime, zone: ZoneInfo, calendar: Calendar = PLAIN) -> tuple[Mark, ...]:
        """The deadlines of a task opened ``at``: its owner is reminded as long before the end as the team's
        `remind` says, if there is so much time."""
        end = (self.due or team.give_up).after(at, zone, calendar)
        remind = team.promise.remind.before(end, zone, calendar)
        found = (Mark(remind, "remind"), Mark(end, "time_up"))
        return found if remind > at else found[1:]
