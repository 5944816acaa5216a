"""A CRM for the demo and for tests: a real server that checks signatures and can be told to misbehave."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
"""For the demo and for tests only."""


@dataclass
class Behaviour:
    """What it answers from now on; ``status`` 0 takes everything."""

    status: int = 0
    retry_after: str = ""
    delay: float = 0.0
    """Seconds."""
    only: str = ""
    """Id of the lead whose changes are met like this; empty: of all."""
    times: int = -1
    """How often; below 0: always."""


@dataclass
class FakeCrm:
    secret: str = SECRET
    behaviour: Behaviour = field(default_factory=Behaviour)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Idempotency key -> the message, in the order of coming; a repeated one is kept once."""
    tries: list[str] = field(default_factory=list)
    """Every call that had a good signature, by its key."""
    forged: int = 0
    """Calls without a good signature."""

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [message["data"] for message in self.taken.values()]

    def app(self) -> FastAPI:
        app = FastAPI(title="Fake CRM", openapi_url=None)
        app.add_api_route("/hooks", self._take, methods=["POST"])
        app.add_api_route("/changes", self._list, methods=["GET"])
        app.add_api_route("/behaviour", self._behave, methods=["PUT"])
        return app

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """The address for its webhooks; stops at the end."""
        with socket.create_server(("127.0.0.1", 0)) as bound:
            server = uvicorn.Server(uvicorn.Config(self.app(), log_level="error", lifespan="off"))
            running = asyncio.create_task(server.serve([bound]))
            while not server.started:  # noqa: ASYNC110 - uvicorn tells it by nothing else
                await asyncio.sleep(0.01)
            try:
                yield f"http://127.0.0.1:{bound.getsockname()[1]}/hooks"
            finally:
                server.should_exit = server.force_exit = True
                await running

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        try:
            Webhook(self.secret).verify(body.decode(), dict(request.headers))
        except (WebhookVerificationError, UnicodeDecodeError):
            self.forged += 1
            return Response(status_code=401)
        key, message = request.headers["idempotency-key"], json.loads(body)
        self.tries.append(key)
        behaviour = self.behaviour
        if behaviour.times and behaviour.only in ("", message["data"]["lead"]["id"]):
            behaviour.times -= 1
            await asyncio.sleep(behaviour.delay)
            if behaviour.status:
                headers = {"retry-after": behaviour.retry_after} if behaviour.retry_after else None
                return Response(f"no: {message['data']['lead']['email']}", behaviour.status, headers)
        self.taken.setdefault(key, message)
        answer = {"id": f"fake-{message['data']['lead']['id']}"}
        return Response(json.dumps(answer), media_type="application/json")

    async def _list(self) -> list[dict[str, Any]]:
        return list(self.taken.values())

    async def _behave(self, wanted: dict[str, Any]) -> Response:
        self.behaviour = Behaviour(**wanted)
        return Response(status_code=204)
