"""Events whose data is known: those that only Nurture makes, and those whose names every program uses alike.

The table of docs/events.md says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase

from nurture.domain.stages import LEVELS, STAGES

Words = tuple[str, ...]


@dataclass(frozen=True)
class OwnEvent:
    when: str
    keys: Words = ()
    """What its data says; ``record`` of every event is left aside."""
    values: Mapping[str, Words] = field(default_factory=dict)
    """Key -> the words that it can say, where they are few."""
    free: bool = False
    """Sent in by other programs, which may say more."""
    instead: str = ""
    """Of a type that no happening can be made of, or of a key that is looked for in vain: what to write."""
    made: bool = True
    scores: bool = True
    """Whether scoring may give points for it."""


@dataclass(frozen=True)
class Wrong:
    key: str
    """``event``, or the datum."""
    text: str
    hint: str = ""
    sure: bool = True
    """False: it may be meant, of an event that other programs send."""


BOOKED = "meeting.booked"
"""While sales has the lead, it accepts the task."""
OF_SEND = ("step", "message")
TASKS: Mapping[str, Words] = {"answer": ("done", "skipped")}
HANDOFFS: Mapping[str, Words] = {"answer": ("accepted", "qualified", "rejected")}
WARMTH: Mapping[str, Words] = {"level": LEVELS, "from": LEVELS}
STAGED: Mapping[str, Words] = {"stage": tuple(STAGES), "from": tuple(STAGES)}
STAYED: Mapping[str, Words] = {"stage": tuple(STAGES)}
ASK_SENT = 'Ask `sent("guide")` in a condition; how many messages a lead gets is limited by `cap:`.'
ASK_REPLIED = 'Ask `replied("guide")` in a condition.'
ASK_CLICKED = 'Ask `clicked("guide", "*/prices*")` in a condition.'

OWN: Mapping[str, OwnEvent] = {
    "email.sent": OwnEvent("never: what we send is no event", made=False, instead=ASK_SENT, scores=False),
    "email.delivered": OwnEvent("never, so far", made=False, instead=ASK_SENT, scores=False),
    "email.opened": OwnEvent("a mail was opened, by a person as far as we can tell", OF_SEND, scores=False),
    "email.clicked": OwnEvent("a person clicked a link in a mail", OF_SEND, instead=ASK_CLICKED),
    "email.replied": OwnEvent(
        "a person answered a mail; sent in", ("in_reply_to",), free=True, instead=ASK_REPLIED
    ),
    "email.bounced": OwnEvent("a mail came back", ("step", "reason", "code")),
    "email.complained": OwnEvent("a mail was called spam"),
    "email.unsubscribed": OwnEvent("a lead wants nothing more", ("campaign", "how")),
    "preferences.changed": OwnEvent(
        "a lead chose topics, how often, or a pause at the preference page",
        ("campaign", "often", "mail_pause_until", "tracking", "without", "with"),
    ),
    "sms.replied": OwnEvent("a person answered a text message; sent in", ("text",), free=True),
    "survey.answered": OwnEvent("an answer was given to a question", (*OF_SEND, "answer")),
    "page.viewed": OwnEvent("a page of ours was looked at; sent in", ("path", "seconds"), free=True),
    "form.submitted": OwnEvent("a form was sent; sent in", ("form",), free=True),
    "meeting.booked": OwnEvent("a talk was agreed on; sent in", ("host",), free=True),
    "call.logged": OwnEvent("sales called a lead", ("by",), free=True),
    "visit.logged": OwnEvent("sales visited a lead", ("by",), free=True),
    "fair.logged": OwnEvent("sales met a lead at a fair", ("by",), free=True),
    "lead.created": OwnEvent("a lead came to be known", ("source",)),
    "lead.changed": OwnEvent("fields of a lead have other values", ("fields", "source")),
    "tag.changed": OwnEvent("a campaign gave or took a tag", ("tags",)),
    "list.changed": OwnEvent("a campaign put a lead on a list or took her off", ("lists",)),
    "stage.changed": OwnEvent("a lead reached another stage", ("stage", "from"), STAGED),
    "stage.refused": OwnEvent(
        "the lifecycle did not let a lead come to a stage", ("stage", "from"), STAGED, scores=False
    ),
    "stage.overdue": OwnEvent(
        "a lead is longer at a stage than the lifecycle allows", ("stage",), STAYED, scores=False
    ),
    "score.changed": OwnEvent("a campaign gave points, or some were taken back", ("points", "because")),
    "score.crossed": OwnEvent(
        "a lead is warmer or colder than before", ("level", "from", "score"), WARMTH, scores=False
    ),
    "segment.entered": OwnEvent("a lead came into a segment", ("segment",)),
    "segment.left": OwnEvent("a lead is in a segment no longer", ("segment",)),
    "handoff.answered": OwnEvent(
        "sales answered a handoff", ("answer", "reason", "step", "team", "handoff"), HANDOFFS
    ),
    "sales.contacted": OwnEvent(
        "sales logged a call, a meeting or a mail, or did their task, in the CRM",
        ("kind", "handoff", "crm"),
        {"kind": ("task", "call", "meeting", "mail")},
    ),
    "task.answered": OwnEvent(
        "a task was done or skipped", ("answer", "step", "team", "kind", "task"), TASKS
    ),
    "campaign.asked": OwnEvent("a campaign let a lead into another, or took her out", ("enrol", "leave")),
    "journey.ended": OwnEvent("a lead's way through a campaign is over", ("campaign", "outcome")),
}
SENT_IN = frozenset(kind for kind, own in OWN.items() if own.free)
RESERVED = frozenset(OWN) - SENT_IN
"""What only Nurture itself can know."""
FAMILIES = frozenset({"email", "survey", "segment", "stage", "handoff", "journey"})
"""First words of types that are as good as all ours."""
NEAR = 0.85


def wrong_event(kind: str, match: Mapping[str, str]) -> list[Wrong]:
    """What keeps events of this type, whose data says ``match``, from ever being found."""
    own = OWN.get(kind)
    if own is None:
        return _unknown(kind)
    if not own.made:
        return [Wrong("event", f"`{kind}` never happens for a happening", own.instead)]
    found = [wrong for key in match if key not in own.keys and (wrong := _wrong_key(kind, own, key))]
    return found + [
        Wrong(key, f"the `{key}` of {kind} is never `{match[key]}`", f"It is one of {', '.join(words)}.")
        for key, words in own.values.items()
        if key in match and not any(fnmatchcase(word, match[key]) for word in words)
    ]


def _unknown(kind: str) -> list[Wrong]:
    near = get_close_matches(kind, [name for name, own in OWN.items() if own.made], n=1, cutoff=NEAR)
    meant = f"Did you mean `{near[0]}`?" if near else ""
    family = kind.partition(".")[0]
    if family in FAMILIES:
        ours = ", ".join(name for name, own in OWN.items() if own.made and name.startswith(f"{family}."))
        text = f"Nurture makes no event `{kind}`"
        return [Wrong("event", text, meant or f"Of this kind there are {ours}.", sure=bool(near))]
    if not near:
        return []
    return [Wrong("event", f"`{kind}` is nearly `{near[0]}`, and another event", meant, sure=False)]


def _wrong_key(kind: str, own: OwnEvent, key: str) -> Wrong | None:
    near = get_close_matches(key.lower(), own.keys, n=1, cutoff=0.7)
    meant = f"Did you mean `{near[0]}`?" if near else ""
    if not own.free:
        known = f"It says {', '.join(own.keys)}. {own.instead}" if own.keys else "It says nothing more."
        return Wrong(key, f"the data of {kind} has no `{key}`", meant or known.strip())
    if key in OF_SEND:
        return Wrong(key, f"the data of {kind} has no `{key}`", own.instead)
    return (
        Wrong(key, f"`{key}` is nearly `{near[0]}`, which {kind} says", meant, sure=False) if near else None
    )
