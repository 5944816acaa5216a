"""``do``: changes to the lead, each by an action of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from nurture.domain.actions.registry import ACTIONS
from nurture.domain.effects import Change, Effect, Line, Result
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.step import Doc, Fault, Go, LoadSteps, Move, Stay, Step, Walking, common


@dataclass(frozen=True, kw_only=True)
class Do(Step):
    actions: Mapping[str, Any]
    """Action -> its value, in the order of the file."""

    verb: ClassVar[str] = "do"
    head: ClassVar[Key] = Key(Kind.NAME, "the step's name", says="")
    keys: ClassVar[Mapping[str, Key]] = {name: action.key for name, action in ACTIONS.items()}

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Do:
        return cls(name=name, actions={key: doc[key] for key in doc if key in ACTIONS}, **common(doc))

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc["do"])

    @classmethod
    def faults(cls, doc: Doc) -> Iterable[Fault]:
        if not any(key in ACTIONS for key in doc):
            yield Fault("", "this step changes nothing", f"Add one of: {', '.join(ACTIONS)}.")

    @property
    def outside(self) -> bool:
        """Whether the CRM hears of it."""
        return any(ACTIONS[action].crm for action in self.actions)

    @property
    def asks(self) -> Effect | None:
        """What the engine is asked to do; None: it is done in passing."""
        wanted = [ACTIONS[action].effect for action in self.actions]
        if "call_webhook" in wanted:
            return "call_webhook"
        return "update_crm" if self.outside else next((effect for effect in wanted if effect), None)

    def enter(self, walk: Walking) -> Move:
        if effect := self.asks:
            return Stay(effect, walk.facts.now, waiting=False)
        return self.carry_out(walk, walk.facts.now)

    def done(self, walk: Walking, result: Result) -> Move:
        """``result.detail``: ``kept``, the fields that a webhook's answer fills."""
        kept = result.detail.get("kept")
        if result.what == "called":
            names = sorted(kept) if isinstance(kept, Mapping) else []
            walk.say(Line("called", self.name, result.reason, {"kept": names}))
        if kept:
            walk.change(Change("set", kept, self.name))
        return self.carry_out(walk, result.at)

    def carry_out(self, walk: Walking, at: datetime) -> Move:
        for action, value in self.actions.items():
            walk.change(Change(action, value, self.name))
        walk.say(Line("did", self.name, ", ".join(self.actions), dict(self.actions)))
        return Go(walk.after(self), at)
