"""What providers tell of our mails: booked once, and the ledger and the lead brought up to date.

The state of a mail follows from all that was ever told of it, so order and repetition change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from nurture.delivery.reading import clean, ours
from nurture.domain.accounts.breakers import COMPLAINTS
from nurture.domain.mail_events import HARD, NO_MAIL_PLEASE, MailEvent, Told, grade, state_of
from nurture.services.addresses import as_stored
from nurture.services.bouncing import bounced
from nurture.services.breakers import blame
from nurture.services.changes import announce
from nurture.services.consents import withdraw
from nurture.services.desk import Desk
from nurture.services.ingest import received
from nurture.services.replies import REPLIED
from nurture.services.suppress import address_hmac, suppress
from nurture.services.unsubscribe import How, unsubscribe
from nurture.services.whose_mail import answered_by_address, lead_of, send_of, sends_of
from nurture.store.tables import leads, provider_events, sends
from nurture.store.upserts import insert_unless_there

REMATCH_AT_ONCE = 200
REMATCH_FOR = timedelta(hours=1)
"""How long a mail may be told of before its hand-over is booked."""
MET = ("sent", "delivered", "complained")
BY_ADDRESS: dict[str, Any] = {"told": Told.ANSWERED, "name": "mail, by its address"}
"""Also what asks for no more mail: a person looks first, as anybody can write in that name."""
KEPT_ONLY: dict[str, Any] = {"remote_id": ""}
"""Without a number no mail is found for it later either."""


def book(
    conn: Connection, desk: Desk, provider: str, told: Sequence[MailEvent], inbox_id: str | None = None
) -> int:
    """How many were new. One transaction: a batch is booked in parts."""
    now = desk.clock.now(conn)
    batch = {event.key: _fit(event) for event in reversed(told)}
    about = {key: send_of(conn, event) for key, event in batch.items()}
    perhaps = {
        key: answered_by_address(conn, event, now) for key, event in batch.items() if about[key] is None
    }
    batch |= {key: replace(batch[key], **BY_ADDRESS) for key, send in perhaps.items() if send is not None}
    whose = {key: lead_of(conn, event, about[key] or perhaps.get(key)) for key, event in batch.items()}
    _lock(conn, {lead for lead in whose.values() if lead})
    rows = []
    unseen = _untracked(conn, batch, whose)
    for key, event in batch.items():
        if key in unseen:
            continue
        send = about[key]
        ids = {"inbox_id": inbox_id, "lead_id": whose[key], "send_id": send.id if send is not None else None}
        rows.append(_row(desk, provider, event, now) | ids | ({} if _believed(event, send) else KEPT_ONLY))
    if not rows:
        return 0
    statement = insert_unless_there(conn, provider_events).returning(provider_events.c.key)
    new = [batch[row.key] for row in conn.execute(statement, rows)]
    for event in new:
        if _believed(event, about[event.key]):
            _act(conn, desk, event, about[event.key], whose[event.key])
        elif (send := perhaps.get(event.key)) is not None and (lead_id := whose[event.key]):
            _replied(conn, desk, lead_id, event, send, by="address")
    return len(new)


def _untracked(
    conn: Connection, batch: Mapping[str, MailEvent], whose: Mapping[str, str | None]
) -> frozenset[str]:
    """Opens and clicks of leads who have said no to being tracked: nothing is kept of them."""
    seen = {key: whose[key] for key, event in batch.items() if event.told in (Told.OPENED, Told.CLICKED)}
    if not seen:
        return frozenset()
    off = select(leads.c.id).where(leads.c.id.in_(set(seen.values())), leads.c.tracking.is_(False))
    without = set(conn.scalars(off))
    return frozenset(key for key, lead in seen.items() if lead in without)


def rematch(conn: Connection, desk: Desk, after: int = 0) -> tuple[int, int]:
    """Told of before their hand-over was booked: how many of a page of these have found their mail now, and
    where the next page begins; 0 after the last. Others' mails of the same account never find one."""
    row = provider_events.c
    old = select(row.id).where(row.received_at <= desk.clock.now(conn) - REMATCH_FOR)
    begin = conn.scalar(old.order_by(row.id.desc()).limit(1)) or 0  # from the end: the past is long
    query = select(provider_events).where(
        row.id > max(after, begin), row.send_id.is_(None), row.remote_id != ""
    )
    page = conn.execute(query.order_by(row.id).limit(REMATCH_AT_ONCE)).all()
    numbers = {one.remote_id.strip("<>") for one in page}
    about = sends_of(conn, numbers, numbers)
    names = ((one, one.remote_id.strip("<>")) for one in page)
    found = [(one, send) for one, name in names if (send := about.get(name) or about.get(f"<{name}>"))]
    _lock(conn, {send.lead_id for _, send in found if send.lead_id})
    for one, send in found:
        event = MailEvent(
            Told(one.told), one.key, one.name, one.occurred_at, remote_id=one.remote_id, reason=one.reason
        )
        ids = {"send_id": send.id, "lead_id": lead_of(conn, event, send)}
        conn.execute(update(provider_events).where(row.id == one.id).values(ids))
        _act(conn, desk, event, send, ids["lead_id"])
    return len(found), page[-1].id if len(page) == REMATCH_AT_ONCE else 0


