"""What providers tell of a mail, in one vocabulary, and what the mail's state is after all of it.

The state is a function of the set of what was told: order and repetition change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from nurture.domain.bounces import REASONS, Kind, Reply, classify, smtp_code


class Told(StrEnum):
    ACCEPTED = "accepted"
    """The provider has it."""
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """Also what the provider would not try: an address on its own list, a text that it refuses."""
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "auto-replied"
    """By a machine: neither a bounce nor an answer."""
    ANSWERED = "answered"
    """By a person, in words of their own."""
    OTHER = "other"
    """Kept, and no more: a kind that we do not know."""


NO_MAIL_PLEASE = "reply: no more mail"
"""The name of a reply that asks for nothing but to get no more."""
HARD, SOFT, OURS, MESSAGE = "hard", "soft", "ours", "message"
"""Classes of bounces: gone for good; perhaps not next time; our policy or reputation; this text."""
UNTOLD_HARD, UNTOLD_SOFT = "hard-bounce", "soft-bounce"
"""The provider says that it is for good, or that it is not, and nothing tells why."""
LESS_THAN_GONE = frozenset({"server-trouble", "slow-down", "greylisted", "protocol"})
"""What a code may say of an address that a provider calls gone."""
PROOFS = frozenset(
    {Told.DELIVERED, Told.OPENED, Told.CLICKED, Told.UNSUBSCRIBED, Told.REPLIED, Told.ANSWERED}
)
"""What can only be told of a mail that arrived."""


@dataclass(frozen=True, slots=True)
class MailEvent:
    """``key`` is unique within the provider. ``send_id``: our own id, if the provider gave it back;
    ``remote_id``: the provider's, or the Message-ID."""

    told: Told
    key: str
    name: str
    """What the provider calls it."""
    at: datetime | None = None
    """None: when it came in."""
    send_id: str = ""
    remote_id: str = ""
    also: tuple[str, ...] = ()
    """Of an answer: all numbers that it names, the latest last."""
    recipient: str = field(default="", repr=False)
    reason: str = ""
    """Of a bounce or a deferral, one of ``REASONS``."""
    code: int | None = None
    machine: bool = False
    """The provider holds it for a machine's doing."""
    link: str = ""
    """An address that must be asked to confirm that we want these events."""
    proved: bool = True
    """Its origin. A mail that came in proves nothing of who wrote it: it is believed of a mail of ours only,
    by a Message-ID that none but its recipient can know."""


@dataclass(frozen=True, slots=True)
class Odd:
    """One event that cannot be read: set aside, while the others of its batch go on."""

    index: int
    why: str


def grade(reason: str) -> str:
    found = REASONS.get(reason)
    if found is None or found.whose == "recipient":
        return HARD if found and found.suppress else SOFT
    return OURS if found.whose == "us" else MESSAGE


def why(text: str, *, for_good: bool, gone: bool = False) -> tuple[str, int | None]:
    """Reason and SMTP code in what a provider quotes of the other server. ``for_good``: as the provider sees
    it. ``gone``: its own word, beyond the code, that the address is: words and codes that blame us count for
    more, and so do those that are counted, as of a full mailbox."""
    code = smtp_code(text)
    untold = UNTOLD_HARD if for_good else UNTOLD_SOFT
    said = classify(code or (550 if for_good else 450), text)
    if said.kind is Kind.ACCEPTED or _says_nothing(said, code) or (gone and said.reason in LESS_THAN_GONE):
        return untold, code
    if said.whose != "recipient":
        return said.reason, code
    if for_good and not said.suppress:
        return (said.reason if said.enhanced or code else untold), code
    if not for_good and said.suppress:
        return (said.reason if said.enhanced else untold), code
    return said.reason, code


def _says_nothing(said: Reply, code: int | None) -> bool:
    if said.reason == "refused":
        return not (said.enhanced or "").startswith("5.7.")  # only some may write there: that is told
    return code is None and said.reason == "slow-down"


def state_of(events: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """State of the ledger and its reason, from (what was told, reason); None: nothing that settles it."""
    told = sorted(set(events))
    kinds = {kind for kind, _ in told}
    bounces = [reason for kind, reason in told if kind == Told.BOUNCED]
    final = [reason for reason in bounces if grade(reason) != SOFT]
    if Told.COMPLAINED in kinds:
        return "complained", "complained"
    if final:
        return "bounced", min(final, key=lambda reason: (grade(reason) != HARD, reason))
    if kinds & PROOFS:
        return "delivered", "delivered"
    if bounces:
        return "bounced", bounces[0]
    return ("sent", "accepted") if Told.ACCEPTED in kinds else None


@dataclass(frozen=True, slots=True)
class Tried:
    """One mail to an address: when, and its soft bounce; empty when it arrived."""

    at: datetime
    soft: str


ENOUGH: dict[str, tuple[int, timedelta]] = {
    "no-route": (2, timedelta(hours=24)),
    "mailbox-full": (3, timedelta(days=7)),
    **{reason: (5, timedelta(days=14)) for reason in (UNTOLD_SOFT, "refused", "bad-address")},
}
"""Soft bounces of one reason in a row, over at least so long, after which an address gets no more mail."""
COUNTED = frozenset(name for name, one in REASONS.items() if one.whose == "recipient") - {"greylisted"}
"""A list that lasts is no list: behind it is a policy against us."""
ENOUGH_OF_ANY = (6, timedelta(days=28))
"""The same, whatever their reasons: somebody whose server is in trouble for a month has none."""


def worn_out(tried: Collection[Tried]) -> bool:
    """Whether the latest mails to an address bounced softly so often that it is as good as gone."""
    run: list[Tried] = []
    for one in sorted(tried, key=lambda each: each.at, reverse=True):
        if not one.soft:
            break
        run.append(one)
    rules = [(frozenset({reason}), enough) for reason, enough in ENOUGH.items()]
    for reasons, (times, over) in [*rules, (COUNTED, ENOUGH_OF_ANY)]:
        alike = [one for one in run if one.soft in reasons]
        if len(alike) >= times and alike[0].at - alike[-1].at >= over:
            return True
    return False


def keyed(event: MailEvent, key: str) -> MailEvent:
    return replace(event, key=key)
