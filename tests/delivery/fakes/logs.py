"""What fake providers say when they are asked: the same events that their webhooks tell, in the form of their
logs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.delivery.fakes.server import Asked, FakeApi, Taken

NOTED = "2026-03-02T09:00:00.000000+00:00"
"""When each takes all its mails."""


def _asked(asked: Asked) -> tuple[list[str], Mapping[str, str]]:
    """The parts of the path, and the query."""
    parts = urlsplit(asked.path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return [unquote(part) for part in parts.path.strip("/").split("/")], query


def _told(fake: FakeApi, mail: Taken) -> Iterator[tuple[str, Any]]:
    for what in fake.became.get(mail.remote_id, []):
        yield what, json.loads(fake.tells(what, mail)[1])


def _is_in(begin: str, end: str = "9999999999") -> bool:
    return float(begin) <= datetime.fromisoformat(NOTED).timestamp() <= float(end)


def postmark(fake: FakeApi, asked: Asked) -> Any:
    path, query = _asked(asked)
    if path[0] == "bounces":
        told = [
            event for mail in fake.taken for _, event in _told(fake, mail) if event.get("ID") == int(path[1])
        ]
        return {
            **told[0],
            "RecordType": None,
            "Metadata": None,
            "BouncedAt": "2026-03-02T04:00:01.9070259-05:00",
        }
    if path[-1] == "details":
        (mail,) = [one for one in fake.taken if one.remote_id == path[2]]
        return {
            "MessageID": mail.remote_id,
            "MessageEvents": [_postmark(one, mail) for one in _told(fake, mail)],
        }
    assert query["messagestream"] == "outbound"
    # Worse than it is: who relies on the filter alone takes others' mails for this one.
    mails = [
        {"MessageID": one.remote_id, "Status": "Sent", "Metadata": {"nurture_send": one.send_id}}
        for one in fake.taken
        if query["metadata_nurture_send"]
    ]
    return {"TotalCount": len(mails), "Messages": mails}


def _postmark(told: tuple[str, Any], mail: Taken) -> Any:
    what, event = told
    kind, details = {
        "delivered": ("Delivered", {"DeliveryMessage": "smtp;250 OK", "DestinationIP": "192.0.2.1"}),
        "deferred": ("Transient", {"DeliveryMessage": "421 try later"}),
    }.get(what, ("Bounced", {"Summary": event.get("Details", ""), "BounceID": str(event.get("ID"))}))
    return {
        "Recipient": mail.recipient,
        "Type": kind,
        "ReceivedAt": "2026-03-02T04:00:01.9070259-05:00",
        "Details": details,
    }


def mailgun(fake: FakeApi, asked: Asked) -> Any:
    path, query = _asked(asked)
    assert path == ["v3", "mg.ours.example", "events"]
    items = []
    for mail in fake.taken if _is_in(query["begin"]) else []:
        if mail.recipient == query["recipient"]:
            events = [event["event-data"] for _, event in _told(fake, mail)]
            taken = json.loads(fake.tells("delivered", mail)[1])["event-data"] | {
                "event": "accepted",
                "id": "a",
            }
            items += [taken, *events]
    return {"items": items, "paging": {"next": f"{fake.api}/v3/mg.ours.example/events/W3"}}


def sendgrid(fake: FakeApi, asked: Asked) -> Any:
    path, _ = _asked(asked)
    if asked.method == "POST":
        who, begin, end = asked.json["query"].split('"')[1::2]
        is_in = datetime.fromisoformat(begin) <= datetime.fromisoformat(NOTED) <= datetime.fromisoformat(end)
        found = [one for one in fake.taken if is_in and one.recipient == who]
        return {"messages": [{"sg_message_id": _number(one), "status": "processed"} for one in found]}
    (mail,) = [one for one in fake.taken if _number(one) == path[2]]
    ours = {"nurture_send": mail.send_id}
    events = [event[0] | {"custom_args": ours} for _, event in _told(fake, mail)]
    for event in events:
        del event["nurture_send"]
    return {"sg_message_id": path[2], "status": "processed", "custom_args": ours, "events": events}


def _number(mail: Taken) -> str:
    return f"{mail.remote_id}.filter0001.16648.5515E0B88.0"


def resend(fake: FakeApi, asked: Asked) -> Any:
    path, query = _asked(asked)
    if len(path) > 1:
        (mail,) = [one for one in fake.taken if one.remote_id == path[1]]
        return {**_resend(fake, mail), "tags": [{"name": "nurture_send", "value": mail.send_id}]}
    newest = fake.taken[::-1]
    after = [one.remote_id for one in newest].index(query["after"]) + 1 if "after" in query else 0
    page = newest[after : after + int(query["limit"])]
    more = after + len(page) < len(newest)
    return {"object": "list", "has_more": more, "data": [_resend(fake, mail) for mail in page]}


def _resend(fake: FakeApi, mail: Taken) -> dict[str, Any]:
    names = {"hard": "bounced", "soft": "bounced", "deferred": "delivery_delayed"}
    latest = (fake.became.get(mail.remote_id) or ["sent"])[-1]
    who = {"id": mail.remote_id, "to": [mail.recipient], "created_at": NOTED}
    return {**who, "last_event": names.get(latest, latest)}


def brevo(fake: FakeApi, asked: Asked) -> Any:
    _, query = _asked(asked)
    names = {"hard": "hardBounces", "soft": "softBounces", "complained": "spam"}
    events = []
    for mail in fake.taken:
        if mail.recipient == query["email"]:
            about = {"email": mail.recipient, "messageId": f"<{mail.remote_id}>", "tag": mail.send_id}
            events.append({**about, "event": "requests", "date": NOTED})
            for what, event in _told(fake, mail):
                at = datetime.fromtimestamp(event["ts_epoch"] / 1000, UTC).isoformat()
                more = {"reason": event.get("reason", ""), "date": at}
                events.append({**about, "event": names.get(what, what), **more})
    return {"events": events} if events else {}


def mailersend(fake: FakeApi, asked: Asked) -> Any:
    path, query = _asked(asked)
    if path[1] == "domains":
        return {"data": [{"id": "d1", "name": "other.example"}, {"id": "d2", "name": "ours.example"}]}
    assert path[:2] == ["v1", "activity"]
    if path[2] != "d2":
        return {"data": []}
    rows = []
    for mail in fake.taken if _is_in(query["date_from"], query["date_to"]) else []:
        known = {"recipient": {"email": mail.recipient}, "tags": [mail.send_id]}
        rows.append({"id": f"q{mail.remote_id}", "type": "queued", "created_at": NOTED, "email": known})
        rows += [event["data"] | {"email": known} for _, event in _told(fake, mail)]
    page, limit = int(query["page"]), int(query["limit"])
    return {"data": rows[(page - 1) * limit : page * limit]}
