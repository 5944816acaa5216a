"""A send of a journey, in three transactions: claim it, mark it in flight, settle it and walk on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

from nurture.contract import Turn
from nurture.delivery.compose import Composed, message_id
from nurture.delivery.provider import Outcome, Verdict
from nurture.delivery.titles import titled
from nurture.domain.effects import Result
from nurture.domain.steps.send import SMS, Send
from nurture.domain.utm import nearest
from nurture.domain.walker import variant_of
from nurture.services import ledger
from nurture.services.bouncing import bounced
from nurture.services.breakers import HANDED, handed
from nurture.services.changes import lock_lead
from nurture.services.channels import HELD
from nurture.services.codes import PARKED, NoCode, take
from nurture.services.desk import Desk
from nurture.services.enough import Held
from nurture.services.gap import in_the_gap
from nurture.services.gates import Skipped, gate, installed
from nurture.services.ledger import InHand, wanted
from nurture.services.mailing import LANGUAGE, booking_of, sender_of, thread_of
from nurture.services.settling import settled
from nurture.services.silence import heard
from nurture.services.to_send import ToSend
from nurture.services.turns import (
    IN_HAND,
    Opened,
    again,
    as_turn,
    find,
    hold,
    open_turn,
    opened,
    park,
    record,
    stands,
)
from nurture.store.columns import db_now

SETTLED = {
    "sent": "sent",
    "delivered": "sent",
    "complained": "sent",
    "bounced": "bounced",
    "unknown": "unknown",
    "given_up": "unknown",
    "retry": "deferred",
    "cancelled": "skipped",
}
"""State of the ledger -> what the walk is told."""

IN_HAND_FOR = timedelta(seconds=ledger.LEASE)
"""Until whoever has a mail in hand has settled it, or is held to be gone."""


def begin(conn: Connection, desk: Desk, turn: Turn, owner: str) -> ToSend | Turn:
    """Ours to send, or what was decided instead."""
    current = open_turn(conn, desk, turn)
    if isinstance(current, Turn):
        return current
    decided = current.walk()
    step = current.published.campaign.steps.get(current.position.step)
    if decided.moved:
        return record(conn, desk, current, decided)
    if not isinstance(step, Send) or current.journey.effect != "send_message":
        return stands(conn, desk, current)
    key = f"{current.journey.id}/{step.name}/{current.position.visit}/send"
    here = installed(conn, current.journey.campaign, key)
    row = here if here.id else None
    if row and (known := _known(conn, desk, current, row)):
        return known
    if here.restored_at and (before := in_the_gap(conn, desk, current, step.name, key)):
        return record(conn, desk, current, current.walk(before))
    match gate(conn, desk, current, step, here):
        case Held(until, name, why):
            return hold(conn, desk, current, until, name, why)
        case Skipped(reason):
            return record(conn, desk, current, current.walk(Result("skipped", current.facts.now, reason)))
        case account:
            mail = _claim(conn, desk, turn, current, step, (key, row), owner)
            return mail if isinstance(mail, Turn) else replace(mail, account=account)


def mark(conn: Connection, desk: Desk, mail: ToSend, composed: Composed) -> bool:
    who = mail.email, mail.campaign, mail.turn.journey, mail.phone
    in_hand = InHand(mail.send_id, mail.owner, *who, mail.asked, mail.account, mail.wishes)
    written = _written(mail, composed)
    if _keyed(desk, mail):  # whoever goes on when this worker dies must have the same bytes
        written["body"] = composed.mail
    marked = ledger.mark_in_flight(conn, desk, in_hand, written)
    desk.reached("send_message/marking")
    return marked


def finish(
    conn: Connection, desk: Desk, mail: ToSend, outcome: Outcome, composed: Composed, incident: str | None
) -> Turn:
    """Settles the ledger and walks on, in one transaction."""
    now = desk.clock.now(conn)
    state, values = settled(outcome, now, attempts=1, keyed=_keyed(desk, mail))
    if outcome.verdict is Verdict.RETRY:
        values |= _written(mail, composed) | {"body": composed.mail}
    owned = ledger.settle(conn, mail.send_id, mail.owner, state, values | {"incident": incident})
    if outcome.verdict is Verdict.BOUNCED and owned:
        lock_lead(conn, mail.lead_id)  # before any row that others ask for while they have hers
        why = (outcome.reason, outcome.code)
        account = mail.account if mail.step.via != SMS else None
        bounced(conn, desk, mail.send_id, mail.lead_id, mail.email, mail.step.name, why, account)
    desk.reached("send_message/settled")
    current = open_turn(conn, desk, mail.turn)
    rests = heard(conn, desk, mail.account, outcome, incident) if mail.step.via != SMS else 0.0
    if owned and outcome.verdict in HANDED and mail.step.via != SMS:
        handed(conn, desk, mail.account)
    if isinstance(current, Turn) or not owned:
        return current if isinstance(current, Turn) else as_turn(conn, desk, current.journey)
    if rests and outcome.verdict is Verdict.UNREACHED:
        # Where there are others the gate chooses again, at once; this one is not asked while it rests.
        until = current.facts.now + timedelta(seconds=rests if desk.accounts is None else 0)
        return hold(conn, desk, current, until, HELD, f"{mail.account}: {outcome.reason}")
    if outcome.verdict is Verdict.UNREACHED:
        return again(conn, desk, current, outcome.reason, incident)
    if outcome.verdict is Verdict.FENCED:
        return _fenced(conn, desk, current)
    detail = {"send": mail.send_id, "reason": outcome.reason, "message": mail.message}
    return record(conn, desk, current, current.walk(Result(SETTLED[state], now, outcome.reason, detail)))


def unrendered(conn: Connection, desk: Desk, mail: ToSend, reason: str, incident: str | None) -> Turn:
    """The text could not be made: the ledger's row waits, and so does the journey, for a person."""
    ledger.settle(conn, mail.send_id, mail.owner, "pending", {"reason": "template", "incident": incident})
    journey = find(conn, mail.turn.journey)
    assert journey is not None
    if journey.turn != mail.turn.turn or journey.state != "open":
        return as_turn(conn, desk, journey)
    return park(conn, desk, journey, "template", reason, incident=incident)


