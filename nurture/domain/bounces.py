"""What an SMTP reply says: whether to try again, and whose fault it is (RFC 5321, RFC 3463)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from nurture.domain.bounce_words import blames_us, reason_in

Whose = Literal["recipient", "us", "message"]


class Kind(StrEnum):
    ACCEPTED = "accepted"
    RETRY = "retry"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Reason:
    whose: Whose
    suppress: bool = False
    """True: the address is gone for good; one such bounce ends mail to it."""


REASONS: dict[str, Reason] = {
    "accepted": Reason("recipient"),
    "no-such-mailbox": Reason("recipient", suppress=True),
    "no-such-domain": Reason("recipient", suppress=True),
    "mailbox-disabled": Reason("recipient", suppress=True),
    "moved": Reason("recipient", suppress=True),
    "no-route": Reason("recipient"),  # a second time more than 24 h later is the caller's to count
    "mailbox-full": Reason("recipient"),
    "slow-down": Reason("recipient"),
    "greylisted": Reason("recipient"),
    "server-trouble": Reason("recipient"),
    "refused": Reason("recipient"),
    "hard-bounce": Reason("recipient", suppress=True),  # by the word of a provider that does not say why
    "soft-bounce": Reason("recipient"),
    "bad-address": Reason("recipient"),
    "address-not-supported": Reason("us"),  # needs SMTPUTF8, which our server does not speak
    "policy": Reason("us"),
    "authentication": Reason("us"),
    "sender-refused": Reason("us"),
    "too-large": Reason("message"),
    "content": Reason("message"),
    "protocol": Reason("message"),
}

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")

# Subject and detail of RFC 3463; the class digit says now or never. "x.*" is any detail of a subject.
BY_STATUS: dict[str, str] = {
    "1.1": "no-such-mailbox",
    "1.2": "no-such-domain",
    "1.3": "no-such-mailbox",
    "1.6": "moved",
    "1.7": "sender-refused",
    "1.8": "sender-refused",
    "1.10": "no-such-domain",  # RFC 7505; of Exchange, by the words, a mailbox
    "1.90": "policy",  # Exchange's, of our own limit for a day
    "2.1": "mailbox-disabled",
    "2.2": "mailbox-full",
    "2.3": "too-large",
    **{
        f"2.{detail}": "slow-down" for detail in (121, 122)
    },  # Exchange's: too much for one mailbox in an hour
    "3.1": "server-trouble",
    "3.4": "too-large",
    "4.4": "no-route",
    **{f"4.{detail}": "no-route" for detail in (310, 312)},  # Exchange's, of a domain that DNS does not know
    "5.3": "server-trouble",
    "7.1": "policy",
    **{f"7.{detail}": "authentication" for detail in (23, 25, 26, 27, 29, 30, 31, 32, 40, 509, 515)},
    # Exchange's, of what a mailbox or a group takes, and of addresses that are none.
    **{f"7.{detail}": "refused" for detail in (12, 120, 121, 122, 123, 124, 129, 133, 134, 135, 136)},
    **{f"7.{detail}": "no-such-mailbox" for detail in (504, 505)},
    "7.512": "content",
    "3.*": "server-trouble",
    "4.*": "server-trouble",
    "5.*": "protocol",
    "6.*": "content",
    "7.*": "policy",
}

# A mailbox that defers is not a mailbox that is gone.
WHEN_DEFERRED: dict[str, str] = {
    "no-such-mailbox": "server-trouble",
    "no-such-domain": "server-trouble",
    "mailbox-disabled": "slow-down",
    "moved": "server-trouble",
    "policy": "greylisted",
    "protocol": "server-trouble",
    "refused": "slow-down",
}

OF_SENDERS = re.compile(
    r"\bsender\b( \w+)? ?(<?\S+@\S+)?.{0,20}"
    r"\b(reject|refus|denied|not found|not exist|n.t exist|unknown|invalid|verif)"
)
OF_LISTS = re.compile(r"(block|black|deny) ?list|\b(dnsbl|rbl)\b|spamhaus|reputation|\bspam\b|unsolicited")
VAGUE = frozenset({"1.10", "3.0", "4.0", "4.1", "5.0", "5.1"})
"""Written for whatever did not please a server: its words tell more."""
OF_THE_ADDRESS = frozenset({"no-such-mailbox", "mailbox-disabled", "mailbox-full", "refused"})
"""What is nobody's policy, whatever the code says."""

BY_CODE: dict[int, str] = {
    421: "slow-down",
    450: "slow-down",
    451: "server-trouble",
    452: "server-trouble",
    521: "no-such-domain",
    523: "too-large",
    534: "too-large",
    551: "moved",
    552: "mailbox-full",
    553: "refused",
    556: "no-such-domain",
}


@dataclass(frozen=True, slots=True)
class Reply:
    kind: Kind
    reason: str
    enhanced: str | None
    whose: Whose
    suppress: bool


SMTP_CODE = re.compile(r"(?<![\d.])([245]\d\d)(?=[ -]|:\s|$)(?!-?\d{3,})")


def smtp_code(text: str) -> int | None:
    """The basic code in a reply that somebody quotes; by the enhanced one if that is all there is."""
    if found := SMTP_CODE.search(text):
        return int(found[1])
    status = ENHANCED.search(text)
    return int(status[1]) * 100 + 50 if status else None


def classify(code: int, text: str) -> Reply:
    """The basic code decides between now and never; the enhanced one and the words tell why.

    Raises ValueError for a code that is no final answer (1xx, 3xx, nonsense): the caller must judge.
    """
    kind = _kind(code)
    enhanced = _enhanced(code, text)
    if kind is Kind.ACCEPTED:
        return Reply(kind, "accepted", enhanced, "recipient", suppress=False)
    name = _reason(code, enhanced, text)
    if kind is Kind.RETRY:
        name = WHEN_DEFERRED.get(name, name)
    reason = REASONS[name]
    return Reply(kind, name, enhanced, reason.whose, suppress=reason.suppress and kind is Kind.BOUNCED)


def _kind(code: int) -> Kind:
    match code // 100:
        case 2:
            return Kind.ACCEPTED
        case 4:
            return Kind.RETRY
        case 5:
            return Kind.BOUNCED
    raise ValueError(f"{code} is not a final SMTP reply")


def _enhanced(code: int, text: str) -> str | None:
    # Where the two disagree the basic code's class is the true one; the subject may still tell why.
    found = ENHANCED.search(text)
    return f"{code // 100}.{found[2]}.{found[3]}" if found else None


def _reason(code: int, enhanced: str | None, text: str) -> str:
    by_words = reason_in(text)
    if enhanced:
        status = enhanced.partition(".")[2]
        if by_words and _tell_more(by_words, status, text):
            return by_words
        named = BY_STATUS.get(status) or BY_STATUS.get(f"{status.partition('.')[0]}.*")
        if named:
            return named
    return by_words or BY_CODE.get(code, "refused")


def _tell_more(by_words: str, status: str, text: str) -> bool:
    """Whether the words count for more than subject and detail."""
    subject = status.partition(".")[0]
    if REASONS[by_words].whose == "us" and subject in ("0", "1", "2"):
        # A block-list answer under 5.1.1 must not cost a lead; "policy" alone may stand for anything.
        return status not in BY_STATUS or blames_us(text)
    if subject == "7":
        return status in ("7.0", "7.1") and by_words in OF_THE_ADDRESS
    if status == "2.1":
        return by_words == "slow-down"  # Gmail's, of a mailbox that gets too much just now
    return status in VAGUE or (subject in ("3", "4", "5") and status not in BY_STATUS)
