"""HubSpot's webhooks: signed with the client secret of the app, in lists, repeated and out of order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import unquote

from nurture.crm.remote import Whom
from nurture.delivery.hooks import SKEW, Call, Forged, of_body, signed

METHOD = "POST"
MERGE_KEYS = ("primaryObjectId", "newObjectId", "mergedObjectIds")


class HubSpotHook:
    name = "hubspot"
    says = ""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def proved(self, call: Call, uri: str, now: datetime) -> str:
        """Only the third version of the signature: the older ones cover no time."""
        if not self._secret:
            raise Forged("NURTURE_CRM_CLIENT_SECRET is not set, so nothing proves a webhook")
        stamp = call.header("x-hubspot-request-timestamp")
        at = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 15 else 0
        sent = datetime.fromtimestamp(at / 1000, UTC)
        if not now - SKEW <= sent <= now + SKEW:
            raise Forged("the time is missing, or too far from ours")
        message = METHOD.encode() + unquote(uri).encode() + call.body + stamp.encode()
        signed(call.header("x-hubspot-signature-v3"), [self._secret], message, base64=True)
        return of_body(call)

    def named(self, call: Call) -> Sequence[Whom]:
        found = json.loads(call.body)
        rows = found if isinstance(found, list) else [found]
        ids: dict[str, None] = {}
        for row in rows:
            if not isinstance(row, dict):
                raise ValueError("an entry is no object")
            if not str(row.get("subscriptionType", "")).startswith("contact."):
                continue  # tasks and deals are found by asking
            named = [row.get("objectId"), *(row.get(key) for key in MERGE_KEYS)]
            flat = [one for part in named for one in (part if isinstance(part, list) else [part])]
            ids |= {str(one): None for one in flat if isinstance(one, int | str) and str(one)}
        return [Whom(remote_id=one) for one in ids]
