"""What differs between CRMs with an API: what each has to say, and how it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from nurture.crm.api import Api
from nurture.crm.connector import CrmDown, CrmGone, CrmRefused, Task
from nurture.crm.owners import Owners
from nurture.crm.remote import Page, Seen, Whom
from nurture.domain.crm_policy import CrmMapping

Failure = CrmDown | CrmRefused | CrmGone


@dataclass(frozen=True)
class Write:
    lead_id: str
    email: str = field(repr=False)
    remote_id: str
    """Empty: they are new there."""
    values: Mapping[str, str] = field(repr=False)
    mapping: CrmMapping = CrmMapping()
    linked: bool = True
    """False: they stand there without our id."""


@dataclass(frozen=True)
class Note:
    id: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Placed:
    """What became of a task or a write. ``park``: as ``Pushed.park``."""

    id: str
    park: tuple[tuple[str, str], ...] = ()


class Reading:
    """``lag``: by how much the CRM's lists of changes may be behind, so that the cursor stays behind too."""

    lag: timedelta

    def __init__(self, api: Api, owners: Owners) -> None:
        self._api = api
        self._owners = owners

    async def look(
        self, people: Sequence[Whom], mapping: CrmMapping, *, beside: bool, urgent: bool = False
    ) -> Sequence[Seen]:
        """``beside``: also tasks, calls, meetings, mails and deals."""
        raise NotImplementedError

    async def changed(self, cursor: str) -> Page:
        """Whoever has changed since; an empty cursor begins now."""
        now = datetime.now(UTC)
        if not cursor:
            return Page((), (now - self.lag).isoformat())
        since = datetime.fromisoformat(cursor)
        people, reached = await self._since(since)
        if reached and reached > since:
            return Page(people, reached.isoformat(), more=True)
        return Page(people, max(since, now - self.lag).isoformat())

    async def _since(self, since: datetime) -> tuple[Sequence[Whom], datetime | None]:
        """And how far a list reaches that was cut off; None: none was."""
        raise NotImplementedError


R_co = TypeVar("R_co", bound=Reading, covariant=True)


class Dialect(Generic[R_co]):
    """Every call raises CrmDown when it may work later."""

    name: str

    def __init__(self, api: Api, reading: Callable[[Api, Owners], R_co]) -> None:
        self._api = api
        self._owners = Owners(self._read_owners)
        self.reading = reading(api, self._owners)

    async def write(self, writes: Sequence[Write], *, urgent: bool) -> Sequence[Placed | Failure]:
        """One for each, in their order; the id is what the CRM calls the person."""
        raise NotImplementedError

    async def task(self, task: Task, remote_id: str, lead_id: str) -> Placed:
        """Made or brought up to date, once for each handoff: of one that is there only what is said is
        written. Raises CrmRefused too."""
        raise NotImplementedError

    async def own(self, owner: str, remote_id: str) -> None:
        """Makes somebody the person's owner; whom the CRM does not know, it leaves."""
        raise NotImplementedError

    async def note(self, note: Note, remote_id: str) -> None:
        raise NotImplementedError

    async def deal(self, task: Task, remote_id: str) -> None:
        raise NotImplementedError

    async def erase(self, whom: Whom) -> None:
        raise NotImplementedError

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        raise NotImplementedError

    async def close(self) -> None:
        await self._api.close()

    async def _read_owners(self) -> Mapping[str, tuple[str, ...]]:
        """Address -> its ids."""
        raise NotImplementedError


def instant(value: object) -> datetime | None:
    """Milliseconds, or a text; without a zone it is UTC. None for what is no time."""
    text = str(value or "")
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text) if text else None
    except (ValueError, OverflowError, OSError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC) if found else None
