"""The relay's part in telling Slack and Teams."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from nurture.delivery.chat import Room, body
from nurture.http import CallFailed, Http, Reply
from nurture.services import chat
from nurture.services.desk import Desk
from nurture.store.session import Store

log = logging.getLogger("nurture.relay")
LATER = (408, 425, 429)


class ChatRound:
    def __init__(self, store: Store, desk: Desk, rooms: Sequence[Room], http: Http) -> None:
        self._store = store
        self._desk = desk
        self._rooms = {room.name: room for room in rooms}
        self._http = http

    async def round(self) -> int:
        """How many were tried."""
        if not await self._store.read(chat.any_open):
            return 0
        posts = await self._store.write(chat.due, self._desk)
        for post in posts:
            await self._post(post)
        return len(posts)

    async def close(self) -> None:
        await self._http.close()

    async def _post(self, post: chat.Post) -> None:
        room = self._rooms.get(post.room)
        if room is None:  # taken out of the settings since
            await self._store.write(chat.settle, post, "cancelled")
            return
        try:
            reply = await self._http.post(room.url, body(room.kind, post.words), JSON)
        except CallFailed as error:
            await self._store.write(chat.later, post, error.kind, None)
            return
        await self._settle(room, post, reply)

    async def _settle(self, room: Room, post: chat.Post, reply: Reply) -> None:
        if reply.ok:
            await self._store.write(chat.settle, post)
        elif reply.status >= 500 or reply.status in LATER:
            await self._store.write(chat.later, post, f"status {reply.status}", reply.retry_after)
        else:
            log.error("a chat room refuses our messages", extra={"kind": f"{room.name} {reply.status}"})
            await self._store.write(chat.settle, post, "cancelled", f"status {reply.status}")


JSON = {"content-type": "application/json"}
