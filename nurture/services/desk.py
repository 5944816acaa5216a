"""What a service needs beside its transaction: made once in each process, and handed down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from nurture.clock import Clock
from nurture.contract import Rest, send_queue
from nurture.delivery.chat import Room
from nurture.delivery.provider import KeyLife
from nurture.delivery.returns import ReturnPath
from nurture.domain.accounts.routes import Accounts
from nurture.services.library import Library
from nurture.services.rates import Purse
from nurture.services.silences import Silences
from nurture.services.tally import Tally


def _nothing(_point: str) -> None:
    """Nobody listens."""


def _as_it_is(mail: bytes) -> bytes:
    return mail


@dataclass
class Desk:
    clock: Clock
    secrets: tuple[str, ...]
    """Key the HMACs of suppressed addresses; the first is the one in use."""
    base_url: str
    namespace: str
    delivery: str = "smtp"
    allowed: tuple[str, ...] | None = None
    """Addresses and ``@domains`` that may get mail; None: everybody."""
    provider: str = "smtp"
    sender_address: str = "nurture@localhost"
    send_rate: float = 10.0
    """Sends a second over all workers."""
    keys: Mapping[str, KeyLife] = field(default_factory=dict)
    """Of the accounts that take idempotency keys, by the ledger's name of each."""
    accounts: Accounts | None = None
    """None: one account, ``provider``, for everything."""
    tally: Tally = field(default_factory=Tally)
    jitter: timedelta = timedelta(seconds=30)
    """Wake-ups of waits over ten minutes are spread over this, and over eight times as long where many are
    due together."""
    rest: Rest = "hibernate"
    crm: bool = False
    """Whether a CRM is to be told."""
    rooms: tuple[Room, ...] = ()
    """Of Slack and Teams, where tasks are told."""
    library: Library = field(default_factory=Library)
    purse: Purse = field(default_factory=Purse)
    silences: Silences = field(default_factory=Silences)
    sign: Callable[[bytes], bytes] = _as_it_is
    """A composed mail, with our own signature where the settings name a key."""
    returns: ReturnPath | None = None
    """Where reports go that come back; None: to the sender."""
    reached: Callable[[str], None] = _nothing
    """Told each named point of an effect; tests end the process there."""

    def returns_to(self, sender: str, send_id: str) -> str:
        """The sender on the envelope of a mail."""
        return self.returns.of(send_id) if self.returns else sender

    def key_life(self, account: str) -> KeyLife | None:
        return self.keys.get(account or self.provider)

    @property
    def rate(self) -> float:
        """Sends a second by all accounts."""
        if self.accounts is None:
            return self.send_rate
        return sum(one.rate or self.send_rate for one in self.accounts.accounts.values())

    @property
    def sender_domain(self) -> str:
        return self.sender_address.rpartition("@")[2]

    def queue(self, effect: str) -> str:
        """The task queue of an effect, where it is not the journeys' own."""
        return send_queue(self.provider) if effect == "send_message" else ""
