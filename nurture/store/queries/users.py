"""Who may sign in."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nurture.store.tables import users


def admins(conn: Connection) -> list[str]:
    """Their names."""
    query = select(users.c.name).where(users.c.active.is_(True), users.c.role == "admin")
    return list(conn.scalars(query.order_by(users.c.name)))


def first_user(conn: Connection) -> str | None:
    """The address of an admin, else of anybody of the teams; None: nobody may sign in."""
    admins_first = (users.c.role == "admin").desc()
    query = (
        select(users.c.email).where(users.c.active.is_(True)).order_by(admins_first, users.c.email).limit(1)
    )
    return conn.execute(query).scalar_one_or_none()
