"""MailerSend asked about one mail: the activity of our domain around its hand-over, told apart by our tag."""

# https://developers.mailersend.com/api/v1/activity.html and .../domains.html, as of 2026-11: activity cannot
# be asked for a recipient or a tag (https://github.com/mailersend/mailersend-nodejs/issues/64).

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import quote

from nurture.delivery.asking import Doubt, Line, objects, understood
from nurture.delivery.providers.mailersend import event_of
from nurture.delivery.reading import Doc, each
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent
from nurture.http import Http

CALLS = 30
"""A minute, of the 60 that it allows in all."""
PAGE, PAGES = 100, 5


class MailerSendLookup:
    name = "mailersend"

    def __init__(self, account: MailAccount, http: Http) -> None:
        self._api = f"{account.api('https://api.mailersend.com')}/v1"
        self._line = Line(http, {"authorization": f"Bearer {account.user}"}, CALLS)
        self._domains: dict[str, str] = {}
        """Name -> its id there."""

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        found: list[Doc] = []
        for domain in await self._of(about.message_id.rpartition("@")[2].strip("<> ")):
            found += await self._activity(domain, about)
        told = [{"type": f"activity.{one.text('type')}", "data": one.plain} for one in found]
        return understood(each(told, event_of))

    async def close(self) -> None:
        await self._line.close()

    async def _of(self, sender: str) -> Sequence[str]:
        """The domain of the sender; all of them where none is his."""
        if not self._domains:
            answer = await self._line.get(f"{self._api}/domains", {"limit": PAGE})
            self._domains = {one.text("name"): one.text("id") for one in objects(answer, "data")}
        own = [number for name, number in self._domains.items() if f".{sender}".endswith(f".{name}")]
        return own or list(self._domains.values())[:PAGES]

    async def _activity(self, domain: str, about: Doubt) -> list[Doc]:
        begin, end = (min(at.timestamp(), time.time()) for at in about.window)
        found: list[Doc] = []
        for page in range(1, PAGES + 1):
            query = {"date_from": int(begin), "date_to": int(end), "limit": PAGE, "page": page}
            answer = await self._line.get(f"{self._api}/activity/{quote(domain, safe='')}", query)
            rows = objects(answer, "data")
            found += [one for one in rows if about.send_id in one.doc("email").all("tags")]
            if len(rows) < PAGE:
                break
        return found
