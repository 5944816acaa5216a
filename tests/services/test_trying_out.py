"""A mail to look at: it arrives marked, measured by nobody, and no lead has got it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from textwrap import dedent

import pytest

from nurture.authoring.content import read_content
from nurture.delivery.catcher import Catcher
from nurture.domain.errors import NurtureError
from nurture.services.preview import NOBODY, inert_letterhead, previews
from nurture.services.trying_out import check_recipient, send_tests
from nurture.settings import Settings
from tests.authoring.good import GOOD

TO = "me@ours.example"


async def test_it_arrives_marked_and_untracked(tmp_path: Path) -> None:
    for name, text in GOOD.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    found = read_content(tmp_path)
    campaign = found.campaigns["talk"].campaign
    assert campaign is not None
    async with Catcher(port=0) as catcher:
        settings = Settings(data_dir=tmp_path, delivery="catch", catcher_port=catcher.port)
        head = inert_letterhead(settings)
        mails = list(previews(campaign, found.messages, head, NOBODY))
        tried = await asyncio.to_thread(send_tests, settings, head, TO, mails)
        assert [one.message for one in tried if one.sent] == ["hello", "question"]
        summary = next(one for one in catcher.store.recent() if one.subject == "[Test] Hello")
        caught = catcher.store.get(summary.id)
    assert caught is not None
    raw = str(caught)
    assert "List-Unsubscribe" not in raw
    assert "/c/" not in raw
    assert ".gif" not in raw


WRONG = [("allow:@theirs.example", TO), ("catch", "me@x, you@y.example"), ("catch", "me")]


@pytest.mark.parametrize(("delivery", "address"), WRONG)
def test_it_goes_only_where_mail_may_go(delivery: str, address: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, delivery=delivery, smtp_host="localhost")
    with pytest.raises(NurtureError):
        check_recipient(settings, address)
