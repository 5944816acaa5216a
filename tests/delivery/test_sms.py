"""Text messages over HTTP: what each answer means, and nothing before the mark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nurture.delivery.front_matter import SourceError
from nurture.delivery.provider import Verdict
from nurture.delivery.render import render
from nurture.delivery.sms_http import HttpSms
from nurture.delivery.source import MessageSource, message_names, read_message
from nurture.http import Http
from tests.engine.test_webhook import other_system


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.SENT),
        (202, Verdict.SENT),
        (400, Verdict.BOUNCED),
        (401, Verdict.UNREACHED),
        (429, Verdict.UNREACHED),
        (503, Verdict.UNREACHED),
        (500, Verdict.UNKNOWN),
    ],
)
async def test_what_each_answer_means(status: int, verdict: Verdict) -> None:
    async with other_system([(status, "{}")]) as (url, asked):
        sms = HttpSms(url, "a-token", "Ours", Http(internal=["127.0.0.1"]))
        assert (await sms.deliver("Hello", "+491511", "id-1", yes)).verdict is verdict
        await sms.close()
    ((headers, body),) = asked
    assert headers["authorization"] == "Bearer a-token"
    assert headers["idempotency-key"] == "id-1"
    assert json.loads(body) == {"id": "id-1", "to": "+491511", "from": "Ours", "text": "Hello"}


async def test_without_the_mark_nothing_leaves() -> None:
    async with other_system([(200, "")]) as (url, asked):
        sms = HttpSms(url, "", "Ours", Http(internal=["127.0.0.1"]))
        assert (await sms.deliver("Hello", "+491511", "id-1", no)).verdict is Verdict.FENCED
        await sms.close()
    assert asked == []


async def test_into_our_own_network_nothing_is_sent() -> None:
    sms = HttpSms("http://127.0.0.1:9/", "", "Ours", Http())
    assert (await sms.deliver("Hello", "+491511", "id-1", yes)).verdict is Verdict.UNREACHED
    await sms.close()


def test_its_source_is_a_text_alone(tmp_path: Path) -> None:
    (tmp_path / "reminder.sms.txt").write_text("Hello {{ lead.first_name }} & all.\nSTOP to stop.\n")
    assert message_names(tmp_path) == ["reminder"]
    source = read_message(tmp_path, "reminder")
    assert MessageSource.from_json(source.to_json()) == source
    found = render(source, {"lead": {"first_name": "<Ann>"}})
    assert found.text == "Hello <Ann> & all.\nSTOP to stop."
    assert "&lt;Ann&gt; &amp; all" in found.html
    (tmp_path / "reminder.md").write_text("---\nsubject: x\n---\nx\n")
    with pytest.raises(SourceError, match="a mail reminder too"):
        read_message(tmp_path, "reminder")
