"""Mails that came in and are posted to us taken apart: what a provider's form or JSON makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from email.message import Message

from nurture.delivery.incoming import NOT_A_MAIL, READ_AT_MOST, told_by, told_by_mail
from nurture.delivery.mail_parts import WORDS_AT_MOST, clean_all, without_tags
from nurture.delivery.reading import LONGEST, clean
from nurture.delivery.returns import ReturnPath
from nurture.domain.mail_events import MailEvent, Odd

HEADERS_AT_MOST = 300
OF_THE_PARTS = ("content-transfer-encoding", "mime-version")


def from_raw(
    raw: str, number: str, returns: ReturnPath | None, arrived_at: Sequence[str] = ()
) -> list[MailEvent | Odd]:
    """``arrived_at``: addresses of the envelope, which stand in no header."""
    return told_by(raw[:READ_AT_MOST].encode("utf-8", "surrogateescape"), number, returns, arrived_at)


def from_headers(
    pairs: Iterable[tuple[str, str]], number: str, returns: ReturnPath | None, words: str = ""
) -> list[MailEvent | Odd]:
    """Of a mail without its parts: who answered what, by hand or by a machine. ``words``: as a person reads
    them."""
    mail = Message()
    for index, (name, value) in enumerate(pairs):
        if index >= HEADERS_AT_MOST:
            break
        if name.isascii() and name.replace("-", "").isalnum() and name.lower() not in OF_THE_PARTS:
            mail[name] = " ".join(clean(value[:LONGEST]).split())
    _put(mail, clean_all(words[:WORDS_AT_MOST]))
    try:
        return told_by_mail(mail, number, returns)
    except NOT_A_MAIL:
        return [Odd(0, "not a mail")]


def _put(mail: Message, words: str) -> None:
    """What it was made of stays told: a report, say."""
    part = Message()
    part.set_payload(words, "utf-8")
    if mail.get_content_maintype() == "multipart":
        mail.attach(part)
    elif words:
        del mail["Content-Type"]
        mail.set_payload(words, "utf-8")


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


def words_of(plain: str, html: str) -> str:
    return plain if plain.strip() else without_tags(html)
