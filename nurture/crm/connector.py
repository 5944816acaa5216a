"""What every CRM looks like to us: one way to push one change, and two ways to fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

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
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Those that the dictionary declares, without the ``lead.`` before."""


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


@dataclass(frozen=True)
class Pushed:
    remote_id: str | None = None


class CrmDown(NurtureError):
    """It may work later: the change waits. ``kind`` says why in a word or two, without personal data."""

    def __init__(self, kind: str, retry_after: float | None = None) -> None:
        super().__init__(f"the CRM did not take it ({kind})")
        self.kind = kind
        self.retry_after = retry_after
        """Seconds for which the CRM asked us to stay away; None: it did not ask."""


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
