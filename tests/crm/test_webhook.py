from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from nurture.crm.connector import Change, CrmDown, CrmGone, CrmRefused, Person
from nurture.crm.fake import SECRET, Behaviour, FakeCrm
from nurture.crm.signing import BadSecret
from nurture.crm.webhook import WebhookCrm
from nurture.http import Http

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def change(number: str = "crm_1", **values: object) -> Change:
    lead = Person(id="lead-1", email="jürgen@x.example", first_name="Jürgen", fields={"seats": 3})
    return Change(number, "stage", lead, values or {"stage": "MQL"}, NOW)


async def test_what_the_crm_gets(webhook_crm: WebhookCrm, fake_crm: FakeCrm) -> None:
    result = await webhook_crm.push(change())
    assert result.remote_id == "fake-lead-1"
    message = fake_crm.taken["crm_1"]
    assert message["type"] == "stage.changed"
    assert message["timestamp"] == "2026-03-02T09:00:00+00:00"
    assert message["data"]["lead"]["first_name"] == "Jürgen"
    assert message["data"]["values"] == {"stage": "MQL"}
    assert len(json.dumps(message)) < 20_000


async def test_a_repeated_push_is_one_change(webhook_crm: WebhookCrm, fake_crm: FakeCrm) -> None:
    for _ in range(3):
        await webhook_crm.push(change())
    assert (len(fake_crm.tries), len(fake_crm.changes)) == (3, 1)


async def test_another_secret_is_refused(crm_url: str, fake_crm: FakeCrm) -> None:
    stranger = WebhookCrm(crm_url, "whsec_" + "QUJD" * 8, Http(internal=["127.0.0.1"]))
    with pytest.raises(CrmRefused, match="http 401"):
        await stranger.push(change())
    assert (fake_crm.forged, fake_crm.changes) == (1, [])
    await stranger.close()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_answers_that_mean_later(webhook_crm: WebhookCrm, fake_crm: FakeCrm, status: int) -> None:
    fake_crm.behaviour = Behaviour(status=status, retry_after="7")
    with pytest.raises(CrmDown) as down:
        await webhook_crm.push(change())
    assert (down.value.kind, down.value.retry_after) == (f"http {status}", 7.0)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 409, 413, 422])
async def test_answers_that_mean_never(webhook_crm: WebhookCrm, fake_crm: FakeCrm, status: int) -> None:
    fake_crm.behaviour = Behaviour(status=status)
    with pytest.raises(CrmRefused) as refused:
        await webhook_crm.push(change())
    assert refused.value.kind == f"http {status}"
    assert "jürgen@x.example" in refused.value.text
    assert "jürgen" not in str(refused.value)


async def test_gone_is_for_good(webhook_crm: WebhookCrm, fake_crm: FakeCrm) -> None:
    fake_crm.behaviour = Behaviour(status=410)
    with pytest.raises(CrmGone):
        await webhook_crm.push(change())


async def test_a_crm_that_does_not_answer_in_time(crm_url: str, fake_crm: FakeCrm) -> None:
    fake_crm.behaviour = Behaviour(delay=60)
    hasty = WebhookCrm(crm_url, SECRET, Http(internal=["127.0.0.1"], seconds=0.5))
    with pytest.raises(CrmDown, match="timeout"):
        await hasty.push(change())
    await hasty.close()


async def test_a_crm_that_is_not_there() -> None:
    nobody = WebhookCrm("http://127.0.0.1:9/hooks", SECRET, Http(internal=["127.0.0.1"]))
    with pytest.raises(CrmDown, match="no connection"):
        await nobody.push(change())
    await nobody.close()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "not base64 at all!", "whsec_QUJD"])
def test_a_secret_that_cannot_sign_is_told_at_once(secret: str) -> None:
    with pytest.raises(BadSecret, match="NURTURE_CRM_WEBHOOK_SECRET"):
        WebhookCrm("http://127.0.0.1/hooks", secret, Http())
