"""What a worker process of these tests is told: one line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Self

CRASHED = 77
"""The exit code of a worker that ended itself at a named point."""
NOT_YET = 75
"""Of one that found no Temporal server; whoever supervises it starts it again."""


@dataclass(frozen=True)
class Orders:
    database: str
    temporal: str
    smtp_port: int
    data_dir: str
    namespace: str = "default"
    crash_at: str = ""
    """A named point of the engine: the process ends there, without any farewell."""
    crash_after: int = 0
    """How often that point is passed before."""
    points: str = ""
    """A file that gets a line for each point that is reached."""
    speed: float = 1.0
    """Campaign seconds per second of the machine."""
    began: str = ""
    crm_url: str = ""
    crm: str = ""
    """Which one; empty: the webhook's."""
    part: str = ""
    """Of ``tests.chaos.parts``: that and nothing else, without Temporal."""
    hook_key: str = ""
    """Proves webhooks of Postmark, by which mail is sent then."""
    silence: float = 3.0
    """Seconds after which Temporal takes a worker for gone; a mail is its own for twice as long."""
    naive: bool = False
    """Mails are sent as people do it without a ledger."""

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Self:
        return cls(**json.loads(line))

    def crashing(self, point: str, after: int = 0) -> Orders:
        return replace(self, crash_at=point, crash_after=after)

    @property
    def start(self) -> datetime:
        return datetime.fromisoformat(self.began) if self.began else datetime.now(UTC)
