"""What an SMTP reply says: whether to try again, and whose fault it is (RFC 5321, RFC 3463)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

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
    "1.10": "no-such-domain",
    "2.1": "mailbox-disabled",
    "2.2": "mailbox-full",
    "2.3": "too-large",
    "3.1": "server-trouble",
    "3.4": "too-large",
    "4.4": "no-route",
    "4.310": "no-route",  # Exchange's, of a domain that DNS does not know
    "5.3": "server-trouble",
    "7.1": "policy",
    **{f"7.{detail}": "authentication" for detail in (23, 25, 26, 27, 29, 30, 31, 32, 40, 509, 515)},
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
# Looked for in the lower-cased reply; what blames us comes first, as no lead may be lost by it.
BY_WORDS: dict[re.Pattern[str], str] = {
    OF_SENDERS: "sender-refused",
    OF_LISTS: "policy",
    re.compile(
        r"\bpolic(y|ies)\b"
        r"|(?<!account )(?<!account is )(?<!account has been )(?<!mailbox )(?<!mailbox is )\bblocked\b"
        r"|relay(ing)? (not permitted|access denied|denied)|unable to relay|not accept mail from|\bhelo\b"
        r"|ask your postmaster|\bip=\d|\b(dmarc|dkim|spf|rdns|ptr)\b|reverse dns|administrative prohibition"
        r"|(mail|message) (reject[eé]|rejected|refus[eé]|refused)\b"
    ): "policy",
    re.compile(
        r"(over|exceed\w*)[ -]?quota|quota.{0,20}exceed|box (is )?full|mailbox\b.{0,40}\bfull\b"
        r"|postfach (ist )?voll|bo[iî]te.{0,20}pleine|casella.{0,10}piena|buz[oó]n.{0,10}lleno"
        r"|zu ?viele mails"
    ): "mailbox-full",
    re.compile(r"gr[ea]y-?list"): "greylisted",
    re.compile(r"per hour\b|rate limit|too many (messages|connections)|limit for the number"): "slow-down",
    re.compile(
        r"(user|mailbox|recipient|address|account)\b.{0,40}\b(unknown|not (be )?found|not known|not listed)"
    ): "no-such-mailbox",
    re.compile(r"(user|mailbox|recipient|address|account)\b.{0,40}\bdoes ?n[o']t exist"): "no-such-mailbox",
    re.compile(
        r"(no such|unknown|invalid|non-?existent) (user|mailbox|recipient|address|account)|no mailbox here"
        r"|(user|recipient) does ?n[o']t have an? "
        r"|(benutzer|empf[aä]nger|adresse).{0,20}(unbekannt|existiert nicht)"
        r"|unbekannter (benutzer|empf[aä]nger)|(adresse|destinataire|utilisateur) inconnue?"
        r"|(usuario|destinatario) desconocido|(utente|destinatario) sconosciuto"
    ): "no-such-mailbox",
    re.compile(
        r"(account|mailbox|user|recipient)\b.{0,30}\b(disabled|inactive|deactivated|closed|discontinued)"
    ): "mailbox-disabled",
    re.compile(r"too (large|big)|size limit"): "too-large",
}

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
    by_words = next((name for pattern, name in BY_WORDS.items() if pattern.search(text.lower())), None)
    if enhanced:
        subject, detail = enhanced.split(".")[1:]
        if by_words and REASONS[by_words].whose == "us" and subject in ("0", "1", "2"):
            # A block-list answer under 5.1.1 must not cost a lead; "policy" alone may stand in a link.
            sure = OF_SENDERS.search(text.lower()) or OF_LISTS.search(text.lower())
            if sure or f"{subject}.{detail}" not in BY_STATUS:
                return by_words
        named = BY_STATUS.get(f"{subject}.{detail}") or BY_STATUS.get(f"{subject}.*")
        if named:
            return named
    return by_words or BY_CODE.get(code, "refused")
