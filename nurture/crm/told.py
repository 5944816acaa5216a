"""The messages by which a CRM that cannot be looked at tells what people do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from nurture.crm.remote import Act, Doer, Reply, Sale, Told, Whom
from nurture.delivery.reading import instant
from nurture.domain.crm_merge import text
from nurture.domain.crm_policy import NO_MAIL

Data = Mapping[str, Any]
Read = Callable[[Data, Doer], Mapping[str, Any]]
MOST = 500
"""Changes of one message or page."""
LONGEST = 200
"""Characters of an id."""
NOTE = 2000


class Unreadable(ValueError):
    """Says what is wrong, naming nobody."""


def read(body: bytes) -> Sequence[Told | str]:
    """What a proved message, or an answered question, tells, in its order; a text says why one of its changes
    cannot be read. Raises Unreadable where nothing of it can."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None
    rows = found.get("changes", [found]) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise Unreadable("it is no object, and `changes` of it no list")
    if len(rows) > MOST:
        raise Unreadable(f"it tells of more than {MOST} changes at once")
    return [_one(row) for row in rows]


def _one(row: Any) -> Told | str:
    try:
        return _told(row)
    except Unreadable as error:
        return str(error)


def _told(row: Any) -> Told:
    if not isinstance(row, dict) or not isinstance(data := row.get("data"), dict):
        raise Unreadable("a change is an object with `type`, `timestamp` and `data`")
    kind = row.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise Unreadable(f"`type` must be one of {', '.join(TYPES)}")
    by = _doer(data.get("by"), _time(row.get("timestamp")))
    return Told(_whom(data.get("person")), by, **TYPES[kind](data, by))


def _time(given: Any) -> datetime | None:
    found = instant(given)
    if given is not None and found is None:
        raise Unreadable("`timestamp` is no time")
    return found


def _whom(given: Any) -> Whom:
    person = _object(given, "person")
    found = Whom(_id(person, "nurture_id"), _id(person, "id"), _id(person, "email"))
    if not (found.lead_id or found.remote_id or found.email):
        raise Unreadable("`person` needs an `id`, a `nurture_id` or an `email`")
    return found


def _doer(given: Any, at: datetime | None) -> Doer:
    """Whoever is not said to be a program is a person."""
    by = {} if given is None else _object(given, "by")
    return Doer(by.get("machine") is not True, _id(by, "user").casefold(), at)


def _object(given: Any, name: str) -> Data:
    if not isinstance(given, dict):
        raise Unreadable(f"`{name}` must be an object")
    return given


def _id(given: Data, name: str, *, must: bool = False) -> str:
    value = given.get(name)
    good = value is None or (isinstance(value, str | int) and not isinstance(value, bool))
    found = "" if value is None else str(value).strip()
    if not good or len(found) > LONGEST or (must and not found):
        raise Unreadable(f"`{name}` must be a text or a whole number, of {LONGEST} characters at most")
    return found


def _values(data: Data, _by: Doer) -> Mapping[str, Any]:
    given = _object(data.get("values"), "values")
    if any(isinstance(value, list | dict) for value in given.values()):
        raise Unreadable("`values` are texts, numbers, yes or no, or nothing")
    return {"values": {name: text(value) for name, value in given.items()}}


def _stage(data: Data, _by: Doer) -> Mapping[str, Any]:
    return {"values": {"stage": text(_id(data, "stage", must=True))}}


def _owner(data: Data, _by: Doer) -> Mapping[str, Any]:
    return {"owner": _id(data, "owner", must=True).casefold()}


def _completed(data: Data, by: Doer) -> Mapping[str, Any]:
    number = _id(_object(data.get("task"), "task"), "id", must=True)
    return {"act": Act("task", number, by, handoff=number)}


def _answered(data: Data, by: Doer) -> Mapping[str, Any]:
    task = _object(data.get("task"), "task")
    number, said = _id(task, "id", must=True), text(_id(task, "answer", must=True))
    reply = Reply(said, text(_id(task, "reason")), str(task.get("note") or "")[:NOTE])
    return {"act": Act("task", f"{number}/{said}"[:LONGEST], by, handoff=number, reply=reply)}


def _logged(kind: Literal["call", "meeting", "mail"]) -> Read:
    def read_it(data: Data, by: Doer) -> Mapping[str, Any]:
        return {"act": Act(kind, _id(_object(data.get(kind), kind), "id", must=True), by)}

    return read_it


def _deal(state: Literal["open", "won", "lost"]) -> Read:
    def read_it(data: Data, by: Doer) -> Mapping[str, Any]:
        deal = _object(data.get("deal"), "deal")
        amount = deal.get("amount")
        if amount is not None and (isinstance(amount, bool) or not isinstance(amount, int | float)):
            raise Unreadable("`amount` must be a number")
        currency = _id(deal, "currency").upper() or None
        return {"sale": Sale(_id(deal, "id", must=True), state, by, amount, currency)}

    return read_it


def _unwilling(_data: Data, _by: Doer) -> Mapping[str, Any]:
    return {"values": {NO_MAIL: "true"}}


def _deleted(_data: Data, _by: Doer) -> Mapping[str, Any]:
    return {"gone": True}


def _merged(data: Data, _by: Doer) -> Mapping[str, Any]:
    """``person`` is who is left."""
    was = data.get("was")
    if not isinstance(was, list) or not was:
        raise Unreadable("`was` must be a list of ids")
    return {"was": tuple(_id({"was": one}, "was", must=True) for one in was[:MOST])}


TYPES: Mapping[str, Read] = {
    "person.changed": _values,
    "stage.changed": _stage,
    "owner.changed": _owner,
    "task.completed": _completed,
    "task.answered": _answered,
    "call.logged": _logged("call"),
    "meeting.logged": _logged("meeting"),
    "mail.logged": _logged("mail"),
    "deal.opened": _deal("open"),
    "deal.won": _deal("won"),
    "deal.lost": _deal("lost"),
    "person.do_not_contact": _unwilling,
    "person.deleted": _deleted,
    "person.merged": _merged,
}
