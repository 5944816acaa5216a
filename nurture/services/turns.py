"""One turn of a journey: opening it, and recording what was decided, both by compare-and-set on the row.

Whoever opens a turn holds the lead's lock until the end of the transaction, and so does the relay when it
looks at an event of the lead: either the decision sees the event, or the look sees what is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from nurture.contract import Turn
from nurture.domain.effects import ARM, Line, Result
from nurture.domain.facts import Facts
from nurture.domain.position import Position, position_from_json
from nurture.domain.walk import Pending, Walk, listens, walk
from nurture.domain.with_sales import PEACE
from nurture.services.changes import announce, apply
from nurture.services.desk import Desk
from nurture.services.experiments import draw_down
from nurture.services.facts import LEAD_PART, WITH_ACCOUNT, lead_in, load_facts
from nurture.services.handoffs import close_left
from nurture.services.jitter import jitter
from nurture.services.library import LIVE, Published, Rules, Unreadable, live_in
from nurture.services.listening import digest, listen, stop_listening, wanted
from nurture.services.timeline import write
from nurture.store.tables import journeys, leads

ENDED = "journey.ended"
"""The event that other campaigns may wait for; made where the dictionary has a happening of it."""
DECIDED = ("id", "turn", "step", "effect", "due", "queue", "state", "attention", "hold")
"""Columns of what a turn has decided."""

# Statements of every turn are made once: making them costs more than SQLite needs to answer.
TO_OPEN = (
    select(journeys, *LIVE, *LEAD_PART)
    .select_from(journeys.join(WITH_ACCOUNT, leads.c.id == journeys.c.lead_id))
    .where(journeys.c.id == bindparam("journey"))
)
FIND = select(journeys).where(journeys.c.id == bindparam("journey"))
ADVANCE = (
    update(journeys)
    .where(
        journeys.c.id == bindparam("journey"),
        journeys.c.turn == bindparam("was"),
        journeys.c.state == "open",
    )
    .returning(*(journeys.c[name] for name in DECIDED))
)
PARKED_FOR = timedelta(days=30)
"""A parked or paused journey sleeps; it is woken when someone has helped."""
TRIES = 3
"""Begun so often without an end, an effect is held to be what kills its worker."""
UNREADABLE = "version"
"""Why a journey whose version cannot be read needs attention."""
POLICIES = "policies"
"""Held because the live policies cannot be read."""
IN_HAND = "sending"
"""Held because a worker has the mail in hand, or had it and is gone."""
TROUBLES = tuple(timedelta(minutes=pause) for pause in (1, 2, 4, 8, 16, 32, 60))
"""Each as long as all before it: when the trouble ends, nobody waits longer than it has lasted."""


@dataclass(frozen=True)
class Opened:
    """A turn that is ours to do, as it stands in this transaction."""

    journey: Row[Any]
    published: Published
    rules: Rules
    facts: Facts
    position: Position

    @property
    def pending(self) -> Pending:
        return Pending(self.journey.effect, self.journey.due)

    def walk(self, result: Result | None = None) -> Walk:
        campaign, rules = self.published.campaign, self.rules
        return walk(
            campaign, rules.dictionary, rules.conditions, self.facts, self.position, self.pending, result
        )


def begun_before(conn: Connection, turn: Turn) -> None:
    """Counts a try that came to no end, before the next one.

    In a transaction of its own, so that it is counted also when the effect always fails inside its own. A
    database that is away is no try."""
    ours = journeys.c.id == turn.journey, journeys.c.turn == turn.turn, journeys.c.state == "open"
    conn.execute(update(journeys).where(*ours).values(tries=journeys.c.tries + 1))


def open_turn(conn: Connection, desk: Desk, turn: Turn) -> Opened | Turn:
    """The turn, or what was decided meanwhile if it is past or not to be done."""
    _lock_lead_of(conn, turn.journey)
    # Only now that nobody else may change it.
    journey = conn.execute(TO_OPEN, {"journey": turn.journey}).one_or_none()
    if journey is None or journey.state != "open":
        return Turn(turn.journey, turn.turn, turn.step, "ended", datetime.now(UTC).isoformat())
    if journey.turn > turn.turn and journey.woken and not journey.attention:
        return _look_now(conn, desk, journey)
    if journey.turn > turn.turn or journey.attention:
        return as_turn(conn, desk, journey)
    if journey.tries >= TRIES:
        return park(conn, desk, journey, "crashed", f"begun {journey.tries} times without an end")
    desk.reached(f"{turn.effect}/opened")
    try:
        desk.library.campaign(conn, journey.version)
    except Unreadable as error:
        return park(conn, desk, journey, UNREADABLE, str(error))
    try:
        return opened(conn, desk, journey)
    except Unreadable:  # the policies: the same for everybody, and mended for everybody
        return _trouble(conn, desk, journey, desk.clock.now(conn), POLICIES, None)


def _look_now(conn: Connection, desk: Desk, journey: Row[Any]) -> Turn:
    """What was decided meanwhile, and a wake for that decision may have been used up by asking for it."""
    current = as_turn(conn, desk, journey)
    return replace(current, effect="check_engagement", due=datetime.now(UTC).isoformat(), queue="")


def stands(conn: Connection, desk: Desk, turn: Opened) -> Turn:
    """Nothing has changed: what was decided is still to be done."""
    journey = turn.journey
    values = {"tries": 0, "hold": None if journey.hold == "paused" else journey.hold}
    if journey.listens is None:  # something woke it, and came to nothing
        wants = wanted(turn.rules.conditions, listens(turn.published.campaign, turn.position))
        listen(conn, journey, wants, turn.facts.now)
        values["listens"] = digest(wants)
    fresh = update(journeys).where(journeys.c.id == journey.id).values(**values)
    return as_turn(conn, desk, conn.execute(fresh.returning(journeys)).one())


def opened(conn: Connection, desk: Desk, journey: Row[Any]) -> Opened:
    """Everything known now: whatever the journey was woken for is seen. The row is one of ``TO_OPEN``."""
    if journey.woken:
        conn.execute(update(journeys).where(journeys.c.id == journey.id).values(woken=False))
    published = desk.library.campaign(conn, journey.version)
    rules = desk.library.rules(conn, live_in(journey))
    facts = load_facts(conn, desk, rules, published, journey, lead_in(conn, journey))
    return Opened(journey, published, rules, facts, position_from_json(journey.position))


def record(conn: Connection, desk: Desk, turn: Opened, decided: Walk) -> Turn:
    """Decision n + 1, with all that follows from it. If someone else was first, theirs."""
    journey, now = turn.journey, turn.facts.now
    if decided.parked:
        return park(conn, desk, journey, "condition", decided.parked, decided)
    values = {
        "step": decided.position.step,
        "position": decided.position.to_json(),
        "effect": decided.effect,
        "due": decided.due,
        "queue": desk.queue(decided.effect),
    }
    wants = wanted(turn.rules.conditions, decided.listens)
    if (decided.effect, decided.due, decided.position.step) == (journey.effect, journey.due, journey.step):
        values["hold"] = None if journey.hold == "paused" else journey.hold  # a rule acted in passing
    if decided.outcome:
        values |= {"state": "ended", "outcome": decided.outcome, "ended_at": now}
    else:
        values |= {"listens": digest(wants)}
    advanced = _advance(conn, journey, values, now)
    if advanced is None:
        return as_turn(conn, desk, find(conn, journey.id) or journey)
    desk.reached(f"{journey.effect}/advanced")
    _apply(conn, desk, journey, decided, now)
    write(conn, journey, journey.turn + 1, now, decided.lines)
    close_left(conn, turn.rules, journey, turn.position, decided, now)
    if decided.outcome:
        ended = Line("ended", decided.position.step, decided.outcome)
        write(conn, journey, journey.turn + 1, now, [ended])
        stop_listening(conn, journey.id)
        if ENDED in turn.rules.dictionary.heard:
            data = {"campaign": journey.campaign, "outcome": decided.outcome}
            announce(conn, journey.lead_id, ENDED, data, f"{journey.id}/ended", now)
    elif journey.listens != values["listens"]:
        listen(conn, journey, wants, now)
    return as_turn(conn, desk, advanced)


def hold(conn: Connection, desk: Desk, turn: Opened, until: datetime, reason: str, why: str = "") -> Turn:
    """The same step again at ``until`` (campaign time). ``reason``: the name of what holds it."""
    journey, now = turn.journey, turn.facts.now
    values: dict[str, Any] = {"due": until, "hold": reason}
    if reason in PEACE or journey.hold in PEACE:  # what sales holds is not late for it
        planned = until if reason in PEACE else now
        values["position"] = replace(turn.position, planned=planned).to_json()
    if reason == IN_HAND:  # perhaps of a try that failed: waiting for its lease does not undo the count
        values["tries"] = journey.tries
    if _advance(conn, journey, values, now) and journey.hold != reason:
        line = Line("held", journey.step, why or reason, {"until": until})
        write(conn, journey, journey.turn + 1, now, [line])
    return as_turn(conn, desk, find(conn, journey.id) or journey)


def again(conn: Connection, desk: Desk, turn: Opened, reason: str, incident: str | None) -> Turn:
    """Trouble outside that lasts: the same step again in 1, 2, 4, 8, 16, 32 minutes, then hourly."""
    return _trouble(conn, desk, turn.journey, turn.facts.now, reason, incident)


def _trouble(
    conn: Connection, desk: Desk, journey: Row[Any], now: datetime, reason: str, incident: str | None
) -> Turn:
    pause = TROUBLES[min(journey.troubles, len(TROUBLES) - 1)]
    values = {
        "due": now + pause,
        "hold": reason,
        "troubles": journey.troubles + 1,
        "incident": incident,
    }
    if _advance(conn, journey, values, now):
        line = Line("trouble", journey.step, reason, {"incident": incident, "again in": str(pause)})
        write(conn, journey, journey.turn + 1, now, [line])
    return as_turn(conn, desk, find(conn, journey.id) or journey)


def park(
    conn: Connection,
    desk: Desk,
    journey: Row[Any],
    cause: str,
    reason: str,
    decided: Walk | None = None,
    incident: str | None = None,
) -> Turn:
    """Waits for a person at this step, which is done again when they have helped."""
    now = desk.clock.now(conn)
    values: dict[str, Any] = {"attention": cause, "attention_at": now, "incident": incident}
    lines = [Line("attention", journey.step, reason)]
    if decided and decided.position != position_from_json(journey.position):
        values |= {
            "step": decided.position.step,
            "position": decided.position.to_json(),
            "effect": "check_engagement",
            "due": now,
            "queue": "",
        }
        lines = [*decided.lines, Line("attention", decided.position.step, reason)]
    if _advance(conn, journey, values, now):
        if decided:
            _apply(conn, desk, journey, decided, now)
        write(conn, journey, journey.turn + 1, now, lines)
    return as_turn(conn, desk, find(conn, journey.id) or journey)


def _apply(conn: Connection, desk: Desk, journey: Row[Any], decided: Walk, now: datetime) -> None:
    for change in decided.changes:
        if change.action == ARM:
            draw_down(conn, journey, change.step, str(change.value), now)
            continue
        visit = decided.position.visits.get(change.step, 1)
        origin = f"{journey.id}/{change.step}/{visit}"
        apply(conn, desk, journey.lead_id, change, origin, now, journey.key)


def _lock_lead_of(conn: Connection, journey_id: str) -> None:
    """On SQLite whoever writes is alone already."""
    if conn.dialect.name != "sqlite":
        whose = select(journeys.c.lead_id).where(journeys.c.id == journey_id).scalar_subquery()
        conn.execute(select(leads.c.id).where(leads.c.id == whose).with_for_update())


def find(conn: Connection, journey_id: str) -> Row[Any] | None:
    return conn.execute(FIND, {"journey": journey_id}).one_or_none()


def as_turn(conn: Connection, desk: Desk, journey: Row[Any] | Turn) -> Turn:
    """What the row has decided, as Temporal keeps it."""
    if isinstance(journey, Turn):
        return journey
    machine = datetime.now(UTC)
    if journey.state != "open":
        return Turn(journey.id, journey.turn, journey.step, "ended", machine.isoformat())
    if journey.attention or journey.hold == "paused":
        due = machine + PARKED_FOR
    else:
        due = desk.clock.until(conn, journey.due, jitter(desk, journey, machine))
    return Turn(
        journey.id, journey.turn, journey.step, journey.effect, due.isoformat(), journey.queue, desk.rest
    )


def _advance(
    conn: Connection, journey: Row[Any], values: Mapping[str, Any], now: datetime
) -> Row[Any] | None:
    """The row as it is then; None: someone else was first."""
    fresh = dict.fromkeys(("hold", "attention", "attention_at", "incident", "wakes_at")) | {"tries": 0}
    if "hold" not in values:
        fresh["troubles"] = 0
    which = {"journey": journey.id, "was": journey.turn}
    values = {**fresh, **values, "turn": journey.turn + 1, "changed_at": now}
    return conn.execute(ADVANCE, {**which, **values}).one_or_none()
