"""Which deal, order or other record an event is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nurture.domain.facts import EventFact


def about(kind: str, key: str) -> dict[str, object]:
    """What an event about a record carries in its data."""
    return {"record": {"kind": kind, "id": key}}


def key_in(kind: str, data: Mapping[str, object]) -> str | None:
    """The record of this kind that an event is about."""
    record = data.get("record")
    if not isinstance(record, Mapping) or record.get("kind") != kind:
        return None
    return str(record.get("id"))


def of_record(kind: str, key: str, events: Iterable[EventFact]) -> list[EventFact]:
    """Without what happened to other records of the kind."""
    return [event for event in events if key_in(kind, event.data) in (None, key)]
