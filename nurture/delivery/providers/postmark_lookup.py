"""Postmark asked about one mail: found by our metadata, with all that became of it."""

# https://postmarkapp.com/support/article/1125-custom-metadata-faq (searching by one field of metadata),
# https://postmarkapp.com/developer/api/messages-api and .../bounce-api, as of 2026-11

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from nurture.delivery.asking import Doubt, Line, Missing, objects, understood
from nurture.delivery.providers.postmark import event_of
from nurture.delivery.reading import Doc, each
from nurture.domain.mail_account import MailAccount
from nurture.domain.mail_events import MailEvent, Told
from nurture.http import Http

CALLS = 30
"""A minute; it names no limit."""
COMPLAINT = "SpamComplaint"


class PostmarkLookup:
    name = "postmark"

    def __init__(self, account: MailAccount, http: Http) -> None:
        self._api = account.api("https://api.postmarkapp.com")
        self._stream = account.options.get("stream", "outbound")
        self._line = Line(http, {"x-postmark-server-token": account.user}, CALLS)

    async def ask(self, about: Doubt) -> Sequence[MailEvent]:
        query = {"count": 10, "offset": 0, "messagestream": self._stream}
        query |= {"metadata_nurture_send": about.send_id}
        found = await self._line.get(f"{self._api}/messages/outbound", query)
        events: list[MailEvent] = []
        for mail in objects(found, "Messages"):
            if mail.doc("Metadata").text("nurture_send") == about.send_id:
                events += await self._became(mail, about)
        return events

    async def close(self) -> None:
        await self._line.close()

    async def _became(self, mail: Doc, about: Doubt) -> list[MailEvent]:
        number = mail.text("MessageID")
        taken = MailEvent(
            Told.ACCEPTED,
            key=f"{number}/taken"[:150],
            name=mail.text("Status")[:100],
            at=mail.at("ReceivedAt"),
            send_id=about.send_id,
            remote_id=number,
            recipient=about.recipient,
        )
        try:
            details = await self._line.get(f"{self._api}/messages/outbound/{quote(number, safe='')}/details")
        except Missing:
            return [taken]
        same = {"MessageID": number, "Metadata": {"nurture_send": about.send_id}}
        told = [await self._as_told(event) for event in objects(details, "MessageEvents")]
        return [taken, *understood(each([{**one, **same} for one in told if one], event_of))]

    async def _as_told(self, event: Doc) -> Mapping[str, Any] | None:
        """In the form of a webhook; None: of no use to us."""
        who, at, more = event.text("Recipient"), event.text("ReceivedAt"), event.doc("Details")
        match event.text("Type"):
            case "Delivered":
                return {"RecordType": "Delivery", "Recipient": who, "DeliveredAt": at}
            case "Transient":
                said = more.text("DeliveryMessage", "Summary")
                deferred = {"RecordType": "Bounce", "Type": "Transient", "Email": who}
                return {**deferred, "BouncedAt": at, "Details": said}
            case "Bounced":
                return await self._bounce(more.text("BounceID")) or {
                    "RecordType": "Bounce",
                    "Email": who,
                    "BouncedAt": at,
                    "ID": more.text("BounceID"),
                    "Details": more.text("Summary"),
                }
        return None

    async def _bounce(self, number: str) -> dict[str, Any]:
        """Of which kind it was; empty: that is told nowhere."""
        if not number.isdigit():
            return {}
        try:
            doc = await self._line.get(f"{self._api}/bounces/{number}")
        except Missing:
            return {}
        names = ("ID", "Type", "Email", "BouncedAt", "Details", "Description")
        # A complaint is a bounce in the API, and a record of its own in the webhook.
        record = COMPLAINT if doc.text("Type") == COMPLAINT else "Bounce"
        return {"RecordType": record, **{name: doc.text(name) for name in names}}
