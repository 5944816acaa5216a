"""What `POST /api/events` takes: one event, a list of them, or {"events": [...]}."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import from_json

from nurture.domain.own_events import RESERVED
from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent
from nurture.services.records import RecordRef

MOST_EVENTS = 10_000
DEEPEST = 8
MOST_VALUES = 500
MOST_FIELDS = 100
LARGEST = 2**63
TYPE = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")

Text = Annotated[str, Field(min_length=1, max_length=320, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _instant(value: object) -> object:
    # Strict everywhere, but JSON has no type for instants; a number could be seconds or milliseconds.
    if not isinstance(value, str):
        raise ValueError("expected a time with its zone, such as 2026-03-02T10:00:00Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("expected a time with its zone, such as 2026-03-02T10:00:00Z") from None


class Given(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class Identity(Given):
    kind: Annotated[str, Field(min_length=1, max_length=30, pattern=r"^[^\x00-\x1f\x7f]+$")]
    value: Text


class Whose(Given):
    email: Text | None = None
    id: Text | None = None
    identity: Identity | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if (self.email, self.id, self.identity).count(None) != 2:
            raise ValueError("expected one of email, id, or identity")
        return self

    def ref(self) -> LeadRef:
        identity = (self.identity.kind, self.identity.value) if self.identity else None
        return LeadRef(self.email or "", self.id or "", identity)


class Record(Given):
    kind: Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9]*$")]
    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    fields: dict[str, Any] = Field(default_factory=dict)

    @field_validator("fields")
    @classmethod
    def _plain(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) > MOST_FIELDS or any(len(name) > MOST_FIELDS for name in value):
            raise ValueError(f"has more than {MOST_FIELDS} fields, or a name that is longer")
        for part in value.values():
            problem = "is a list or an object" if isinstance(part, dict | list) else _problem(part, 1, 1)
            if problem:
                raise ValueError(f"a field {problem}")
        return value

    def ref(self) -> RecordRef:
        return RecordRef(self.kind, self.id, self.fields)


class Event(Given):
    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    """The sender's own: the same again is the same event."""
    type: Annotated[str, Field(max_length=100)]
    lead: Whose
    occurred_at: Annotated[AwareDatetime, BeforeValidator(_instant)] | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    record: Record | None = None

    @field_validator("type")
    @classmethod
    def _a_type_for_others(cls, value: str) -> str:
        if not TYPE.fullmatch(value):
            raise ValueError("expected words with a dot between, such as page.viewed")
        if value in RESERVED:
            raise ValueError("Nurture makes events of this type itself")
        return value

    @field_validator("data")
    @classmethod
    def _storable(cls, value: dict[str, Any]) -> dict[str, Any]:
        if len(value) <= MOST_FIELDS and all(map(_is_plain, chain(value, value.values()))):
            return value  # nearly all are: they need no second look
        for number, (part, depth) in enumerate(_parts(value)):
            if problem := _problem(part, depth, number):
                raise ValueError(problem)
        return value


class BadBody(Exception):
    """The body as a whole cannot be used; ``status`` is the answer's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True, slots=True)
class Refused:
    key: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Body:
    events: list[NewEvent | Refused]
    """In the order given."""
    single: bool


def read_body(raw: bytes, source: str, header_key: str | None) -> Body:
    """``header_key``: the Idempotency-Key, the id of a single event that has none. Raises BadBody."""
    found = _parsed(raw)
    if isinstance(found, dict) and "events" in found:
        found = found["events"]
    if isinstance(found, list):
        if not 1 <= len(found) <= MOST_EVENTS:
            raise BadBody(422, f"a batch has 1 to {MOST_EVENTS:,} events; this one has {len(found):,}")
        return Body([_read(item, source) for item in found], single=False)
    if not isinstance(found, dict):
        raise BadBody(422, 'expected an event, a list of events, or {"events": [...]}')
    if header_key is not None:
        found.setdefault("id", header_key)
    return Body([_read(found, source)], single=True)


def _parsed(raw: bytes) -> Any:
    """Raises BadBody."""
    try:
        return from_json(raw, allow_inf_nan=False)
    except ValueError:
        pass
    # The quick parser stops at half a character (an emoji cut in two): that may cost one event, no batch.
    try:
        return json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadBody(400, "the body is not JSON") from None


def _no_number(text: str) -> None:
    raise ValueError(text)


def _read(item: object, source: str) -> NewEvent | Refused:
    try:
        event = Event.model_validate(item)
    except ValidationError as error:
        key = item.get("id") if isinstance(item, Mapping) else None
        return Refused(_printable(key) if isinstance(key, str) else None, "; ".join(_lines(error)))
    record = event.record.ref() if event.record else None
    return NewEvent(
        source, event.id, event.type, event.lead.ref(), event.occurred_at, event.data, record=record
    )


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _lines(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        place = ".".join(str(part) for part in problem["loc"])
        text = problem["msg"].removeprefix("Value error, ")
        yield f"{_printable(place)}: {text[0].lower()}{text[1:]}" if place else text


def _is_plain(part: object) -> bool:
    """A short way for what has no parts and no problem."""
    if isinstance(part, str):
        return part.isascii() and "\0" not in part
    return part is None or isinstance(part, bool)


def _parts(value: object, depth: int = 0) -> Iterator[tuple[object, int]]:
    yield value, depth
    if depth > DEEPEST:
        return
    inner: Iterable[object] = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        inner = chain(value, value.values())
    for part in inner:
        yield from _parts(part, depth + 1)


def _problem(part: object, depth: int, number: int) -> str | None:
    """What PostgreSQL cannot store; one such event must not take its batch with it."""
    if depth > DEEPEST:
        return f"nested deeper than {DEEPEST}"
    if number > MOST_VALUES:
        return f"more than {MOST_VALUES} values"
    if isinstance(part, str) and ("\0" in part or _printable(part) != part):
        return "has a NUL, or half a character"
    too_large = isinstance(part, int | float) and (not math.isfinite(part) or abs(part) >= LARGEST)
    return "a number is too large" if too_large else None
