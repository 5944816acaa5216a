"""Writing what the actions of ``do`` and the rules of the lifecycle change about a lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from nurture.domain.actions.set import written
from nurture.domain.actions.tag import changed
from nurture.domain.bant import BANT, INFERRED, Said
from nurture.domain.effects import Change
from nurture.domain.records import about
from nurture.services.alerts import alert
from nurture.services.crm import queue as tell_crm
from nurture.services.desk import Desk
from nurture.services.facts import LEAD_COLUMNS
from nurture.services.qualifying import tell
from nurture.services.records import fill
from nurture.store.bulk import insert_many
from nurture.store.columns import new_id
from nurture.store.tables import events, leads, list_members, points
from nurture.store.upserts import insert_unless_there

CAMPAIGN_ASKED = "campaign.asked"
LEAD = "lead."
Origin = str
"""What made the change, and the key that makes it happen once: ``{journey}/{step}/{visit}``."""


def apply(
    conn: Connection,
    desk: Desk,
    lead_id: str,
    change: Change,
    origin: Origin,
    at: datetime,
    record: str = "",
) -> None:
    """``record``: the key of the deal or order that the journey is for."""
    value: Any = change.value
    key = f"{origin}/{change.action}"
    if change.action == "set":
        value = {name: written(new) for name, new in value.items()}
        others = {name: new for name, new in value.items() if not name.startswith(LEAD)}
        if others:
            _set_record(conn, lead_id, record, others, key, at)
        value = {name: new for name, new in value.items() if name not in others}
        if not value:
            return
    WRITERS[change.action](conn, desk, lead_id, value, key, at)


def _set_record(
    conn: Connection, lead_id: str, record: str, values: Mapping[str, Any], key: str, at: datetime
) -> None:
    """The checker lets only fields of one kind of record through beside the lead's own."""
    kind = next(iter(values)).partition(".")[0]
    own = {name.removeprefix(f"{kind}."): value for name, value in values.items()}
    if changed := fill(conn, kind, record, own, at):
        data = {"fields": list(changed), **about(kind, record)}
        announce(conn, lead_id, f"{kind}.changed", data, f"{key}/{kind}", at)


def _set(conn: Connection, desk: Desk, lead_id: str, values: Any, key: str, at: datetime) -> None:
    lead = conn.execute(select(leads.c.fields).where(leads.c.id == lead_id)).one()
    own = {name.removeprefix("lead."): value for name, value in values.items()}
    if said := [Said(item, str(own.pop(item)), INFERRED, at, key[:100]) for item in BANT if item in own]:
        tell(conn, desk.library.rules(conn), lead_id, said, key, at)
        if not own:
            return
        lead = conn.execute(select(leads.c.fields).where(leads.c.id == lead_id)).one()
    columns = {name: value for name, value in own.items() if name in LEAD_COLUMNS and name != "email"}
    fields = {**lead.fields, **{name: value for name, value in own.items() if name not in LEAD_COLUMNS}}
    conn.execute(update(leads).where(leads.c.id == lead_id).values(fields=fields, updated_at=at, **columns))
    announce(conn, lead_id, "lead.changed", {"fields": sorted(f"lead.{name}" for name in own)}, key, at)
    if desk.crm:
        tell_crm(conn, desk.clock, lead_id, "lead", own, key)


def _tag(conn: Connection, _desk: Desk, lead_id: str, value: Any, key: str, at: datetime) -> None:
    tags = frozenset(conn.execute(select(leads.c.tags).where(leads.c.id == lead_id)).scalar_one())
    conn.execute(update(leads).where(leads.c.id == lead_id).values(tags=sorted(changed(tags, value))))
    announce(conn, lead_id, "tag.changed", {"tags": value}, key, at)


def _list(conn: Connection, _desk: Desk, lead_id: str, value: Any, key: str, at: datetime) -> None:
    before = frozenset(conn.scalars(select(list_members.c.list).where(list_members.c.lead_id == lead_id)))
    after = changed(before, value)
    off = list_members.c.lead_id == lead_id, list_members.c.list.in_(before - after)
    conn.execute(delete(list_members).where(*off))
    for name in sorted(after - before):
        row = {"id": new_id(), "lead_id": lead_id, "list": name, "at": at}
        conn.execute(insert_unless_there(conn, list_members, row))
    announce(conn, lead_id, "list.changed", {"lists": value}, key, at)


