"""What a CRM is told and what its words mean: ``policies/crm.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Wins = Literal["nurture", "crm", "person"]
WINS: Mapping[str, str] = {
    "nurture": "Nurture's value is always written",
    "crm": "the CRM's value stands; an empty one is filled",
    "person": "Nurture's value is written unless a person changed it in the CRM",
}
"""Who decides when both sides have a value."""
WORDS = ("accepted", "qualified", "rejected", "touched", "nothing")
"""What a value of the CRM, or a task that is done there, may mean."""
COLUMNS = ("email", "first_name", "last_name", "phone", "country", "company")
OF_OURS = ("stage", "score")
"""Only told: nobody changes them from the CRM but by an answer."""
TOLD_ONLY = frozenset({"email", "company", *OF_OURS})
KINDS = ("hubspot", "salesforce", "pipedrive", "webhook")
WEBHOOK = "webhook"
TASK_ANSWER = "task.answer"
"""Among the fields of ``answers``: what the webhook's CRM says to our task itself."""
NO_MAIL = "do_not_contact"
"""As if a person of the webhook's CRM had it."""


OF_WEBHOOK: Mapping[str, Any] = {
    "answers": {TASK_ANSWER: {word: word for word in WORDS}},
    "no_mail": {NO_MAIL: "true"},
}
"""What holds for the webhook without being written: who builds the other side may use our words."""


@dataclass(frozen=True)
class FieldRule:
    ours: str
    """``first_name``, ``stage``, ``score``, or a field of the lead without the ``lead.`` before."""
    theirs: str
    wins: Wins = "person"
    values: Mapping[str, str] = field(default_factory=dict)
    """Our word -> theirs; empty: as it is."""

    def there(self, value: str) -> str:
        """Our value in their words; empty: they have no word for it."""
        return self.values.get(value, "") if self.values else value

    def here(self, value: str) -> str:
        if not self.values:
            return value
        return next((ours for ours, theirs in self.values.items() if theirs == value), "")


@dataclass(frozen=True)
class Meaning:
    word: str
    reason: str | None = None


@dataclass(frozen=True)
class CrmMapping:
    """How one CRM is spoken to."""

    fields: tuple[FieldRule, ...] = ()
    answers: Mapping[str, Mapping[str, Meaning]] = field(default_factory=dict)
    """Their field -> its value -> what it says to an open handoff."""
    why_field: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    """Value of their field that says why a lead was rejected -> our reason."""
    otherwise: str | None = None
    """The reason when none is said."""
    task_done: Meaning = Meaning("accepted")
    no_mail: Mapping[str, str] = field(default_factory=dict)
    """Their field -> the value by which a person there says: no mail to them."""
    machines: frozenset[str] = frozenset()
    """Users of the CRM, by address or id, who are programs."""
    kind: str = ""
    """What a person is made as there, where there is a choice: ``lead`` or ``contact``."""

    @property
    def reads(self) -> tuple[str, ...]:
        """All fields of theirs that are looked at."""
        named = [*(rule.theirs for rule in self.fields), *self.answers, self.why_field, *self.no_mail]
        return tuple(dict.fromkeys(name for name in named if name and name != TASK_ANSWER))


def load_crm(doc: Mapping[str, Any], crm: str) -> CrmMapping:
    """From the document of a published policy, which the checker has passed; without one, only the address
    and the name are told."""
    given = doc.get(crm) or {}
    usual = OF_WEBHOOK if crm == WEBHOOK else {}
    why = given.get("why") or {}
    return CrmMapping(
        fields=tuple(_rule(ours, said) for ours, said in given.get("fields", {}).items()),
        answers={
            name: {str(value): meaning(said) for value, said in values.items()}
            for name, values in {**usual.get("answers", {}), **given.get("answers", {})}.items()
        },
        why_field=why.get("field", ""),
        why={str(value): reason for value, reason in why.get("values", {}).items()},
        otherwise=why.get("otherwise"),
        task_done=meaning(given.get("task_done", "accepted")),
        no_mail={
            name: str(value).lower()
            for name, value in {**usual.get("no_mail", {}), **given.get("no_mail", {})}.items()
        },
        machines=frozenset(str(one).lower() for one in given.get("machines", ())),
        kind=given.get("kind", ""),
    )


def meaning(said: str) -> Meaning:
    """``accepted``, or ``rejected no-budget``."""
    word, _, reason = said.strip().partition(" ")
    return Meaning(word, reason.strip() or None)


def _rule(ours: str, said: Any) -> FieldRule:
    doc: Mapping[str, Any] = {"as": said} if isinstance(said, str) else said
    values = {str(mine): str(theirs) for mine, theirs in doc.get("values", {}).items()}
    usual: Wins = "nurture" if ours == "score" else "person"
    return FieldRule(ours.removeprefix("lead."), doc["as"], doc.get("wins", usual), values)
