"""What every mail provider must do, and the six ways a delivery can end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bare addresses, one recipient: a refusal must say who was refused."""

    sender: str
    recipient: str
    send_id: str = ""
    """The ledger's id, for a provider that gives it back with what becomes of the mail; the same for every
    try."""
    account: str = ""
    """Which of several accounts carries it; empty: there is one."""
    again_until: float | None = None
    """Of a mail that was handed over before and had no answer: the machine's time until which its key is
    trusted. None: it was not."""


@dataclass(frozen=True, slots=True)
class KeyLife:
    """Of the idempotency keys of an account: a call that is repeated under one has no second effect."""

    seconds: float
    """From the first call on, less what clocks may be apart."""
    place: str
    """A number of the account at its provider: keys hold nowhere else."""


class Verdict(StrEnum):
    SENT = "sent"
    RETRY = "retry"
    """The recipient's server deferred this mail."""
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    """Handed over, no answer that tells. Never send again by itself."""
    UNREACHED = "unreached"
    """Nothing was handed over, and the fault is ours or the channel's: safe to try again later."""
    FENCED = "fenced"
    """`mark` answered False: nothing was handed over."""


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    code: int | None
    enhanced: str | None
    text: str = field(repr=False)
    """What the other side said. May hold an address: for the ledger and incidents only."""
    reason: str
    """One of `nurture.domain.bounces.REASONS`, or of the channel's own names in the provider's file."""
    remote_id: str = ""
    """What the provider calls the mail that it took."""
    channel: bool = False
    """UNREACHED, and so will be every other mail through this account until somebody or time helps."""
    retry_after: float | None = None
    """Seconds for which the provider wants to hear nothing."""


Mark = Callable[[], Awaitable[bool]]
"""Asked once, at the last moment before the mail is handed over: may it go?"""


class Provider(Protocol):
    name: str

    async def deliver(self, mail: bytes, envelope: Envelope, mark: Mark) -> Outcome: ...

    async def close(self) -> None: ...
