"""Brevo asked about one mail: the events of its recipient, told apart by the tag that each mail has of us."""

# https://developers.brevo.com/reference/get-email-event-report, as of 2026-11: an event has `tag`; our id in
# X-Mailin-custom is told by webhooks alone. How a list of `tags` is written its pages tell in two ways: it is
# asked by `email`.

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nurture.delivery.asking import Doubt, Line, objects, understood
from nurture.delivery.providers.brevo import CUSTOM, NO_LETTER, TOLD, event_of
from nurture.delivery.reading import Doc, each
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent
from nurture.http import Http

CALLS = 10
"""A minute."""
DAYS = 4
"""Of a mail that is a day old, by whatever zone its calendar has."""
MOST = 500


class BrevoLookup:
    name = "brevo"

    def __init__(self, account: MailAccount, http: Http) -> None:
        self._url = f"{account.api('https://api.brevo.com')}/v3/smtp/statistics/events"
        self._line = Line(http, {"api-key": account.user}, CALLS)

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        query = {"limit": MOST, "days": DAYS, "email": about.recipient, "sort": "desc"}
        answer = await self._line.get(self._url, query)
        events = [one for one in objects(answer, "events") if about.send_id in _tags(one)]
        return understood(each([_as_told(one, about) for one in events], event_of))

    async def close(self) -> None:
        await self._line.close()


def _tags(event: Doc) -> str:
    return " ".join([event.text("tag"), *(tag for tag in event.all("tags") if isinstance(tag, str))])


def _as_told(event: Doc, about: Doubt) -> Mapping[str, Any]:
    """In the form of a webhook: the log has plurals, `requests` and `hardBounces`, and its own names."""
    name = NO_LETTER.sub("", event.text("event").lower())
    at = event.at("date")
    return {
        "event": name if name in TOLD else name.removesuffix("s"),
        "message-id": event.text("messageId"),
        "email": event.text("email"),
        "reason": event.text("reason"),
        "link": event.text("link"),
        CUSTOM: json.dumps({"nurture_send": about.send_id}),
        **({"ts_epoch": round(at.timestamp() * 1000)} if at else {}),
    }
