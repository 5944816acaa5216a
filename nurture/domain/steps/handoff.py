"""``handoff``: a task for a sales team, and the wait for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from nurture.domain.effects import Effect
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.step import Doc, LoadSteps, common


@dataclass(frozen=True, kw_only=True)
class Handoff(Awaiting):
    why: str = ""
    say: str = ""
    """What sales may begin the talk with."""

    verb: ClassVar[str] = "handoff"
    head: ClassVar[Key] = Key(
        Kind.TEAM, "the team of policies/sales.yaml; also the step's name", says="hand over to {}"
    )
    keys: ClassVar[Mapping[str, Key]] = {
        "why": Key(Kind.TEXT, "what to tell sales", says="because: {}"),
        "say": Key(Kind.TEXT, "what sales may say next", says="to begin with: {}"),
        "name": Key(Kind.NAME, "the step's name, if a team is asked at several steps", says=""),
        "accepted": Key(
            Kind.STEPS, "after sales accepts; left out: ends as accepted", says="if sales accepts"
        ),
        "rejected": Key(
            Kind.STEPS, "after sales rejects; left out: ends as rejected", says="if sales rejects"
        ),
        "time_up": Key(
            Kind.STEPS, "when nobody answered in time; left out: goes on", says="if nobody answers in time"
        ),
    }
    effect: ClassVar[Effect | None] = "hand_off"
    answers: ClassVar[Mapping[str, str]] = {
        "accepted": "accepted",
        "qualified": "accepted",
        "rejected": "rejected",
        "returned": "rejected",
        "expired": "time_up",
    }
    ends_as: ClassVar[Mapping[str, str | None]] = {
        "accepted": "accepted",
        "rejected": "rejected",
        "time_up": None,
    }
    opened: ClassVar[str] = "handed"

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Handoff:
        return cls(
            name=name,
            team=str(doc["handoff"]),
            why=doc.get("why", ""),
            say=doc.get("say", ""),
            answered=cls.load_arms(doc, name, load_steps),
            **common(doc),
        )

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc.get("name", doc["handoff"]))
