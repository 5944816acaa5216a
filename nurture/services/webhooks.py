"""A call of a campaign to another system: what is sent, and what the answer is to the journey."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from nurture.contract import Turn
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Result
from nurture.domain.steps.do import Do
from nurture.domain.webhooks import Webhook, webhook_of
from nurture.services.desk import Desk
from nurture.services.gates import installed
from nurture.services.hold import look_again, standstill_of
from nurture.services.turns import Opened, again, as_turn, find, hold, open_turn, park, record, stands

UNSIGNED = "webhook unsigned"
"""Named reason: nothing is called as long as it cannot be signed."""
GONE = "the dictionary that is live has no webhook of this name"


@dataclass(frozen=True)
class ToCall:
    turn: Turn
    url: str
    number: str
    """The same for every try: an idempotency key."""
    body: str
    keep: Mapping[str, str]
    """Field -> where its value stands in the answer."""
    kinds: Mapping[str, str]
    """Field -> its type."""
    secret: str
    """The name of the one that signs; empty: the usual one."""


class WrongAnswer(Exception):
    """The other system answered something that cannot be used; the text says what, without its values."""


def begin(conn: Connection, desk: Desk, turn: Turn, internal: Collection[str]) -> ToCall | Turn:
    """What is to be called, or what was decided instead."""
    current = open_turn(conn, desk, turn)
    if isinstance(current, Turn):
        return current
    decided = current.walk()
    if decided.moved:
        return record(conn, desk, current, decided)
    step = current.published.campaign.steps[current.position.step]
    if not isinstance(step, Do) or current.journey.effect != "call_webhook":
        return stands(conn, desk, current)
    here, now = installed(conn, current.journey.campaign), current.facts.now
    if still := standstill_of(here, desk.base_url, desk.namespace):
        return hold(conn, desk, current, look_again(here, turn.journey, now), still.kind, still.reason)
    if current.journey.paused_at or here.campaign_state == "paused":
        return hold(conn, desk, current, current.journey.due, "paused")
    asked = webhook_of(step.actions["webhook"], current.rules.dictionary.webhooks)
    if asked is None:
        return park(conn, desk, current.journey, "webhook", GONE)
    if desk.clock.stepped and urlsplit(asked.url).hostname not in internal:
        result = Result("called", now, "not called: the clock is stepped")
        return record(conn, desk, current, current.walk(result))
    return _to_call(current, turn, step.name, asked)


def answered(conn: Connection, desk: Desk, call: ToCall, text: str) -> Turn:
    """Walks on with what the answer fills; an answer that cannot be used needs attention."""
    current = open_turn(conn, desk, call.turn)
    if isinstance(current, Turn):
        return current
    try:
        kept = kept_from(text, call)
    except WrongAnswer as wrong:
        return park(conn, desk, current.journey, "webhook", str(wrong))
    return record(conn, desk, current, current.walk(Result("called", current.facts.now, "", {"kept": kept})))


def unanswered(conn: Connection, desk: Desk, call: ToCall, reason: str, incident: str | None) -> Turn:
    """Trouble that may pass: again in 1, 2, 4, 8, 16, 32 minutes, then hourly."""
    current = open_turn(conn, desk, call.turn)
    return current if isinstance(current, Turn) else again(conn, desk, current, reason, incident)


def refused(conn: Connection, desk: Desk, call: ToCall, reason: str, incident: str | None) -> Turn:
    """It will never work as it is: a person must help."""
    journey = find(conn, call.turn.journey)
    assert journey is not None
    if journey.turn != call.turn.turn or journey.state != "open":
        return as_turn(conn, desk, journey)
    return park(conn, desk, journey, "webhook", reason, incident=incident)


def kept_from(text: str, call: ToCall) -> dict[str, Any]:
    """Raises WrongAnswer. What is not in the answer stays as it was."""
    if not call.keep:
        return {}
    try:
        document = json.loads(text)
    except ValueError:
        raise WrongAnswer("the answer of the webhook is not JSON") from None
    found = {field: _at(document, path) for field, path in call.keep.items()}
    return {field: _fitting(field, value, call) for field, value in found.items() if value is not None}


def _at(document: object, path: str) -> object:
    for part in path.split("."):
        if isinstance(document, list) and part.isdecimal() and int(part) < len(document):
            document = document[int(part)]
        elif isinstance(document, dict):
            document = document.get(part)
        else:
            return None
    return document


def _fitting(field: str, value: object, call: ToCall) -> object:
    kind = call.kinds.get(field)
    if kind == "text" and isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    if kind == "yes/no" and isinstance(value, bool):
        return value
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if kind == "date" and isinstance(value, str) and (date := _date(value)):
        return date
    raise WrongAnswer(f"the answer of the webhook has no {kind} for {field} at {call.keep[field]}")


def _date(text: str) -> datetime | None:
    """A day has no zone; a moment must have one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo:
        return found.astimezone(UTC)
    return found if found.time() == time.min else None


def _to_call(current: Opened, turn: Turn, step: str, asked: Webhook) -> ToCall:
    journey, facts = current.journey, current.facts
    key = f"{journey.id}/{step}/{current.position.visit}/webhook"
    lead = {
        "id": journey.lead_id,
        "stage": facts.stage,
        "score": facts.score,
        "tags": sorted(facts.tags),
        "fields": facts.fields,
    }
    data = {"campaign": journey.campaign, "step": step, "lead": lead}
    body = {"type": "campaign.step", "timestamp": datetime.now(UTC).isoformat(), "data": data}
    return ToCall(
        turn=turn,
        url=asked.url,
        number=str(uuid5(NAMESPACE_URL, f"nurture:{key}")),
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_plain),
        keep=asked.keep,
        kinds=_kinds(asked.keep, current.rules.dictionary),
        secret=asked.secret,
    )


def _kinds(keep: Mapping[str, str], dictionary: Dictionary) -> dict[str, str]:
    return {field: dictionary.fields.get(field, "text") for field in keep}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
