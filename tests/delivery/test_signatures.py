"""Signatures against vectors that others have published, and the rules of SNS."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nurture.delivery.hooks import Call, Forged, NotNow
from nurture.delivery.providers.resend import ResendHook
from nurture.delivery.providers.ses_hook import SesHook
from nurture.delivery.providers.ses_signing import Signer
from nurture.delivery.registry import certificate
from nurture.http import CallFailed, Http, Reply
from tests.delivery.fakes.ses import CERTIFICATE_URL, PEM, TOPIC, signed


def test_aws_own_example_of_signature_version_4() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html"""
    signer = Signer("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "iam")
    headers = signer.headers(
        "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        b"",
        {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
        datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
        method="GET",
    )
    assert headers["authorization"].endswith(
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )
    assert "wJalr" not in repr(signer)


async def test_the_example_of_standard_webhooks() -> None:
    hook = ResendHook(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1a,xxx v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    call = Call(headers, b'{"test": 2432232314}')
    assert await hook.proved(call, at + timedelta(minutes=4)) == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    for apart in (timedelta(minutes=-6), timedelta(minutes=6)):
        with pytest.raises(Forged):
            await hook.proved(call, at + apart)
    with pytest.raises(Forged):
        await hook.proved(Call(headers, b'{"test": 2432232314} '), at)


class Fetched:
    def __init__(self, pem: bytes = PEM) -> None:
        self.urls: list[str] = []
        self._pem = pem

    async def __call__(self, url: str) -> bytes:
        self.urls.append(url)
        return self._pem


EVENT: dict[str, Any] = {"Type": "Notification", "MessageId": "n-1", "Message": "{}", "Subject": "Amazon SES"}


@pytest.mark.parametrize("version", ["1", "2"])
async def test_sns_is_believed_for_our_topic_and_its_certificate_is_got_once(version: str) -> None:
    fetched = Fetched()
    hook = SesHook([TOPIC], fetched)
    for _ in range(2):
        assert await hook.proved(Call(*signed(EVENT, version)), datetime.now(UTC)) == "n-1"
    assert fetched.urls == [CERTIFICATE_URL]


async def test_anothers_topic_is_not_ours_however_well_it_is_signed() -> None:
    fetched = Fetched()
    hook = SesHook([TOPIC], fetched)
    with pytest.raises(Forged, match="topic"):
        await hook.proved(
            Call(*signed(EVENT, topic=TOPIC.replace("123456789012", "999999999999"))), datetime.now(UTC)
        )
    assert fetched.urls == []


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
        "https://me@sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.txt",
        "https://127.0.0.1/x.pem",
        "https://[::1",
        "",
    ],
)
async def test_a_certificate_from_elsewhere_is_not_even_asked_for(url: str) -> None:
    fetched = Fetched()
    call = Call(*signed({**EVENT, "SigningCertURL": url}))
    with pytest.raises(Forged):
        await SesHook([TOPIC], fetched).proved(call, datetime.now(UTC))
    assert fetched.urls == []


@pytest.mark.parametrize("field", ["Message", "MessageId", "Subject", "Timestamp", "Type"])
async def test_every_field_that_counts_is_signed(field: str) -> None:
    headers, body = signed(EVENT)
    changed = json.loads(body) | {field: "SubscriptionConfirmation" if field == "Type" else "other"}
    with pytest.raises(Forged):
        await SesHook([TOPIC], Fetched()).proved(
            Call(headers, json.dumps(changed).encode()), datetime.now(UTC)
        )


async def test_what_we_cannot_look_at_now_is_not_called_forged() -> None:
    class Away(Http):
        status: int | str = "unknown host"

        async def get(self, url: str, most: int = 0) -> Reply:
            if isinstance(self.status, str):
                raise CallFailed(self.status)
            return Reply(self.status, "", None)

    away = Away()
    hook = SesHook([TOPIC], lambda url: certificate(away, url))
    met: dict[int | str, type[Exception]] = {"unknown host": NotNow, 503: NotNow, 429: NotNow, 404: Forged}
    for status, raised in met.items():
        away.status = status
        with pytest.raises(raised):
            await hook.proved(Call(*signed(EVENT)), datetime.now(UTC))
    await away.close()


async def test_an_old_message_or_certificate_is_not_believed() -> None:
    call = Call(*signed(EVENT))
    for apart in (timedelta(hours=25), timedelta(minutes=-6)):
        with pytest.raises(Forged):
            await SesHook([TOPIC], Fetched()).proved(call, datetime.now(UTC) + apart)
    with pytest.raises(Forged):
        await SesHook([TOPIC], Fetched(b"no certificate")).proved(call, datetime.now(UTC))
