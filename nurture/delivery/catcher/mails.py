"""The mails a catcher took: one line each in a log, their bytes in a file beside it, little in memory.

The log is only ever appended to, so that another process (a page, a test after a crash) can read along.
"""

import json
import os
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import cast

KEPT = 10_000
BODIES = ".mails"
HEADERS = BytesHeaderParser(policy=policy.default)
BODY_LIMIT = 100_000
"""Characters of a part that are shown."""


@dataclass(frozen=True, slots=True)
class CaughtSummary:
    """One line of the log."""

    message_id: str
    sender: str
    recipient: str
    subject: str
    received_at: str
    """UTC, ISO 8601."""
    offset: int
    length: int

    @property
    def id(self) -> str:
        return str(self.offset)


@dataclass(frozen=True)
class Caught:
    summary: CaughtSummary
    headers: list[tuple[str, str]]
    html: str
    text: str
    raw: bytes


class MailStore:
    """`log`: where to keep; None: in a temporary folder until `close`. Remembers the last `kept` mails."""

    def __init__(self, log: Path | None = None, *, kept: int = KEPT) -> None:
        self._temporary = None if log else tempfile.TemporaryDirectory(prefix="nurture-mails-")
        self.log = log or Path(cast(tempfile.TemporaryDirectory[str], self._temporary).name) / "mails.jsonl"
        self.bodies = self.log.with_name(self.log.name + BODIES)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._log_file = _append_to(self.log)
        self._bodies_file = _append_to(self.bodies)
        self._seen: deque[CaughtSummary] = deque(maxlen=kept)
        self._read_to = 0
        self._count = 0

    def append(self, raw: bytes, sender: str, recipient: str) -> CaughtSummary:
        headers = HEADERS.parsebytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        os.write(self._bodies_file, raw)
        summary = CaughtSummary(
            message_id=str(headers["Message-ID"] or ""),
            sender=sender,
            recipient=recipient,
            subject=str(headers["Subject"] or ""),
            received_at=datetime.now(UTC).isoformat(),
            offset=os.lseek(self._bodies_file, 0, os.SEEK_CUR) - len(raw),
            length=len(raw),
        )
        # One write: a line is there wholly or not at all, whoever is killed.
        os.write(self._log_file, (json.dumps(asdict(summary)) + "\n").encode())
        return summary

    @property
    def count(self) -> int:
        """Of all mails in the log, also of those no longer remembered."""
        self._read_along()
        return self._count

    def all(self) -> list[CaughtSummary]:
        """Oldest first."""
        self._read_along()
        return list(self._seen)

    def recent(self, limit: int = 100, search: str = "") -> list[CaughtSummary]:
        """Newest first; `search` in addresses, subject and Message-ID."""
        self._read_along()
        wanted = search.strip().lower()
        found = (summary for summary in reversed(self._seen) if not wanted or wanted in _searched(summary))
        return [summary for summary, _ in zip(found, range(limit), strict=False)]

    def get(self, mail_id: str) -> Caught | None:
        self._read_along()
        summary = next((summary for summary in self._seen if summary.id == mail_id), None)
        if summary is None:
            return None
        with self.bodies.open("rb") as bodies:
            bodies.seek(summary.offset)
            return _caught(summary, bodies.read(summary.length))

    def close(self) -> None:
        os.close(self._log_file)
        os.close(self._bodies_file)
        if self._temporary:
            self._temporary.cleanup()

    def _read_along(self) -> None:
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            for line in log:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                self._seen.append(CaughtSummary(**json.loads(line)))
                self._count += 1


def read_log(log: Path) -> Iterator[CaughtSummary]:
    """All of it, also more than a store remembers."""
    with log.open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                yield CaughtSummary(**json.loads(line))


def _append_to(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _searched(summary: CaughtSummary) -> str:
    return f"{summary.recipient}\n{summary.sender}\n{summary.subject}\n{summary.message_id}".lower()


def _caught(summary: CaughtSummary, raw: bytes) -> Caught:
    mail = message_from_bytes(raw, policy=policy.default)
    headers = [(name, str(value)) for name, value in mail.items()]
    return Caught(summary, headers, _part(mail, "html"), _part(mail, "plain"), raw)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    return str(cast(EmailMessage, part).get_content())[:BODY_LIMIT]
