"""SendGrid asked about one mail: its Email Logs, which have our argument and the events of the webhook."""

# https://www.twilio.com/docs/sendgrid/api-reference/email-logs and
# https://github.com/twilio/sendgrid-oai/blob/main/spec/json/tsg_logs_v3.json, as of 2026-11: 30 days for all
# customers, in the EU too. The Email Activity Feed (/v3/messages) has to be bought, and numbers no events.

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from nurture.delivery.asking import Doubt, Line, Missing, objects, understood
from nurture.delivery.providers.sendgrid import event_of
from nurture.delivery.reading import each
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent, Told
from nurture.http import Http

CALLS = 6
"""A minute: what the older Email Activity allows; of the logs it says nothing."""
MAILS = 5
"""To one address within the window: more are not looked at."""


class SendGridLookup:
    name = "sendgrid"

    def __init__(self, account: MailAccount, http: Http) -> None:
        self._url = f"{account.api('https://api.sendgrid.com')}/v3/logs"
        self._line = Line(http, {"authorization": f"Bearer {account.user}"}, CALLS)

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        if '"' in about.recipient or "\\" in about.recipient:  # there is no way to write it in a query
            return []
        found = await self._line.post(self._url, {"query": _query(about), "limit": MAILS})
        for mail in objects(found, "messages")[:MAILS]:
            if events := await self._became(mail.text("sg_message_id"), about):
                return events
        return []

    async def close(self) -> None:
        await self._line.close()

    async def _became(self, number: str, about: Doubt) -> Sequence[MailEvent]:
        try:
            mail = await self._line.get(f"{self._url}/{quote(number, safe='')}")
        except Missing:
            return []
        if mail.doc("custom_args").text("nurture_send") != about.send_id:
            return []
        ours = {"nurture_send": about.send_id, "sg_message_id": number}
        told = understood(each([one.plain | ours for one in objects(mail, "events")], event_of))
        taken = MailEvent(
            Told.ACCEPTED,
            key=f"{number}/taken"[:150],
            name=mail.text("status")[:100],
            at=about.at,
            send_id=about.send_id,
            recipient=about.recipient,
        )
        return [taken, *told]


def _query(about: Doubt) -> str:
    begin, end = (f'TIMESTAMP "{at:%Y-%m-%dT%H:%M:%SZ}"' for at in about.window)
    created = "sg_message_id_created_at"
    return f'to_email = "{about.recipient}" AND {created} >= {begin} AND {created} <= {end}'
