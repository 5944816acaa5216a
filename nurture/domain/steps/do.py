"""``do``: changes to the lead, each by an action of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from nurture.domain.actions.registry import ACTIONS
from nurture.domain.effects import Change, Line, Result
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

    def enter(self, walk: Walking) -> Move:
        if self.outside:
            return Stay("update_crm", walk.facts.now, waiting=False)
        return self.carry_out(walk, walk.facts.now)

    def done(self, walk: Walking, result: Result) -> Move:
        return self.carry_out(walk, result.at)

    def carry_out(self, walk: Walking, at: datetime) -> Move:
        for action, value in self.actions.items():
            walk.change(Change(action, value, self.name))
        walk.say(Line("did", self.name, ", ".join(self.actions), dict(self.actions)))
        return Go(walk.after(self), at)
