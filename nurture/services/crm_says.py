"""What people of sales say to a task without opening Nurture: by a value, a task that is done, a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.crm.remote import Act, Doer, Reply, Sale, Seen
from nurture.domain.crm_merge import text
from nurture.domain.crm_policy import TASK_ANSWER, CrmMapping, Meaning
from nurture.domain.sales import ANSWERED_FROM
from nurture.services.answer import Answer, AnsweredAlready, AnswerWrong, NoSuchTask, answer, write_line
from nurture.services.changes import announce
from nurture.services.crm_links import park, settle
from nurture.services.deals import Deal, close_deal
from nurture.services.desk import Desk
from nurture.services.owners import reassign
from nurture.services.touches import touch
from nurture.store.tables import events, handoffs, users

CONTACTED = "sales.contacted"
CLOCKS = timedelta(minutes=1)
"""By which the CRM's clock, or its rounding, may be behind ours."""


@dataclass(frozen=True)
class Said:
    desk: Desk
    crm: str
    link: Row[Any]
    seen: Seen
    mapping: CrmMapping

    @property
    def lead_id(self) -> str:
        return str(self.link.lead_id)

    def is_person(self, by: Doer | None) -> bool:
        return by is None or (by.person and by.who.casefold() not in self.mapping.machines)


def hear(conn: Connection, said: Said) -> Sequence[str]:
    """The journeys that go on. A call is the first touch, before the value that answers."""
    waking: list[str] = []
    for act in said.seen.acts:
        waking += _act(conn, said, act)
    for name, meaning in _values(conn, said):
        waking += _value(conn, said, name, meaning)
    for sale in said.seen.sales:
        waking += _sale(conn, said, sale)
    return waking


def _act(conn: Connection, said: Said, act: Act) -> Sequence[str]:
    """Our task that is done there, or a call, a meeting or a mail that somebody logged."""
    if not act.done or not said.is_person(act.by):
        return ()
    if act.reply:
        return _reply(conn, said, act, act.reply)
    key = f"crm/{said.crm}/{act.kind}/{act.id}"
    if _heard(conn, key):
        return ()
    task = _task(conn, said, ("open",), act.handoff)
    if task is None:
        return ()
    if act.kind != "task" and _before(said, act.by.at, task):
        return ()
    by = _user(conn, act.by.who) or task.owner
    at = _moment(conn, said, act.by.at, task)
    if by is None:
        return _nobody(conn, said, f"{act.kind} by an unknown owner")
    detail = {"kind": act.kind, "by": by, "handoff": task.id, "crm": said.crm}
    told = {"kind": act.kind, "handoff": task.id, "crm": said.crm}
    announce(conn, said.lead_id, CONTACTED, told, key, said.desk.clock.now(conn))
    touch(conn, task, by, at)
    write_line(conn, task, "contacted", f"{act.kind} in the CRM", detail, at)
    if act.kind == "task" and said.mapping.task_done.word in ANSWERED_FROM:
        return _give(conn, said, said.mapping.task_done, by, "the task in the CRM is done", act.handoff)
    return ()


def _reply(conn: Connection, said: Said, act: Act, reply: Reply) -> Sequence[str]:
    """An answer to this very task."""
    meaning = said.mapping.answers.get(TASK_ANSWER, {}).get(reply.answer)
    key = f"value/{said.lead_id}/{TASK_ANSWER}"
    if meaning is None:
        if _task(conn, said, ("open", "accepted"), act.handoff):
            reason = "policies/crm.yaml does not say what a new answer to the task means for sales"
            park(conn, said.crm, "unmapped value", reason, key, said.lead_id, said.seen.remote_id)
        return ()
    settle(conn, said.crm, key)
    task = _task(conn, said, ANSWERED_FROM.get(meaning.word, ("open",)), act.handoff)
    if task is None or meaning.word == "nothing":
        return ()
    by = _user(conn, act.by.who) or task.owner
    if by is None:
        return _nobody(conn, said, f"{meaning.word} by an unknown owner")
    touch(conn, task, by, _moment(conn, said, act.by.at, task))
    if meaning.word == "touched":
        return ()
    return _give(conn, said, meaning, by, "the task in the CRM", act.handoff, reply)


def _before(said: Said, at: datetime | None, task: Row[Any]) -> bool:
    """What was done before there was a task says nothing of it. A stepped clock is not the CRM's."""
    created: datetime = task.created_at
    return at is not None and not said.desk.clock.stepped and at < created - CLOCKS


def _values(conn: Connection, said: Said) -> Iterator[tuple[str, Meaning]]:
    """Values that were changed by a person since we last looked, and mean something."""
    base = said.link.base
    for name, known in said.mapping.answers.items():
        value = text(said.seen.values.get(name))
        if base is None or name not in base or not value or value == base[name]:
            continue
        key = f"value/{said.lead_id}/{name}"
        if not said.is_person(said.seen.changed.get(name)):
            continue
        if value not in known:
            if _task(conn, said, ("open", "accepted")):
                reason = f"policies/crm.yaml does not say what a new value of {name} means for sales"
                park(conn, said.crm, "unmapped value", reason, key, said.lead_id, said.seen.remote_id)
            continue
        settle(conn, said.crm, key)
        yield name, known[value]


def _value(conn: Connection, said: Said, name: str, meaning: Meaning) -> Sequence[str]:
    states = ANSWERED_FROM.get(meaning.word, ("open",))
    task = _task(conn, said, states)
    if task is None or meaning.word == "nothing":
        return ()
    doer = said.seen.changed.get(name)
    by = (_user(conn, doer.who) if doer else None) or _user(conn, said.seen.owner) or task.owner
    if by is None:
        return _nobody(conn, said, f"{meaning.word} by an unknown owner")
    touch(conn, task, by, _moment(conn, said, doer.at if doer else None, task))
    return () if meaning.word == "touched" else _give(conn, said, meaning, by, f"{name} in the CRM")


