"""The mailbox of replies and reports, read over IMAP; nothing in it is changed, also not what is unread."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import parse_qs, unquote, urlsplit

from nurture.delivery.mailbox_token import OAuth

SECONDS = 30.0
"""For one answer of the server."""
LARGEST = 1_000_000
"""Bytes read of a mail: what it is about stands at its beginning."""
BACK = timedelta(days=7)
"""How far back a mailbox is read that was never read before."""
AT_ONCE = 50
UID = re.compile(rb"UID (\d+)")
TROUBLE = (imaplib.IMAP4.error, OSError, ValueError)
"""What reading may raise."""


class NotGiven(imaplib.IMAP4.error):
    """The server does not hand this mail out, or breaks off over it."""

    def __init__(self, uid: int, kind: str) -> None:
        super().__init__(f"mail {uid}: {kind}")
        self.uid = uid


@dataclass(frozen=True)
class Mailbox:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    tls: bool
    ca_file: str | None = None
    oauth: OAuth | None = None
    """None: a password opens it."""


@dataclass(frozen=True)
class Fetched:
    uid: int
    raw: bytes = field(repr=False)


def mailbox_of(url: str) -> Mailbox:
    """``imaps://user:password@host:993/Folder``; ``imap`` encrypts too, by STARTTLS, unless the host is this
    machine. ``?ca=FILE`` trusts these certificates, ``?token_url=...&client_id=...`` makes the password a
    refresh token."""
    parts = urlsplit(url)
    more = {name: values[0] for name, values in parse_qs(parts.query).items()}
    password = unquote(parts.password or "")
    oauth = None
    if token_url := more.get("token_url"):
        oauth = OAuth(token_url, more.get("client_id", ""), password, more.get("client_secret", ""))
    encrypted = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname or "",
        port=parts.port or (993 if encrypted else 143),
        user=unquote(parts.username or ""),
        password="" if oauth else password,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=encrypted,
        ca_file=more.get("ca"),
        oauth=oauth,
    )


@contextlib.contextmanager
def opened(box: Mailbox, token: str = "") -> Iterator[tuple[imaplib.IMAP4, int]]:
    """Signed in, the folder open for reading only, with its UIDVALIDITY. ``token``: of a mailbox that takes
    no password. Raises one of TROUBLE."""
    with contextlib.closing(_Ending(_connected(box))) as ending:
        client = ending.client
        if box.oauth:
            client.authenticate("XOAUTH2", _bearer(box.user, token))
        else:
            _sign_in(client, box)
        kind, _ = client.select(on_the_wire(box.folder), readonly=True)
        if kind != "OK":
            raise imaplib.IMAP4.error(f"no folder ({kind})")
        known = client.response("UIDVALIDITY")[1]
        yield client, int(known[0]) if known and known[0] else 0


@dataclass(frozen=True)
class _Ending:
    """A server that breaks off does not take a good-bye; what was read before counts all the same."""

    client: imaplib.IMAP4

    def close(self) -> None:
        for end in (self.client.logout, self.client.shutdown):
            with contextlib.suppress(*TROUBLE):
                end()


def _sign_in(client: imaplib.IMAP4, box: Mailbox) -> None:
    """LOGIN takes ASCII alone."""
    if f"{box.user}{box.password}".isascii():
        client.login(box.user, box.password)
    else:
        client.authenticate("PLAIN", lambda _: f"\0{box.user}\0{box.password}".encode())


def on_the_wire(folder: str) -> str:
    """Quoted, other letters than ASCII as RFC 3501, 5.1.3 has them."""
    made = "".join(
        "".join(letters) if plain else _shifted("".join(letters))
        for plain, letters in groupby(folder.replace("&", "&-"), lambda letter: " " <= letter <= "~")
    )
    return '"' + made.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(letters: str) -> str:
    packed = b64encode(letters.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{packed}-"


def _bearer(user: str, token: str) -> Callable[[bytes], bytes]:
    """To the server's words about a token that it refuses the answer is empty; then it says no."""

    def answer(asked: bytes) -> bytes:
        return b"" if asked else f"user={user}\x01auth=Bearer {token}\x01\x01".encode()

    return answer


def _connected(box: Mailbox) -> imaplib.IMAP4:
    trust = ssl.create_default_context(cafile=box.ca_file)
    if box.tls:
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=trust, timeout=SECONDS)
    client = imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
    if box.host not in ("127.0.0.1", "::1", "localhost"):  # a password goes over no open line
        client.starttls(trust)
    return client


def after(
    client: imaplib.IMAP4, last: int | None, now: datetime, passed: Collection[int] = ()
) -> Iterator[Fetched]:
    """Mails above a UID, the oldest first; those of the last week where none was read. ``passed``: UIDs that
    are left out. Raises TROUBLE, NotGiven of one mail."""
    asked = f"UID {last + 1}:*" if last else f"SINCE {imaplib.Time2Internaldate(now - BACK)[1:12].strip()}"
    kind, answer = client.uid("SEARCH", asked)
    if kind != "OK":
        raise imaplib.IMAP4.error("the server does not search")
    found = sorted({int(number) for line in answer if line for number in line.split()} - set(passed))
    # "n:*" gives the last one even where it is below n.
    for uid in [one for one in found if one > (last or 0)][:AT_ONCE]:
        if raw := _fetched(client, uid):
            yield Fetched(uid, raw)


def _fetched(client: imaplib.IMAP4, uid: int) -> bytes:
    """Empty: somebody has taken it away in between."""
    try:
        kind, answer = client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
    except TROUBLE as error:
        raise NotGiven(uid, type(error).__name__) from None
    if kind != "OK":
        raise NotGiven(uid, kind)
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")
