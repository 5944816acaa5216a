"""Clicks, opens and answers that come through the links in our mails.

A click or an open is only noted; what it means is judged later."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, func, select

from nurture.clock import Clock
from nurture.services.ingest import HELD, HOLD
from nurture.services.networks import around
from nurture.store.columns import new_id
from nurture.store.tables import events, leads, sends
from nurture.store.upserts import insert_unless_there

MOST = 200
"""Hits kept per mail: a flood of clicks tells nothing new and must not fill the disk."""
AGENT = 300
"""Characters kept of a user agent."""

SEND = ("id", "lead_id", "step", "message", "links", "answers", "closes_at")
WITH_LEAD = sends.outerjoin(leads, leads.c.id == sends.c.lead_id)

Networks = Sequence[IPv4Network | IPv6Network]
Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asked for a link, as far as that helps to tell a person from a machine."""

    method: str
    agent: str
    ip: str
    """A hash."""
    speaks: bool = True
    """It said which languages it reads."""
    within: bool = False
    """The address is one of our own network, such as a proxy's in front of us: many share it."""
    scanner: bool = False
    """The address is in a network that the settings name as one of scanners."""
    nets: Sequence[str] = ()
    """Hashes of the networks around the address."""


def ip_hash(secret: str, ip: str) -> str:
    return hmac.new(secret.encode(), b"nurture.ip:" + ip.encode(), "sha256").hexdigest()[:16] if ip else ""


def visitor_of(headers: Mapping[str, str], method: str, ip: str, secret: str, networks: Networks) -> Visitor:
    """``headers``: by names in lower case."""
    at = _address(ip)
    return Visitor(
        method,
        headers.get("user-agent", ""),
        ip_hash(secret, ip),
        speaks=bool(headers.get("accept-language")),
        within=at is None or at.is_private,
        scanner=at is not None and any(at in network for network in networks),
        nets=around(secret, at) if at is not None else (),
    )


def _address(ip: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(ip)
    except ValueError:
        return None


def click(conn: Connection, clock: Clock, send_id: str, link: int, visitor: Visitor) -> str | None:
    """Where the link leads; None where it leads nowhere (any more). A negative index is the honeypot."""
    send = _send(conn, send_id)
    if send is None:
        return None
    url = _target(send.links or [], link)
    if url is not None or link < 0:
        _note(conn, clock, send, "email.clicked", visitor, {"link": link, "honeypot": link < 0})
    return url


def opened(conn: Connection, clock: Clock, send_id: str, visitor: Visitor) -> None:
    send = _send(conn, send_id)
    if send is not None:
        _note(conn, clock, send, "email.opened", visitor, {})


def question(
    conn: Connection, clock: Clock, send_id: str, answer: str
) -> tuple[Mapping[str, str], str] | None:
    """The answers that the mail offered, by key, and the one chosen; None when there is no such question, or
    no longer."""
    send = _send(conn, send_id)
    if send is None or answer not in (answers := offered(send.answers)) or _closed(conn, clock, send):
        return None
    return answers, answer


def answer(conn: Connection, clock: Clock, send_id: str, chosen: str) -> bool:
    """The same answer again is the same event; another one is a new one. False: there is no such question."""
    send = _send(conn, send_id)
    if send is None or send.lead_id is None or chosen not in offered(send.answers):
        return False
    if _closed(conn, clock, send):
        return False
    latest = _latest_answer(conn, send_id)
    if latest is None or latest.data.get("answer") != chosen:
        number = 0 if latest is None else int(latest.key.rpartition("/")[2]) + 1
        data = {"step": send.step, "message": send.message, "answer": chosen}
        _insert(conn, clock, send, "survey.answered", f"{send_id}/answer/{number}", data)
    return True


def offered(answers: Any) -> dict[str, str]:
    """Key -> words, whether the send kept both or the keys alone."""
    if isinstance(answers, Mapping):
        return {str(key): str(words) for key, words in answers.items()}
    return {str(key): str(key) for key in answers or ()}


def _send(conn: Connection, send_id: str) -> Found | None:
    columns = [sends.c[name] for name in SEND]
    query = select(*columns, leads.c.tracking).select_from(WITH_LEAD).where(sends.c.id == send_id)
    return conn.execute(query).one_or_none()


def _closed(conn: Connection, clock: Clock, send: Found) -> bool:
    return send.closes_at is not None and send.closes_at < clock.now(conn)


def _target(links: list[str], index: int) -> str | None:
    if not 0 <= index < len(links):
        return None
    parts = urlsplit(links[index])
    plain = parts.scheme in ("http", "https") and parts.netloc and links[index].isprintable()
    return links[index] if plain and not links[index].startswith(" ") else None


def _note(
    conn: Connection, clock: Clock, send: Found, kind: str, visitor: Visitor, data: Mapping[str, object]
) -> None:
    # A link of a mail from before they said no still leads on, and nothing is kept of it.
    if send.lead_id is None or not send.tracking or _hits(conn, send.id) >= MOST:
        return
    agent = visitor.agent[:AGENT].replace("\0", "")
    seen: dict[str, object] = {"method": visitor.method, "agent": agent, "ip": visitor.ip}
    seen |= {} if visitor.speaks else {"speaks": False}
    seen |= {"within": True} if visitor.within else {}
    seen |= {"scanner": True} if visitor.scanner else {}
    seen |= {"nets": list(visitor.nets)} if visitor.nets else {}
    _insert(conn, clock, send, kind, new_id(), {"step": send.step, "message": send.message, **data, **seen})


def _hits(conn: Connection, send_id: str) -> int:
    some = select(events.c.id).where(events.c.send_id == send_id).limit(MOST).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one()


def _latest_answer(conn: Connection, send_id: str) -> Found | None:
    query = select(events.c.key, events.c.data).where(
        events.c.send_id == send_id, events.c.type == "survey.answered"
    )
    return conn.execute(query.order_by(events.c.id.desc()).limit(1).with_for_update()).first()


def _insert(
    conn: Connection, clock: Clock, send: Found, kind: str, key: str, data: Mapping[str, object]
) -> None:
    now = clock.now(conn)
    row = {
        "source": "link",
        "key": key,
        "type": kind,
        "lead_id": send.lead_id,
        "send_id": send.id,
        "occurred_at": now,
        "received_at": now,
        "data": dict(data),
        "judge_at": now + HOLD if kind in HELD else now,
    }
    conn.execute(insert_unless_there(conn, events, row))