def _known(conn: Connection, desk: Desk, current: Opened, row: Row[Any]) -> Turn | None:
    """What the ledger says of this very mail already; None: it is still to be sent."""
    now = current.facts.now
    if row.state in ("claimed", "inflight") and not ledger.lease_is_over(conn, row.id):
        return hold(conn, desk, current, now + IN_HAND_FOR, IN_HAND, "another worker has it in hand")
    state = row.state
    if state == "inflight":
        values = {"reason": "worker gone", "settled_at": now, "not_before": db_now()}
        ledger.settle(conn, row.id, row.owner, "unknown", values)
        state = "unknown"
    if state not in SETTLED:
        return None
    result = Result(
        SETTLED[state], row.sent_at or now, row.reason or "", {"send": row.id, "message": row.message}
    )
    return record(conn, desk, current, current.walk(result))


def _claim(
    conn: Connection,
    desk: Desk,
    turn: Turn,
    current: Opened,
    step: Send,
    entry: tuple[str, Row[Any] | None],
    owner: str,
) -> ToSend | Turn:
    """``entry``: the ledger's key, and its row if there is one."""
    journey = current.journey
    message = variant_of(step, journey.campaign, current.position, current.facts)
    text_hash = current.published.messages[step.text_of(message)]
    source = titled(desk.library.message(conn, text_hash), step, message)
    pools = current.published.campaign.codes & source.pools
    try:
        codes = take(conn, journey.campaign, sorted(pools), journey.lead_id, current.facts.now)
    except NoCode as pool:
        reason = f"the pool {pool} of codes is empty: add codes, and they go on"
        return park(conn, desk, journey, PARKED, reason)
    values = {
        "lead_id": journey.lead_id,
        "journey_id": journey.id,
        "campaign": journey.campaign,
        "step": step.name,
        "visit": current.position.visit,
        "message": message,
        "kind": step.kind,
        "via": step.via,
        "text_hash": text_hash,
        "answers": dict(step.answers) or None,
    }
    if step.open_for:
        values["closes_at"] = step.open_for.after(current.facts.now, current.facts.zone)
    send_id = ledger.claim(conn, entry[0], owner, values, current.facts.now, entry[1])
    desk.reached("send_message/claiming")
    sender = sender_of(conn, current, step)
    return ToSend(
        turn=turn,
        send_id=send_id,
        owner=owner,
        campaign=journey.campaign,
        lead_id=journey.lead_id,
        step=step,
        message=message,
        source=source.spoken(current.facts.fields.get(LANGUAGE)),
        codes=codes,
        fields=current.facts.fields,
        tracking=current.facts.tracked,
        message_id=message_id(send_id, desk.sender_domain),
        thread=thread_of(conn, desk, current, step),
        sender=sender,
        whose=booking_of(conn, current, sender) if source.names_owner else {},
        record=current.published.campaign.record or "",
        zone=current.facts.zone.key,
        now=current.facts.now,
        asked=journey.entered_at if step.opt_in else None,
        utm=nearest(current.rules.dictionary.sending.utm, current.published.campaign.sending.utm),
        wishes=wanted(step.kind, journey.lead_id, current.facts.now, current.published.campaign.topic),
    )


def _keyed(desk: Desk, mail: ToSend) -> bool:
    return mail.step.via != SMS and desk.key_life(mail.account) is not None


def _written(mail: ToSend, composed: Composed) -> dict[str, Any]:
    return {
        "links": composed.links,
        **({"link_names": composed.names} if composed.names else {}),
        "body_sha256": composed.body_sha256,
        "message_id": mail.message_id,
        "recipient": mail.recipient,
    }


def _fenced(conn: Connection, desk: Desk, current: Opened) -> Turn:
    """Something was committed before the mark: an unsubscription, a hold, a pause. The gates say which."""
    fresh = opened(conn, desk, current.journey)
    decided = fresh.walk()
    if decided.moved:
        return record(conn, desk, fresh, decided)
    until = fresh.facts.now + timedelta(seconds=5)
    return hold(conn, desk, fresh, until, "fenced", "stopped at the last gate")
