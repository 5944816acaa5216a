"""``send``: a message to the lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from nurture.domain.durations import Duration, parse_duration
from nurture.domain.effects import Effect, Line, Result
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.split import winner_faults
from nurture.domain.steps.step import Doc, Fault, Go, LoadSteps, Move, Stay, Step, Walking, common
from nurture.domain.winner import Winner, load_winner

SENT = ("sent", "deferred", "unknown")
PURPOSES = ("educate", "prove", "offer")


OWNER = "owner"
"""The sender who is the sales person of the lead."""
COUNTS = ("first", "latest")
MAIL, SMS = "mail", "sms"


@dataclass(frozen=True, kw_only=True)
class Send(Step):
    message: str
    kind: str = "marketing"
    via: str = MAIL
    window: str | None = None
    within: Duration | None = None
    cap: Mapping[str, int] = field(default_factory=dict)
    variants: Mapping[str, int] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Variant -> its subject, where all have the text of ``message``."""
    answers: Mapping[str, str] = field(default_factory=dict)
    open_for: Duration | None = None
    """How long after it left a question can be answered; None: always."""
    counts: str = "latest"
    opt_in: str | None = None
    """The answer by which she allows marketing mail; also after she has unsubscribed."""
    purpose: str | None = None
    winner: Winner | None = None
    thread: str | None = None
    """The earlier send that this one answers, in the same thread."""
    sender: str | None = None

    verb: ClassVar[str] = "send"
    head: ClassVar[Key] = Key(
        Kind.NAME, "the step's name; the message has the same unless `message` says otherwise", says="send {}"
    )
    keys: ClassVar[Mapping[str, Key]] = {
        "message": Key(
            Kind.MESSAGE, "the template, if it is not named like the step", says="with the text {}"
        ),
        "kind": Key(
            Kind.WORD,
            "operational mail is exempt from caps, never from suppression",
            words=("marketing", "operational"),
            says="as {} mail",
        ),
        "via": Key(Kind.WORD, "`mail`, or `sms` for a text message", words=(MAIL, SMS), says="by {}"),
        "window": Key(Kind.WINDOW, "the hours in which it may be sent", says="{}"),
        "within": Key(
            Kind.DURATION, "how late it may still be sent; after that it is skipped", says="at most {} late"
        ),
        "variants": Key(
            Kind.SHARES,
            "messages to choose from by chance with their percentages, or `share` and `subject`",
            says="by chance {}",
        ),
        "answers": Key(Kind.LABELS, "one to four answers that the reader can click", says="asking {}"),
        "open_for": Key(Kind.DURATION, "how long the question can be answered", says="open for {}"),
        "counts": Key(
            Kind.WORD, "which answer counts: the `first` or the `latest`", words=COUNTS, says="the {} counts"
        ),
        "opt_in": Key(
            Kind.NAME,
            "the answer that is a consent to marketing mail, also of who has unsubscribed",
            says="with {} as the consent",
        ),
        "purpose": Key(
            Kind.WORD,
            "what the message is for; `nurture check` prints the mix",
            words=PURPOSES,
            says="to {}",
        ),
        "cap": Key(
            Kind.CAP,
            "sent only while the lead got fewer marketing messages: `{day: 1, 30d: 6}`",
            says="{}",
        ),
        "thread": Key(
            Kind.NAME,
            "an earlier send: this goes as an answer to it, `Re:` its subject",
            says="as an answer to {}",
        ),
        "sender": Key(Kind.SENDER, "`owner`, or a sender of the dictionary", says="from {}"),
        "winner": Key(
            Kind.WINNER, "when the test of the variants is over, and which wins", says="decided by {}"
        ),
    }
    effect: ClassVar[Effect | None] = "send_message"

    @classmethod
    def load(cls, doc: Doc, name: str, load_steps: LoadSteps) -> Send:
        return cls(
            name=name,
            message=doc.get("message", name),
            kind=doc.get("kind", "marketing"),
            via=doc.get("via", MAIL),
            window=doc.get("window"),
            within=parse_duration(doc["within"]) if "within" in doc else None,
            cap={str(period): int(most) for period, most in doc.get("cap", {}).items()},
            variants=shares_in(doc.get("variants", {})),
            subjects=subjects_in(doc.get("variants", {})),
            answers=dict(doc.get("answers", {})),
            open_for=parse_duration(doc["open_for"]) if "open_for" in doc else None,
            counts=doc.get("counts", "latest"),
            opt_in=doc.get("opt_in"),
            purpose=doc.get("purpose"),
            winner=load_winner(doc.get("winner")),
            thread=doc.get("thread"),
            sender=doc.get("sender"),
            **common(doc),
        )

    @classmethod
    def own_name(cls, doc: Doc) -> str | None:
        return str(doc["send"])

    @classmethod
    def faults(cls, doc: Doc) -> Iterable[Fault]:
        if doc.get("via") == SMS and subjects_in(doc.get("variants", {})):
            yield Fault("variants", "a text message has no subject", "Write a message for each variant.")
        if "message" in doc and "variants" in doc and not subjects_in(doc["variants"]):
            yield Fault("message", "`message` and `variants` both say what to send", "Keep one of the two.")
        if doc.get("via") == SMS and "answers" in doc:
            text = "a text message has no answers to click"
            yield Fault("answers", text, "Let her write back, and wait for a happening.")
        yield from _opt_in_faults(doc)
        for key in ("open_for", "counts"):
            if key in doc and "answers" not in doc:
                yield Fault(key, f"`{key}` belongs to a question", "Add `answers:`, or delete it.")
        if "winner" in doc and "variants" not in doc:
            yield Fault("winner", "`winner` needs `variants` that it is chosen from")
        elif "winner" in doc:
            yield from winner_faults(doc, list(doc["variants"]))

    def messages(self) -> tuple[str, ...]:
        return (self.message,) if self.subjects else tuple(self.variants) or (self.message,)

    def text_of(self, variant: str) -> str:
        """The message that the variant has the text of."""
        return self.message if self.subjects else variant

    def ready(self, walk: Walking, instant: datetime) -> datetime:
        return walk.sends(self, instant)

    def enter(self, walk: Walking) -> Move:
        wanted = max(walk.facts.now, walk.position.planned)
        return Stay("send_message", self.ready(walk, wanted), waiting=False)

    def done(self, walk: Walking, result: Result) -> Move:
        walk.say(Line(result.what, self.name, result.reason, result.detail))
        message = result.detail.get("message")
        if self.variants and isinstance(message, str):
            walk.keep(self.name, message)
        return Go(walk.after(self), result.at)


def _opt_in_faults(doc: Doc) -> Iterable[Fault]:
    if "opt_in" not in doc:
        return
    chosen, answers = doc["opt_in"], doc.get("answers", {})
    if not answers:
        yield Fault("opt_in", "`opt_in` names one of the `answers`", "Add `answers: {yes: Write to me}`.")
    elif chosen not in answers:
        yield Fault("opt_in", f"there is no answer `{chosen}`", f"There are {', '.join(answers)}.")
    if doc.get("kind", "marketing") == "marketing":
        text = "a message that asks whether she wants mail is not marketing"
        yield Fault("opt_in", text, "Add `kind: operational`: no other reaches who has unsubscribed.")


def shares_in(variants: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(one["share"] if isinstance(one, Mapping) else one) for name, one in variants.items()}


def subjects_in(variants: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(one["subject"]) for name, one in variants.items() if isinstance(one, Mapping)}
