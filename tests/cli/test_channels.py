"""`nurture channels` as it is typed: how the accounts stand, and letting one go on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nurture.cli.main import run
from nurture.clock import RealClock
from nurture.delivery.provider import Outcome, Verdict
from nurture.services import breakers
from nurture.services.channels import REFUSED, end_rest, rest
from nurture.services.opening import desk_to_read
from nurture.settings import load_settings
from nurture.store.session import Store
from tests.rows import Rows


def test_it_tells_what_each_account_may_send_and_lets_one_go_on(
    sqlite_url: str,
    sqlite_store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def nurture(*words: str, ends: int = 0) -> str:
        assert run(["channels", *words]) == ends
        out, err = capsys.readouterr()
        assert "--json" in words or max(map(len, out.splitlines()), default=0) <= 80
        return out + err

    Rows(sqlite_store).installed()
    monkeypatch.setenv("NURTURE_DATABASE_URL", sqlite_url)
    assert nurture().startswith("smtp: goes")
    file, today = tmp_path / "accounts.yaml", datetime.now(UTC).date()
    file.write_text(f"accounts:\n  main: {{}}\n  news:\n    warm_up: {{begins: {today}, days: [50, 100]}}\n")
    monkeypatch.setenv("NURTURE_ACCOUNTS", str(file))
    desk = desk_to_read(load_settings(), RealClock(), "default")
    sqlite_store.write_sync(breakers.write_down, desk, {"news": 200})
    for _ in range(11):
        sqlite_store.write_sync(breakers.blame, desk, "news", "bounces")
    refused = Outcome(Verdict.UNREACHED, 429, None, "", REFUSED, channel=True, retry_after=900.0)
    sqlite_store.write_sync(rest, desk, "main", refused, None)
    resting = nurture()
    assert "main: rests, is tried again in 1" in resting
    assert "\n    five mails were refused within ten minutes" in resting
    sqlite_store.write_sync(end_rest, "main")
    told = nurture()
    assert "main: goes" in told
    assert "news: stopped for bounces since" in told
    assert "today: 0 of 50, day 1 of its warm-up" in told
    assert "bounces 5.50% (11)" in told
    found = [(one["account"], one["state"], one["handed"]) for one in json.loads(nurture("--json"))]
    assert found == [("main", "goes", 0), ("news", "stopped", 200)]
    assert "main does not rest" in nurture("resume", "main", ends=1)
    assert nurture("resume", "news").startswith("news goes on.")
    assert "stopped" not in nurture()
    file.write_text("accounts: []\n")
    assert "NURTURE_ACCOUNTS cannot be used" in nurture(ends=1)
