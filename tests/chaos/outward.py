"""The same crash for a campaign that asks another system, and then a person."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Row, select

from nurture.services.event_leads import LeadRef
from nurture.services.ingest import NewEvent, ingest
from nurture.services.tasks import Done, complete
from nurture.store.tables import handoffs, journeys, leads, sends
from tests.chaos.crashing import ENDS_WITHIN, Crash, run_twice
from tests.chaos.points import ASKED_TWICE
from tests.chaos.scene import Scene
from tests.chaos.workers import Workers

ANSWER = '{"industry": "food"}'


class OtherSystem:
    """Answers whatever it is asked, and knows under which numbers it was asked about whom."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        """(lead, number)."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/industry"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        self.asked.append((body["data"]["lead"]["id"], headers["webhook-id"]))
        lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(ANSWER)}", "Connection: close", "", ANSWER]
        writer.write("\r\n".join(lines).encode())
        await writer.drain()
        writer.close()


def campaign(url: str) -> Mapping[str, Any]:
    return {
        "campaign": "guide",
        "enrol": {"on": "guide-form"},
        "steps": [
            {"do": "ask", "webhook": {"url": url, "keep": {"lead.industry": "industry"}}},
            {"send": "first", "if": 'lead.industry == "food"'},
            {"task": "call", "team": "inside-sales", "done": [{"end": "called"}]},
            {"end": "never"},
        ],
    }


async def crash_outward(scene: Scene, workers: Workers, other: OtherSystem, point: str, email: str) -> Crash:
    began = asyncio.get_running_loop().time()
    result, house = Crash(point), scene.house
    house.publish(campaign(other.url))
    lead = house.lead(email=email)
    event = NewEvent("test", "form", "form.submitted", LeadRef(id=lead), data={"form": "guide"})
    house.do(ingest, scene.clock, [event])
    calling = asyncio.create_task(_call(scene))
    try:
        await run_twice(scene.orders, scene, workers, result)
    finally:
        calling.cancel()
    result.problems += scene.store.read_sync(_wrong)
    numbers = [number for who, number in other.asked if who == lead]
    if (len(numbers), len(set(numbers))) != (1 + (point in ASKED_TWICE), 1):
        result.problems.append(f"the other system was asked under {numbers}")
    mails = [mail for mail in scene.catcher.mails if mail.recipient == email]
    if len(mails) != 1:
        result.problems.append(f"{len(mails)} mails")
    result.seconds = asyncio.get_running_loop().time() - began
    return result


async def _call(scene: Scene) -> None:
    """Somebody does the task, as soon as it is there."""
    await scene.until(lambda conn: _open(conn) is not None, ENDS_WITHIN)
    task = await scene.store.read(_open)
    assert task
    await scene.store.write(complete, scene.house.desk, task.id, task.version, Done("done", task.owner))


def _open(conn: Connection) -> Row[Any] | None:
    return conn.execute(select(handoffs).where(handoffs.c.state == "open")).one_or_none()


def _wrong(conn: Connection) -> list[str]:
    """One journey that was called and knows the answer, one task, and no mail that is in doubt."""
    found = {
        "journeys": [tuple(row) for row in conn.execute(select(journeys.c.outcome, journeys.c.attention))],
        "tasks": list(conn.scalars(select(handoffs.c.state))),
        "fields": list(conn.scalars(select(leads.c.fields))),
        "sends": sorted(set(conn.scalars(select(sends.c.state)))),
    }
    right = {
        "journeys": [("called", None)],
        "tasks": ["done"],
        "fields": [{"industry": "food"}],
        "sends": ["sent"],
    }
    return [f"{name}: {found[name]}" for name in right if found[name] != right[name]]
