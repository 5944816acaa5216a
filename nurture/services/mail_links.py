"""The link by which the owner of a task answers it from the notification mail."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from nurture.delivery.links import Links
from nurture.services.desk import Desk

LASTS = timedelta(days=7)


def answer_link(conn: Connection, desk: Desk, task: str, user: str) -> str:
    until = int((desk.clock.now(conn) + LASTS).timestamp())
    return Links(desk.base_url, desk.secrets).task(task, user, until)