def _sale(conn: Connection, said: Said, sale: Sale) -> Sequence[str]:
    if sale.state == "open" or not said.is_person(sale.by):
        return ()
    key = f"crm/{said.crm}/deal/{sale.id}/{sale.state}"
    if _heard(conn, key):
        return ()
    waking: list[str] = []
    task = _task(conn, said, ("open", "accepted", "qualified"))
    if task is None or task.deal or _before(said, sale.by.at, task):
        return ()
    by = _user(conn, sale.by.who) or task.owner
    if by is None:
        return _nobody(conn, said, "a deal of an unknown owner")
    if task.state == "open":
        waking += _give(conn, said, Meaning("qualified"), by, "a deal in the CRM")
        task = _task(conn, said, ("qualified",)) or task
    try:
        deal = Deal(sale.state, by, sale.amount, sale.currency)
        close_deal(conn, said.desk, task.id, task.version, deal)
    except (AnswerWrong, AnsweredAlready) as error:
        park(conn, said.crm, "deal", error.message, key, said.lead_id, said.seen.remote_id)
    return waking


def _give(
    conn: Connection,
    said: Said,
    meaning: Meaning,
    by: str,
    where: str,
    handoff: str = "",
    reply: Reply | None = None,
) -> Sequence[str]:
    """An answer, as if it were given in the inbox. What cannot be taken waits for a person."""
    task = _task(conn, said, ANSWERED_FROM[meaning.word], handoff)
    if task is None:
        return ()
    reason = _reason(said, meaning, reply) if meaning.word == "rejected" else None
    key = f"answer/{task.id}"
    try:
        given = Answer(meaning.word, by, reason, note=(reply and reply.note) or f"By {where}")  # type: ignore[arg-type]
        woken = answer(conn, said.desk, task.id, task.version, given)
    except AnsweredAlready:
        return ()
    except (AnswerWrong, NoSuchTask) as error:
        why = f"{where} says {meaning.word}, and Nurture cannot take it: {error.message}"
        park(conn, said.crm, "answer", why, key, said.lead_id, said.seen.remote_id)
        return ()
    settle(conn, said.crm, key)
    settle(conn, said.crm, f"owner/{said.lead_id}")
    return woken


def _reason(said: Said, meaning: Meaning, reply: Reply | None) -> str | None:
    if reply and reply.reason:  # a reason of ours may be said as it is; another is shown to a person
        return said.mapping.why.get(reply.reason, reply.reason)
    value = text(said.seen.values.get(said.mapping.why_field)) if said.mapping.why_field else ""
    return said.mapping.why.get(value) or meaning.reason or said.mapping.otherwise


def new_owner(
    conn: Connection, desk: Desk, crm: str, lead_id: str, seen: Seen, *, first: bool = False
) -> Sequence[str]:
    """A person gave the lead to somebody else there: the open task is theirs too, and its clock begins.
    ``first``: no owner was ever compared; whoever makes a person there owns them, also a program."""
    by = seen.changed.get("owner")
    if by is not None and not by.person:
        return ()
    key = f"owner/{lead_id}"
    user = _user(conn, seen.owner)
    if user is None and first:
        return ()
    if user is None:
        reason = "the lead has an owner in the CRM whom Nurture does not know: nothing is reassigned"
        park(conn, crm, "unknown owner", reason, key, lead_id, seen.remote_id)
        return ()
    settle(conn, crm, key)
    task = _open(conn, lead_id, ("open",))
    if task is None or task.owner == user:
        return ()
    try:
        return reassign(
            conn, desk, task.id, task.version, user, (_user(conn, by.who) if by else None) or user
        )
    except (AnswerWrong, AnsweredAlready) as error:
        park(conn, crm, "owner", error.message, key, lead_id, seen.remote_id)
        return ()


def _task(conn: Connection, said: Said, states: Sequence[str], handoff: str = "") -> Row[Any] | None:
    return _open(conn, said.lead_id, states, handoff)


def _open(conn: Connection, lead_id: str, states: Sequence[str], handoff: str = "") -> Row[Any] | None:
    """The newest handoff of the lead that leads and is in one of these states."""
    query = (
        select(handoffs)
        .where(handoffs.c.lead_id == lead_id, handoffs.c.kind == "handoff", handoffs.c.joined_to.is_(None))
        .where(handoffs.c.state.in_(states))
        .order_by(handoffs.c.state != "open", handoffs.c.created_at.desc())
    )
    if handoff:
        query = query.where(handoffs.c.id == handoff)
    return conn.execute(query.limit(1)).one_or_none()


def _user(conn: Connection, email: str) -> str | None:
    if "@" not in email:
        return None
    found: str | None = conn.scalar(
        select(users.c.id).where(users.c.email == email.strip().lower(), users.c.active.is_(True))
    )
    return found


def _moment(conn: Connection, said: Said, at: datetime | None, task: Row[Any]) -> datetime:
    """When it was done there: no earlier than the task, no later than now."""
    now = said.desk.clock.now(conn)
    earliest: datetime = task.created_at
    return min(max(at or now, earliest), now)


def _heard(conn: Connection, key: str) -> bool:
    query = select(events.c.id).where(events.c.source == "nurture", events.c.key == key)
    return conn.scalar(query) is not None


def _nobody(conn: Connection, said: Said, what: str) -> Sequence[str]:
    reason = f"{what}: nobody of sales has their address, and the task has no owner"
    key = f"owner/{said.lead_id}"
    park(conn, said.crm, "unknown owner", reason, key, said.lead_id, said.seen.remote_id)
    return ()
