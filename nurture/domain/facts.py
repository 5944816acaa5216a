"""What is known of a lead at one instant: all that a decision may look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nurture.domain.bant import FIELDS
from nurture.domain.calendars import PLAIN, Calendar
from nurture.domain.position import Mark
from nurture.domain.preferences import NO_WISHES, Wishes

Value = str | int | float | bool | datetime


def changes_of(field: str) -> str:
    """The type of the event that says that a field has another value; an account's change with its leads."""
    owner = field.replace(" ", "").partition(".")[0]
    return f"{'lead' if owner == 'account' else owner}.changed"


@dataclass(frozen=True)
class Click:
    at: datetime
    link: str
    name: str = ""
    """What the message calls the link."""


@dataclass(frozen=True)
class SendFact:
    """The latest send of a step. Machines' opens, clicks and replies are already left out."""

    step: str
    visit: int
    state: str
    """A state of the send ledger, or ``skipped``."""
    at: datetime
    opened: datetime | None = None
    clicks: Sequence[Click] = ()
    replied: datetime | None = None
    bounced: bool = False
    answers: Sequence[tuple[datetime, str]] = ()
    """Survey answers in order of time: (when, which)."""


@dataclass(frozen=True)
class EventFact:
    """Something that happened to the lead, judged not to be a machine's."""

    type: str
    at: datetime
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class HandoffFact:
    state: str
    """``open``, ``accepted``, ``qualified``, ``rejected``, ``expired``, ``cancelled``."""
    reason: str | None
    answered_at: datetime | None
    clock: int = 0
    """How often its clock began."""
    marks: tuple[Mark, ...] = ()
    """The deadlines of that clock."""
    touched: datetime | None = None
    """When a person first acted."""


@dataclass(frozen=True)
class Facts:
    now: datetime
    """Campaign time, UTC."""
    zone: ZoneInfo
    entered: datetime
    calendar: Calendar = PLAIN
    """Of the lead's country."""
    fields: Mapping[str, Value] = field(default_factory=dict)
    """``lead.industry`` -> value; empty fields are left out."""
    stage: str = "lead"
    tags: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    score: int = 0
    fit: int = 0
    account_score: int = 0
    """Of her company, where conditions read it."""
    engagement: int = 0
    scores: Mapping[str, int] = field(default_factory=dict)
    """Further scores by name, where conditions read them."""
    grade: str = ""
    """A to D, by fit; empty where the scoring policy gives none."""
    sends: Mapping[str, SendFact] = field(default_factory=dict)
    events: Sequence[EventFact] = ()
    """In order of time, as far back as the campaign's conditions look."""
    handoffs: Mapping[tuple[str, int], HandoffFact] = field(default_factory=dict)
    """(step, visit) -> the task and its answer."""
    pending: Mapping[str, datetime] = field(default_factory=dict)
    """Event types that came in but are not judged yet -> when they will be."""
    lead: str = ""
    """Her id, which chance goes by."""
    winners: Mapping[str, str] = field(default_factory=dict)
    """Step -> the way that won its test, where one has."""
    replied: datetime | None = None
    """When she, or somebody of her company, wrote back and was not answered yet."""
    handed: bool = False
    """Somebody of sales has her, or a colleague of hers."""
    by_sales: bool = False
    """Somebody of sales has started the journey."""
    rests: datetime | None = None
    """Until when sales wants no marketing messages to her."""
    tracked: bool = True
    """Whether her opens and clicks may be noted."""
    wishes: Wishes = NO_WISHES
    """What she has asked for."""
    no_sms: bool = False
    """She wrote STOP: nothing more by text message, from any campaign."""
    asks_again: bool = False
    """She has unsubscribed, asks for mail again, and has not confirmed it yet."""
    with_sales: bool = False
    """Somebody of sales has her, or is to do something for her; where a condition asks."""
    gone: str | None = None
    """``unsubscribed``, ``complained``, ``bounced`` or ``erased``: leaves every campaign under that name."""

    @property
    def bant(self) -> int:
        """How many of budget, authority, need and timing are known."""
        return sum(name in self.fields for name in FIELDS.values())


def as_of(facts: Facts, instant: datetime) -> Facts:
    """The facts without what happened after ``instant``; fields, score and stage stay as they are now."""
    return replace(
        facts,
        now=instant,
        events=[event for event in facts.events if event.at <= instant],
        sends={step: _send_as_of(send, instant) for step, send in facts.sends.items()},
    )


def _send_as_of(send: SendFact, instant: datetime) -> SendFact:
    return replace(
        send,
        opened=send.opened if send.opened and send.opened <= instant else None,
        clicks=[click for click in send.clicks if click.at <= instant],
        replied=send.replied if send.replied and send.replied <= instant else None,
        answers=[answer for answer in send.answers if answer[0] <= instant],
    )
