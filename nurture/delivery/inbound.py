"""Mails that came in and are posted to us taken apart: what a provider's form or JSON makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from email.message import Message

from nurture.delivery.incoming import NOT_A_MAIL, READ_AT_MOST, told_by, told_by_mail
from nurture.delivery.reading import LONGEST, clean
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_events import MailEvent, Odd

HEADERS_AT_MOST = 300


def from_raw(raw: str, number: str, returns: ReturnPath | None) -> list[MailEvent | Odd]:
    return told_by(raw[:READ_AT_MOST].encode("utf-8", "surrogateescape"), number, returns)


def from_headers(
    pairs: Iterable[tuple[str, str]], number: str, returns: ReturnPath | None
) -> list[MailEvent | Odd]:
    """Of a mail whose headers are all that matters: who answered what, by hand or by a machine."""
    mail = Message()
    for index, (name, value) in enumerate(pairs):
        if index >= HEADERS_AT_MOST:
            break
        if name.isascii() and name.replace("-", "").isalnum():
            mail[name] = " ".join(clean(value[:LONGEST]).split())
    try:
        return told_by_mail(mail, number, returns)
    except NOT_A_MAIL:
        return [Odd(0, "not a mail")]


def lines_of(text: str) -> list[tuple[str, str]]:
    """Headers as they stand in a mail, folded lines joined."""
    pairs: list[tuple[str, str]] = []
    for line in text.splitlines()[: 4 * HEADERS_AT_MOST]:
        if line[:1] in " \t" and pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            pairs.append((name.strip(), value.strip()))
    return pairs


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Headers as a JSON list of pairs."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    whole = found if isinstance(found, list) else []
    return [(str(one[0]), str(one[1])) for one in whole if isinstance(one, list) and len(one) == 2]
