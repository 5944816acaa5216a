"""Any CRM, or anything between us and one, that takes signed webhooks (Standard Webhooks)."""

from __future__ import annotations

import json
from dataclasses import asdict

from nurture.crm.connector import Change, CrmDown, CrmGone, CrmRefused, Pushed
from nurture.crm.signing import Signer
from nurture.http import CallFailed, Http, Reply

AGAIN = frozenset({408, 425, 429})
GONE = 410


class WebhookCrm:
    name = "webhook"

    def __init__(self, url: str, secret: str, http: Http) -> None:
        self._url = url
        self._signer = Signer(secret, "NURTURE_CRM_WEBHOOK_SECRET")
        self._http = http

    async def push(self, change: Change) -> Pushed:
        body = json.dumps(_message(change), ensure_ascii=False, separators=(",", ":"), default=str)
        try:
            reply = await self._http.post(self._url, body.encode(), self._signer.headers(change.id, body))
        except CallFailed as failed:
            raise CrmDown(failed.kind) from None
        return _outcome(reply)

    async def close(self) -> None:
        await self._http.close()


def _message(change: Change) -> dict[str, object]:
    return {
        "type": f"{change.what}.changed" if change.what != "erasure" else "lead.erased",
        "timestamp": change.occurred_at.isoformat(),
        "data": {"lead": asdict(change.lead), "what": change.what, "values": dict(change.values)},
    }


def _outcome(reply: Reply) -> Pushed:
    if reply.ok:
        return Pushed(_remote_id(reply.text))
    if reply.status == GONE:
        raise CrmGone("the CRM answered 410: it wants no more changes")
    if reply.status in AGAIN or reply.status >= 500:
        raise CrmDown(f"http {reply.status}", reply.retry_after)
    raise CrmRefused(f"http {reply.status}", reply.text)


def _remote_id(text: str) -> str | None:
    """``{"id": ...}`` in the answer is what the CRM calls the lead; most answer nothing."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    found = answer.get("id") if isinstance(answer, dict) else None
    return str(found)[:200] if isinstance(found, str | int) else None
