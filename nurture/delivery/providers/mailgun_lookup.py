"""Mailgun asked about one mail: the events of its recipient, which are those that its webhooks tell."""

# https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/events/get-v3-domain_name-events,
# as of 2026-11: kept for at least three days. Mailgun has a newer one, /v1/analytics/logs; this one has the
# events with the numbers that its webhooks have.

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from nurture.delivery.asking import Doubt, Line, understood
from nurture.delivery.providers.mailgun import event_of
from nurture.delivery.providers.mailgun_forms import OF_US
from nurture.delivery.reading import Doc, each
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent
from nurture.http import Http

CALLS = 20
"""A minute."""
MOST = 300


class MailgunLookup:
    name = "mailgun"

    def __init__(self, account: MailAccount, http: Http) -> None:
        self._url = f"{account.api('https://api.mailgun.net')}/v3/{account.host}/events"
        key = b64encode(f"api:{account.user}".encode()).decode()
        self._line = Line(http, {"authorization": f"Basic {key}"}, CALLS)

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        begin = int(about.window[0].timestamp())
        query = {"begin": begin, "ascending": "yes", "limit": MOST, "recipient": about.recipient}
        answer = await self._line.get(self._url, query)
        return understood(
            each([{"event-data": item} for item in answer.all("items") if _is(item, about)], event_of)
        )

    async def close(self) -> None:
        await self._line.close()


def _is(item: object, about: Doubt) -> bool:
    doc = Doc(item)
    number = doc.doc("message").doc("headers").text("message-id").strip("<>")
    return about.send_id == doc.doc("user-variables").text(OF_US) or number == about.message_id.strip("<>")