def _notify(conn: Connection, desk: Desk, lead_id: str, value: Any, key: str, _at: datetime) -> None:
    alert(conn, desk, lead_id, value, key)


def _called(_conn: Connection, _desk: Desk, _lead: str, _value: Any, _key: str, _at: datetime) -> None:
    """What the answer fills comes as a ``set``; the call itself changes nothing here."""


def set_stage(conn: Connection, desk: Desk, lead_id: str, value: Any, key: str, at: datetime) -> None:
    before = conn.execute(select(leads.c.stage).where(leads.c.id == lead_id)).scalar_one()
    if before == value:
        return
    told = {"stage": value, "from": before}
    if not desk.library.rules(conn).dictionary.lifecycle.allows(before, value):
        announce(conn, lead_id, "stage.refused", told, key, at)
        return
    now_at = {"stage": value, "stage_since": at, "stage_told": None, "updated_at": at}
    conn.execute(update(leads).where(leads.c.id == lead_id).values(now_at))
    announce(conn, lead_id, "stage.changed", told, key, at)
    if desk.crm:
        tell_crm(conn, desk.clock, lead_id, "stage", {"stage": value}, key)


def _score(conn: Connection, desk: Desk, lead_id: str, value: Any, key: str, at: datetime) -> None:
    step = key.split("/")[1] if "/" in key else key
    row = {"id": new_id(), "lead_id": lead_id, "rule": f"step {step}", "points": float(value), "at": at}
    row |= {"policy": "", "key": key, "event_id": None}
    if not conn.execute(insert_unless_there(conn, points, row)).rowcount:
        return
    announce(conn, lead_id, "score.changed", {"points": value}, key, at)
    if desk.crm:
        tell_crm(conn, desk.clock, lead_id, "score", {"points": value}, key)


def _asks(what: str) -> Writer:
    """An event of our own: the relay lets the lead in or takes her out when it looks at it."""

    def ask(conn: Connection, _desk: Desk, lead_id: str, campaign: Any, key: str, at: datetime) -> None:
        announce(conn, lead_id, CAMPAIGN_ASKED, {what: campaign}, key, at)

    return ask


Writer = Callable[[Connection, Desk, str, Any, str, datetime], None]
WRITERS: Mapping[str, Writer] = {
    "set": _set,
    "tag": _tag,
    "stage": set_stage,
    "score": _score,
    "list": _list,
    "notify": _notify,
    "webhook": _called,
    "enrol": _asks("enrol"),
    "leave": _asks("leave"),
}


def announce(
    conn: Connection,
    lead_id: str,
    kind: str,
    data: Mapping[str, Any],
    key: str,
    at: datetime,
    send_id: str | None = None,
) -> None:
    """An event of our own, for the journeys that listen; the relay looks at it like at any other."""
    announce_all(conn, [{**own_event(lead_id, kind, data, key, at), "send_id": send_id}])


def announce_all(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Several by one statement, each made by ``own_event`` and with the same keys."""
    if rows:
        insert_many(conn, events, rows)


def own_event(lead_id: str, kind: str, data: Mapping[str, Any], key: str, at: datetime) -> Mapping[str, Any]:
    row = {"source": "nurture", "key": key, "type": kind, "lead_id": lead_id, "occurred_at": at}
    return row | {"received_at": at, "judge_at": at, "data": dict(data), "verdict": "human"}


def lock_out(conn: Connection, lead_id: str) -> None:
    """``lock_lead`` for those who do not need the row. On SQLite whoever writes is alone already."""
    if conn.dialect.name != "sqlite":
        lock_lead(conn, lead_id)


def lock_lead(conn: Connection, lead_id: str) -> Row[Any]:
    """Decisions about one lead, and looks at its events, happen one after the other."""
    return conn.execute(select(leads).where(leads.c.id == lead_id).with_for_update()).one()


def lock_leads(conn: Connection, ids: Sequence[str]) -> None:
    """Several in the order of their ids, so that two who do it never wait for each other."""
    in_order = select(leads.c.id).where(leads.c.id.in_(ids)).order_by(leads.c.id)
    conn.execute(in_order.with_for_update()).all()
