"""Which journeys under way a move is about: those for which a condition holds."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nurture.authoring.conditions import named_steps, step_docs
from nurture.domain.conditions import Condition
from nurture.domain.errors import NurtureError
from nurture.services.desk import Desk
from nurture.services.moving_rows import Target, left
from nurture.store.tables import journeys


class BadChoice(NurtureError):
    """The condition that chooses journeys is wrong."""


def choice(conn: Connection, desk: Desk, target: Target, text: str) -> Condition:
    """It may name the steps of the new version and of those that the journeys are on. Raises BadChoice."""
    versions = conn.scalars(select(journeys.c.version).where(*left(target)).distinct())
    known = [desk.library.readable(conn, version) for version in (target.version, *versions)]
    docs = [doc for one in known if one for doc in step_docs(dict(one.campaign.document))]
    problems = desk.library.rules(conn).conditions.check(text, named_steps(docs))
    if problems:
        raise BadChoice(f"--where: {problems[0]}")
    return Condition((text,))
