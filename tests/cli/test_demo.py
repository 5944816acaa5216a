"""`nurture demo` as a process: a whole small one twice, alike; and how it stops."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from nurture.cli.main import run
from tests.cli.test_up import servers

FEW = ("--leads", "24", "--days", "6", "--json")
ENDED, SERVES = "Took ", "It goes on serving"
MOMENTS = random.Random(7).sample(range(60), 12 if "NURTURE_TEST_FULL" in os.environ else 2)
"""Tenths of a second after it told where it is: it waits for the server's trial, plays, counts or serves."""


def started(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nurture", "demo", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stopped(demo: subprocess.Popen[str]) -> tuple[str, str]:
    """By Ctrl-C; what it has said since."""
    demo.send_signal(signal.SIGINT)
    return demo.communicate(timeout=120)


@pytest.fixture(scope="module")
def two_reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Of two runs with the same seed, at the same time so that their machines' speed differs: one ends by
    itself, the other serves until it is stopped, and leaves nothing."""
    folder = tmp_path_factory.mktemp("demo")
    ends, serves = started(*FEW, "--exit", "--data", str(folder)), started(*FEW)
    said = []
    assert serves.stderr
    for line in serves.stderr:
        said.append(line)
        if SERVES in line:
            break
    assert any(SERVES in line for line in said), "".join(said)
    addresses = dict(line.split(maxsplit=1) for line in said if len(line.split()) == 2)
    with urllib.request.urlopen(addresses["mails"].strip(), timeout=60) as page:
        assert page.status == 200
    data = Path(addresses["data"].strip())
    assert data.is_dir()
    told = [stopped(serves)[0], ends.communicate(timeout=240)[0]]
    assert (serves.returncode, ends.returncode) == (0, 0), "".join([*said, *told])
    assert [servers(folder), servers(data)] == [[], []]
    assert not data.exists()
    return [json.loads(one) for one in told]


def test_the_same_seed_brings_the_same_report(two_reports: list[dict[str, Any]]) -> None:
    first, second = two_reports
    assert first == second


def test_nobody_is_lost_and_every_mail_is_in_the_ledger(two_reports: list[dict[str, Any]]) -> None:
    report = two_reports[0]
    assert report["amiss"] == []
    assert report["audit"]["holds"]
    balance = report["audit"]["balance"]
    assert balance["enrolled"] >= 24
    assert balance["enrolled"] == balance["in_flight"] + balance["ended"]
    match = report["match"]
    assert match["holds"]
    assert match["sent"] == match["caught"] == match["both"] == report["sends"]["sent"]
    assert match["bounced"] == report["sends"]["bounced"] > 0


def test_it_shows_people_and_machines(two_reports: list[dict[str, Any]]) -> None:
    report = two_reports[0]
    assert report["leads"] == 24
    assert report["refused"] == 2
    assert report["clicks"]["human"] > 5
    assert report["clicks"]["machine"] > 0
    assert {"head", "honeypot", "too-soon"} <= report["signs"].keys()
    assert report["hibernated"] > 20
    assert sum(funnel["handed"] for funnel in report["funnels"]) > 0
    assert report["crm"]["handoff"] > 0


def test_it_mails_to_nobody_but_the_catcher(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NURTURE_SMTP_HOST", "mail.ours.example")
    assert run(["demo", "--exit"]) == 1
    out, err = capsys.readouterr()
    assert "only to the catcher" in err
    assert "mail.ours.example" not in out


def test_it_begins_with_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nurture.db").touch()
    assert run(["demo", "--data", str(tmp_path)]) == 1
    assert "directory of its own" in capsys.readouterr().err


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_stop_at_any_moment_leaves_nothing(moment: int) -> None:
    demo = started("--leads", "3", "--days", "2")
    assert demo.stdout
    said = list(takewhile(lambda line: not line.startswith("leads "), demo.stdout))
    time.sleep(moment / 10)
    out, err = stopped(demo)
    said.append(out)
    lines = "".join(said).splitlines()
    ended = any(line.startswith(ENDED) for line in lines)
    assert demo.returncode == (0 if ended else 130), "\n".join([*lines, err])
    data = Path(next(line.split()[1] for line in lines if line.startswith("data ")))
    assert servers(data) == []
    assert not data.exists()