def _fit(event: MailEvent) -> MailEvent:
    """For any database, whoever read it: one odd event would take its whole batch with it."""
    recipient = as_stored(clean(event.recipient)) if event.recipient else event.recipient
    return replace(event, send_id=ours(event.send_id), recipient=recipient)


def _row(desk: Desk, provider: str, event: MailEvent, now: datetime) -> dict[str, Any]:
    at, _ = received(now, event.at)
    return {
        "provider": provider,
        "key": event.key,
        "told": event.told.value,
        "name": event.name,
        "reason": event.reason,
        "code": event.code,
        "machine": event.machine,
        "remote_id": event.remote_id[:250],
        "address": address_hmac(desk.secrets[0], event.recipient) if event.recipient else None,
        "occurred_at": at,
        "received_at": now,
    }


def _believed(event: MailEvent, send: Row[Any] | None) -> bool:
    return event.proved or send is not None


def _lock(conn: Connection, of_leads: set[str]) -> None:
    if of_leads and conn.dialect.name != "sqlite":
        rows = select(leads.c.id).where(leads.c.id.in_(of_leads)).order_by(leads.c.id).with_for_update()
        conn.execute(rows).all()


def _act(conn: Connection, desk: Desk, event: MailEvent, send: Row[Any] | None, lead_id: str | None) -> None:
    if send is not None:
        _settle(conn, desk, send.id)
    # Whom we wrote to, not to whom it was passed on.
    email = str((send.recipient if send is not None else None) or event.recipient)
    match event.told:
        case Told.BOUNCED if send is not None and lead_id:
            why = (event.reason, event.code)
            if _is_news(conn, event, send.id):
                bounced(conn, desk, send.id, lead_id, email, send.step, why, send.provider or "")
        case Told.BOUNCED if send is None and email and grade(event.reason) == HARD:
            suppress(conn, desk.clock, desk.secrets[0], email, "bounced")
            if lead_id:
                _announce(conn, desk, lead_id, "email.bounced", event, None)
        case Told.COMPLAINED if email:
            _complained(conn, desk, email, lead_id, event, send)
        case Told.ANSWERED if lead_id and send is not None:
            _replied(conn, desk, lead_id, event, send)
        case Told.UNSUBSCRIBED if lead_id:
            campaign = send.campaign if send is not None else ""
            how: How = "reply" if event.name == NO_MAIL_PLEASE else "provider"
            if not unsubscribe(conn, desk, lead_id, campaign, how):
                # Suppressed already, and told all the same: what happened does not hang on what came first.
                _announce(conn, desk, lead_id, "email.unsubscribed", event, send)


def _is_news(conn: Connection, event: MailEvent, send_id: str) -> bool:
    """Some tell the same twice, as what became of a mail and as an entry in their list: an account is to
    blame once."""
    row = provider_events.c
    told = select(row.key, row.reason).where(row.send_id == send_id, row.told == event.told.value)
    alike = [
        one.key for one in conn.execute(told.order_by(row.id)) if grade(one.reason) == grade(event.reason)
    ]
    return alike[:1] == [event.key]


def _settle(conn: Connection, desk: Desk, send_id: str) -> None:
    told = select(provider_events.c.told, provider_events.c.reason).where(
        provider_events.c.send_id == send_id
    )
    found = state_of([(row.told, row.reason) for row in conn.execute(told)])
    if found is None:
        return
    state, reason = found
    now = desk.clock.now(conn)
    values: dict[str, Any] = {"state": state, "reason": reason, "body": None}
    values["settled_at"] = func.coalesce(sends.c.settled_at, now)
    if state in MET:
        values["sent_at"] = func.coalesce(sends.c.sent_at, sends.c.claimed_at, now)
    conn.execute(update(sends).where(sends.c.id == send_id, sends.c.state != "cancelled").values(values))


def _complained(
    conn: Connection, desk: Desk, email: str, lead_id: str | None, event: MailEvent, send: Row[Any] | None
) -> None:
    """No more mail of any kind, and no consent any more."""
    if send is not None and _is_news(conn, event, send.id):
        blame(conn, desk, send.provider or "", COMPLAINTS)
    new = suppress(conn, desk.clock, desk.secrets[0], email, "complained")
    if lead_id is None:
        return
    if new:
        proof = {"campaign": send.campaign if send is not None else "", "how": "complaint"}
        withdraw(conn, lead_id, desk.clock.now(conn), "complaint", proof)
    _announce(conn, desk, lead_id, "email.complained", event, send)


def _replied(
    conn: Connection, desk: Desk, lead_id: str, event: MailEvent, send: Row[Any], by: str = ""
) -> None:
    """Holds what it must and reaches the owner when the relay looks at it; the words stay in the inbox.
    ``by``: what its mail was found by, if by no number; by the address it is the latest one."""
    key, now = f"reply/{event.key}"[:200], desk.clock.now(conn)
    data = {"step": send.step, **({"found_by": by} if by else {})}
    announce(conn, lead_id, REPLIED, data, key, now, send_id=send.id)


def _announce(
    conn: Connection, desk: Desk, lead_id: str, kind: str, event: MailEvent, send: Row[Any] | None
) -> None:
    what = send.id if send is not None else event.key
    data: Mapping[str, Any] = {"step": send.step} if send is not None else {}
    key = f"{what}/{kind.partition('.')[2]}"[:200]
    send_id = send.id if send is not None else None
    announce(conn, lead_id, kind, data, key, desk.clock.now(conn), send_id=send_id)
