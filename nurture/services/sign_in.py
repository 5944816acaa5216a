"""Who may use the pages: people of the sales policy, signed in by a link that works once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.store.columns import db_now, new_id
from nurture.store.tables import sign_ins, users

LINK_SECONDS = 24 * 3600
SESSION_SECONDS = 12 * 3600

ADMIN = "admin"
OF_POLICY = ("sales", ADMIN)
"""Roles that the policy gives and takes."""


class NoSuchUser(NurtureError):
    """The address is nobody's who may sign in: the members of the sales policy may."""


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    team: str
    role: str
    zone: str | None

    @property
    def sees_all(self) -> bool:
        return self.role == ADMIN


def ensure_users(conn: Connection, clock: Clock, members: Iterable[Mapping[str, Any]]) -> None:
    """Members and admins of the sales policy: ``email``, ``name``, ``team``; ``role`` and ``zone`` where they
    have one; of two lines about one person the later counts.

    Who is no longer among them keeps their tasks but cannot sign in."""
    wanted = {str(member["email"]).strip().lower(): member for member in members}
    known = {row.email: row.id for row in conn.execute(select(users.c.email, users.c.id))}
    for email, member in wanted.items():
        values = {
            "name": member.get("name") or email.partition("@")[0],
            "team": member.get("team", ""),
            "role": member.get("role", "sales"),
            "zone": member.get("zone"),
            "active": True,
        }
        if email in known:
            conn.execute(update(users).where(users.c.id == known[email]).values(**values))
        else:
            conn.execute(insert(users).values(id=new_id(), email=email, created_at=clock.now(conn), **values))
    gone = [known[email] for email in known.keys() - wanted.keys()]
    conn.execute(update(users).where(users.c.id.in_(gone), users.c.role.in_(OF_POLICY)).values(active=False))


def sign_in_link(conn: Connection, email: str) -> str:
    """The token for ``/signin/{token}``; it works once, within a day. Raises NoSuchUser."""
    user = select(users.c.id).where(users.c.email == email.strip().lower(), users.c.active.is_(True))
    user_id = conn.execute(user).scalar_one_or_none()
    if user_id is None:
        raise NoSuchUser("nobody with this address may sign in", "add them to a team of policies/sales.yaml")
    conn.execute(delete(sign_ins).where(sign_ins.c.user_id == user_id, sign_ins.c.expires_at < db_now()))
    return _new(conn, user_id, "link", LINK_SECONDS)


def can_sign_in(conn: Connection, token: str) -> bool:
    """Whether the link would still work; using it is another matter."""
    query = select(sign_ins.c.id).where(_good(token, "link"), sign_ins.c.used_at.is_(None))
    return conn.execute(query).first() is not None


def sign_in(conn: Connection, token: str) -> str | None:
    """The session's token; None: the link is used up, too old, or none of ours."""
    spent = (
        update(sign_ins).where(_good(token, "link"), sign_ins.c.used_at.is_(None)).values(used_at=db_now())
    )
    user_id = conn.execute(spent.returning(sign_ins.c.user_id)).scalar_one_or_none()
    return None if user_id is None else _new(conn, user_id, "session", SESSION_SECONDS)


def signed_in(conn: Connection, token: str) -> User | None:
    """Whose session it is."""
    query = (
        select(users)
        .join_from(sign_ins, users, sign_ins.c.user_id == users.c.id)
        .where(_good(token, "session"), users.c.active.is_(True))
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _user(row)


def sign_out(conn: Connection, token: str) -> None:
    conn.execute(delete(sign_ins).where(_good(token, "session")))


def _new(conn: Connection, user_id: str, kind: str, seconds: int) -> str:
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(sign_ins).values(
            id=new_id(),
            user_id=user_id,
            kind=kind,
            token_sha256=_hash(token),
            expires_at=db_now(seconds),
        )
    )
    return token


def _good(token: str, kind: str) -> Any:
    # Looked up by the hash: how long that takes says nothing about the token.
    ours = (sign_ins.c.token_sha256 == _hash(token)) & (sign_ins.c.kind == kind)
    return ours & (sign_ins.c.expires_at > db_now())


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, row.email, row.team, row.role, row.zone)
