"""Webhooks that are not signed: proved by a word at the end of the address, or by user and password."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from nurture.crm.remote import Whom
from nurture.delivery.hooks import Call, Forged, of_body, same, signed_in

PERSON = re.compile(r"<(?:\w+:)?(?:Id|WhoId|ConvertedContactId)>((?:00Q|003)[A-Za-z0-9]{12,15})</")
"""Ids of leads and contacts in an outbound message; the notification's own id begins otherwise."""
ACK = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)


class WordHook:
    """``key``: a word, or ``user:password``. ``says``: what the CRM wants for an answer."""

    def __init__(self, name: str, key: str, names: Callable[[bytes], Sequence[Whom]], says: str = "") -> None:
        self.name = name
        self.says = says
        self._key = key
        self._names = names

    def proved(self, call: Call, uri: str, now: datetime) -> str:
        if not self._key:
            raise Forged("NURTURE_CRM_HOOK_KEY is not set, so nothing proves a webhook")
        last = unquote(urlsplit(uri).path.rpartition("/")[2])
        if not same(last, self._key):
            signed_in(call, [self._key])
        return of_body(call)

    def named(self, call: Call) -> Sequence[Whom]:
        return self._names(call.body)


def outbound(body: bytes) -> Sequence[Whom]:
    """Of Salesforce: up to a hundred notifications, repeated, late and out of order."""
    found = dict.fromkeys(PERSON.findall(body.decode("utf-8")))
    return [Whom(remote_id=one) for one in found]


def pipedrive(body: bytes) -> Sequence[Whom]:
    """Both versions: the first says `current`, the second `data`."""
    told = json.loads(body)
    meta = told.get("meta") or {}
    rows = [row for row in (told.get("data"), told.get("current"), told.get("previous")) if row]
    about = str(meta.get("entity") or meta.get("object") or "")
    named = [row.get("id") if about == "person" else row.get("person_id") for row in rows]
    named += [meta.get("entity_id") or meta.get("id")] if about == "person" else []
    flat = [one.get("value") if isinstance(one, dict) else one for one in named]
    return [Whom(remote_id=one) for one in dict.fromkeys(str(one) for one in flat if one)]
