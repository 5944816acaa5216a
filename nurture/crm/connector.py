"""What every CRM looks like to us: one way to push one change, and two ways to fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

from nurture.crm.remote import Page, Pages, Seen, Whom
from nurture.delivery.hooks import Call
from nurture.domain.crm_policy import CrmMapping
from nurture.domain.errors import NurtureError

What = Literal["lead", "stage", "score", "owner", "handoff", "erasure"]


@dataclass(frozen=True)
class Person:
    """The lead as it stands at the moment of pushing; of an erased one only the id is left."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    country: str | None = None
    company: str | None = None
    """The domain of the account."""
    stage: str | None = None
    score: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Those that the dictionary declares, without the ``lead.`` before."""


@dataclass(frozen=True)
class Task:
    """A handoff as it stands at the moment of pushing."""

    id: str
    """The handoff's; the same in every try."""
    subject: str
    text: str
    due: datetime
    created_at: datetime
    owner: str | None = None
    """Their address."""
    done: bool = False
    remote_id: str | None = None
    deal: Literal["won", "lost"] | None = None
    amount: float | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Known:
    """What the last comparison with the CRM left behind."""

    base: Mapping[str, str] | None = None
    """Their field -> what stood on both sides; None: never compared."""
    gone: bool = False
    """They were deleted there: nothing makes them anew."""


@dataclass(frozen=True)
class Change:
    id: str
    """The same for every try of this change: an idempotency key of letters, digits and underscores."""
    what: What
    lead: Person
    values: Mapping[str, Any]
    occurred_at: datetime
    remote_id: str | None = None
    """What the CRM called the lead when it was pushed before."""
    mapping: CrmMapping = CrmMapping()
    known: Known = Known()
    task: Task | None = None
    """Of a handoff, and of its owner."""
    note: str = ""
    """Written beside the lead, once for each change."""


@dataclass(frozen=True)
class Pushed:
    remote_id: str | None = None
    base: Mapping[str, str] | None = None
    """As ``Known.base`` is from now on."""
    take: Mapping[str, str] = field(default_factory=dict)
    """Our field -> what a person says in the CRM, and we have otherwise."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Their field -> what was left as it stands there."""
    task_id: str | None = None
    park: Sequence[tuple[str, str]] = ()
    """What a person must see to: a word for the kind, and the reason."""


class CrmDown(NurtureError):
    """It may work later: the change waits. ``kind`` says why in a word or two, without personal data."""

    def __init__(
        self, kind: str, retry_after: float | None = None, base: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"the CRM did not take it ({kind})")
        self.kind = kind
        self.base = base
        """As ``Known.base`` is from now on: some of it may be written. None: as it was."""
        self.retry_after = retry_after
        """Seconds for which the CRM asked us to stay away; None: it did not ask."""


class CrmSpent(CrmDown):
    """The calls of the day are used up but for a reserve: only handoffs go on."""


class CrmRefused(NurtureError):
    """It will never work as it is: shown to people, and the others go on."""

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(f"the CRM refused it ({kind})")
        self.kind = kind
        self.text = text
        """What the CRM said; may hold personal data, so it goes to the incidents only."""


class CrmGone(NurtureError):
    """The CRM wants nothing from us any more: nothing is pushed until a person says so."""


class Connector(Protocol):
    name: str

    async def push(self, change: Change) -> Pushed:
        """Returns when the CRM has it; again with the same id does no harm.

        Raises CrmDown, CrmRefused, CrmGone.
        """
        ...

    async def close(self) -> None: ...


Outcome = Pushed | CrmDown | CrmRefused | CrmGone


@runtime_checkable
class Batches(Protocol):
    async def push_many(self, changes: Sequence[Change], *, urgent: bool) -> Sequence[Outcome]:
        """One outcome for each, in their order; a bad one leaves the others alone. ``urgent``: they may use
        the calls of the day that are kept in reserve."""
        ...


@dataclass(frozen=True)
class Would:
    """What a push would do, field by field."""

    lead_id: str
    remote_id: str | None
    new: bool
    push: Mapping[str, str]
    take: Mapping[str, str]
    kept: Mapping[str, str]


class Checked(Protocol):
    """Whose mapping can be tried without writing anything."""

    name: str

    async def would(self, changes: Sequence[Change]) -> Sequence[Would]:
        """What pushing would write. Raises CrmDown or CrmRefused."""
        ...

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        """What the CRM lacks that the mapping and we need, one line for people each. Raises CrmDown."""
        ...

    async def close(self) -> None: ...


class Tells(Checked, Protocol):
    """A CRM that cannot be looked at: what it tells is all that is known."""

    async def told(self, cursor: str) -> Pages | None:
        """What has happened there since; None: it can only call us. Raises CrmDown, CrmRefused or CrmGone."""
        ...


@runtime_checkable
class Pulls(Checked, Protocol):
    """A CRM that is looked at."""

    async def changed(self, cursor: str) -> Page:
        """Whoever has changed since; an empty cursor begins now. May name somebody again. Raises CrmDown."""
        ...

    async def look(self, people: Sequence[Whom], mapping: CrmMapping) -> Sequence[Seen]:
        """Those whom the CRM knows, with all that stands beside them. Raises CrmDown."""
        ...


class CrmDoor(Protocol):
    """Where one CRM calls us."""

    name: str
    says: str
    """What the CRM wants to hear when it was kept."""

    def proved(self, call: Call, uri: str, now: datetime) -> str:
        """The number of this call, the same when it is repeated. Raises Forged."""
        ...


class CrmHook(CrmDoor, Protocol):
    """The webhook of one CRM: it says whom to look at, and nothing else of it is believed."""

    def named(self, call: Call) -> Sequence[Whom]:
        """Whom a proved call is about. Raises ValueError where it cannot be read."""
        ...
