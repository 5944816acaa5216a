"""Running the naive workflow to its end, with what happens to five mails."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.worker import Worker

from nurture.bench.campaign import MESSAGES, document, waits
from nurture.bench.histories import actions, bytes_now
from nurture.client import Client
from workflows.naive import QUEUE, Naive

PER_MAIL = ("delivered", "opened", "opened")
"""What it is told of each mail, by a signal each."""


@dataclass(frozen=True)
class NaiveCost:
    actions: int
    bytes: int
    """Of the history before the last mail, while it sleeps."""


@activity.defn
async def naive_send(message: str) -> str:
    return f"sent {message}"


@activity.defn
async def naive_record(message: str) -> None:
    """A row would be written here."""


@activity.defn
async def naive_check(message: str) -> bool:
    return bool(message)


async def naive_cost(client: Client, wait_seconds: float = 2.0) -> NaiveCost:
    work = [naive_send, naive_record, naive_check]
    async with Worker(client, task_queue=QUEUE, workflows=[Naive], activities=work):
        handle = await client.start_workflow(
            Naive.run,
            args=[{**document(waits("7d")), "messages": list(MESSAGES)}, wait_seconds],
            id=f"naive:{uuid4()}",
            task_queue=QUEUE,
        )
        asleep = 0
        for number, message in enumerate(MESSAGES):
            for what in PER_MAIL:
                await handle.signal(Naive.happened, _event(what, message))
            if number < len(MESSAGES) - 1:
                await asyncio.sleep(wait_seconds * 0.8 if number else wait_seconds * 0.5)
                asleep, _ = await bytes_now(client, handle.id)
        await handle.result()
        return NaiveCost((await actions(client, handle.id)).total(), asleep)


def _event(what: str, message: str) -> dict[str, Any]:
    return {
        "type": f"email.{what}",
        "message": message,
        "id": str(uuid4()),
        "at": "2026-03-02T09:00:00+00:00",
    }
