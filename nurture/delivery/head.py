"""The head of a mail, written so that no text in it is ever read as anything but text: what could be taken
for an encoded word (RFC 2047), another address or a line of its own is encoded. The standard library writes
no header here: it decodes what looks encoded in what a lead typed, and sends what was hidden in it."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterator, Sequence
from quopri import decodestring
from typing import AnyStr

from nurture.delivery.addresses import address_on_the_wire

LINE = 76
ROOM = 52
"""Letters in one encoded word: with the header's name before it, it stays on one line."""
LONGEST_NAME = 200
LONGEST_TEXT = 900
LONGEST_WORD = 200
GAPS = re.compile(r"[ \t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]+")
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""Characters that no header can hold, and half letters."""
PLAIN = re.compile(r"[\x20-\x7e]*")
SPECIAL = re.compile(r'[()<>@,:;.\\"\[\]]')
TOKENS = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
AS_IT_IS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
ENCODED = re.compile(r"=\?utf-8\?([qb])\?([^?\s]*)\?=(?:\s+(?==\?utf-8\?[qb]\?))?", re.IGNORECASE)
MAILBOX = re.compile(r"(.*)<([^<>]*)>\s*", re.DOTALL)


def one_line(text: str) -> str:
    return GAPS.sub(" ", UNSEEN.sub("", text)).strip(" ")


def text_field(name: str, text: str) -> str:
    """Such as a subject."""
    text = one_line(text)[:LONGEST_TEXT].strip(" ")
    words = text.split(" ")
    if not _harmless(text) or max(map(len, words)) > LONGEST_WORD:
        words = list(_encoded(text))
    return _folded(name, words)


def mailbox_field(name: str, shown: str, address: str) -> str:
    """``shown``: the name of whose address it is; may be empty. Raises ValueError where it is not one plain
    address."""
    plain = address_on_the_wire(address)
    if plain is None or UNSEEN.search(plain):
        raise ValueError("not one plain address")
    shown = one_line(shown)[:LONGEST_NAME].strip(" ")
    if not shown:
        return _folded(name, [plain])
    words = [quoted(shown)] if _harmless(shown) else list(_encoded(shown))
    return _folded(name, [*words, f"<{plain}>"])


def token_field(name: str, value: str) -> str:
    """Never folded: many programs read a long address only on one line. Raises ValueError where anything but
    printable ASCII stands in it."""
    if not TOKENS.fullmatch(value) or "=?" in value:
        raise ValueError("not plain")
    return f"{name}: {value}\r\n"


def quoted(name: str) -> str:
    """As it stands before an address."""
    if not SPECIAL.search(name):
        return name
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def read_text(value: str) -> str:
    """What ``text_field`` was given, of what stands behind the colon."""
    return ENCODED.sub(lambda found: _decoded(found[1], found[2]), _unfolded(value)).strip(" ")


def read_mailbox(value: str) -> tuple[str, str]:
    """Name and address."""
    found = MAILBOX.fullmatch(_unfolded(value))
    if not found:
        return "", _unfolded(value).strip(" ")
    shown = found[1].strip(" ")
    if shown[:1] == '"' and shown[-1:] == '"':
        return re.sub(r"\\(.)", r"\1", shown[1:-1]), found[2]
    return read_text(shown), found[2]


def _harmless(text: str) -> bool:
    return PLAIN.fullmatch(text) is not None and "=?" not in text


def _encoded(text: str) -> Iterator[str]:
    """In words of whole letters; readable as it stands, unless that is too long."""
    letters = [_letter(one) for one in text]
    if sum(map(len, letters)) <= 2 * len(text.encode()):
        yield from (f"=?utf-8?q?{''.join(piece)}?=" for piece in _pieces(letters, ROOM))
        return
    for piece in _pieces([one.encode() for one in text], ROOM // 4 * 3):
        yield f"=?utf-8?b?{b64encode(b''.join(piece)).decode()}?="


def _letter(letter: str) -> str:
    if letter == " ":
        return "_"
    return letter if letter in AS_IT_IS else "".join(f"={byte:02X}" for byte in letter.encode())


def _pieces(letters: Sequence[AnyStr], room: int) -> Iterator[list[AnyStr]]:
    piece: list[AnyStr] = []
    used = 0
    for one in letters:
        if used + len(one) > room:
            yield piece
            piece, used = [], 0
        piece.append(one)
        used += len(one)
    yield piece


def _decoded(encoding: str, text: str) -> str:
    if encoding in "qQ":
        raw = decodestring(text.replace("_", " "), header=False)
    else:
        try:
            raw = b64decode(text)
        except Error:
            return text
    return raw.decode("utf-8", "replace")


def _folded(name: str, words: Sequence[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and lines[-1] != lines[0][: len(name) + 1]:
            lines.append("")
        lines[-1] += f" {word}"
    return "".join(f"{line}\r\n" for line in lines)


def _unfolded(value: str) -> str:
    # What is beyond ASCII came as bytes: an address in letters of its own.
    whole = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return re.sub(r"\r?\n(?=[ \t])", "", whole)
