"""Any CRM, or anything between us and one, that takes signed webhooks (Standard Webhooks)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any
from uuid import uuid4

from nurture.crm.connector import Change, CrmDown, CrmGone, CrmRefused, Pushed, Task, Would
from nurture.crm.remote import Pages
from nurture.crm.signing import Signer
from nurture.crm.two_way import OWNER, values_of
from nurture.domain.crm_merge import TRIED, Merged, also_tried, merge, tried
from nurture.domain.crm_policy import CrmMapping
from nurture.http import CallFailed, Http, Reply

AGAIN = frozenset({408, 425, 429})
GONE = 410
MOST_TOLD = 2_000_000
"""Bytes of what it tells when it is asked."""
UNSET: Mapping[str, str] = {}


class WebhookCrm:
    """``asks``: where it is asked what has happened; empty: it is not asked."""

    name = "webhook"

    def __init__(self, url: str, secret: str, http: Http, asks: str = "") -> None:
        self._url = url
        self._asks = asks
        self._signer = Signer(secret, "NURTURE_CRM_WEBHOOK_SECRET")
        self._http = http

    async def push(self, change: Change) -> Pushed:
        merged = _plan(change)
        try:
            remote = await self._tell(change, merged.push)
        except CrmRefused as refused:
            if not (change.task and merged.push):
                raise
            remote = await self._tell(change, UNSET)  # a value that it refuses keeps no task from it
            reason = f"the CRM took the task and refused a value of the person: {refused.kind}"
            return Pushed(remote, _agreed(change, UNSET), park=(("refused value", reason),))
        return Pushed(remote, _agreed(change, merged.push), merged.take, merged.kept)

    async def _tell(self, change: Change, fields: Mapping[str, str]) -> str | None:
        body = _text(_message(change, fields))
        try:
            reply = await self._post(self._url, _number(change, fields), body)
            if not reply.ok:
                raise _failure(reply)
        except CrmDown as down:
            known = also_tried(change.known.base or UNSET, fields)
            raise CrmDown(down.kind, down.retry_after, known if fields else None) from None
        return _remote_id(reply.text)

    async def told(self, cursor: str) -> Pages | None:
        if not self._asks:
            return None
        body = _text({"type": "changes.wanted", "data": {"cursor": cursor}})
        reply = await self._post(self._asks, f"ask_{uuid4().hex}", body, MOST_TOLD)
        if not reply.ok:
            raise _failure(reply)
        found = _object(reply.text)
        changes, following = found.get("changes"), found.get("cursor")
        if not isinstance(following, str) or not isinstance(changes, list):
            raise CrmRefused("an answer without changes and a cursor")
        body_of_it = reply.text.encode() if changes else b""
        return Pages(body_of_it, following, found.get("more") is True and following != cursor)

    async def would(self, changes: Sequence[Change]) -> Sequence[Would]:
        plans = [(one, _plan(one)) for one in changes]
        return [
            Would(one.lead.id, one.remote_id, one.known.base is None, plan.push, plan.take, plan.kept)
            for one, plan in plans
        ]

    async def missing(self, mapping: CrmMapping) -> Sequence[str]:
        """It cannot be asked what it has."""
        return ()

    async def _post(self, url: str, number: str, body: str, most: int = 2000) -> Reply:
        try:
            return await self._http.post(url, body.encode(), self._signer.headers(number, body), most)
        except CallFailed as failed:
            raise CrmDown(failed.kind) from None

    async def close(self) -> None:
        await self._http.close()


def _plan(change: Change) -> Merged:
    """It cannot be looked at: what it told last, or was told, is taken for what stands there."""
    known = change.known.base or UNSET
    base = {**known, **dict.fromkeys(tried(known), "")}  # nobody knows whether it stands there
    return merge(change.mapping.fields, values_of(change.lead), base, base)


def _agreed(change: Change, written: Mapping[str, str]) -> dict[str, str]:
    known = change.known.base or UNSET
    kept = {name: value for name, value in known.items() if name.removeprefix(TRIED) not in written}
    base = {**dict.fromkeys(change.mapping.reads, ""), **kept, **written}
    task = change.task
    return base | ({OWNER: task.owner} if task and task.owner and not task.done else {})


def _number(change: Change, fields: Mapping[str, str]) -> str:
    """The same for every try that says the same: whoever leaves out what they have seen misses nothing."""
    if not fields:
        return change.id
    return f"{change.id}_{sha256(_text(dict(sorted(fields.items()))).encode()).hexdigest()[:8]}"


def _message(change: Change, fields: Mapping[str, str]) -> Mapping[str, object]:
    data: dict[str, object] = {"lead": asdict(change.lead), "what": change.what}
    data["values"] = dict(change.values)
    if change.what != "erasure":
        data.update(_written(change, fields))
        data.update({"task": _task(change.task)} if change.task else {})
        data.update({"note": {"id": change.id, "text": change.note}} if change.note else {})
    return {
        "type": f"{change.what}.changed" if change.what != "erasure" else "lead.erased",
        "timestamp": change.occurred_at.isoformat(),
        "data": data,
    }


def _written(change: Change, fields: Mapping[str, str]) -> Mapping[str, object]:
    """``before``: only where they have one of these values still may ours be written."""
    if not change.mapping.fields:
        return {}
    base = change.known.base or UNSET
    lost = tried(base)
    careful = {rule.theirs for rule in change.mapping.fields if rule.wins != "nurture"}
    before = {name: [base.get(name, ""), *lost.get(name, ())] for name in fields if name in careful}
    return {"fields": dict(fields), "before": before}


def _task(task: Task) -> Mapping[str, object]:
    times = {"due": task.due.isoformat(), "created_at": task.created_at.isoformat()}
    return {**{name: value for name, value in asdict(task).items() if name != "remote_id"}, **times}


def _text(message: Mapping[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)


def _failure(reply: Reply) -> Exception:
    if reply.status == GONE:
        return CrmGone("the CRM answered 410: it wants no more changes")
    if reply.status in AGAIN or reply.status >= 500:
        return CrmDown(f"http {reply.status}", reply.retry_after)
    return CrmRefused(f"http {reply.status}", reply.text)


def _remote_id(text: str) -> str | None:
    """``{"id": ...}`` in the answer is what the CRM calls the lead; most answer nothing."""
    found = _object(text).get("id")
    return str(found)[:200] if isinstance(found, str | int) else None


def _object(text: str) -> Mapping[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
