"""`nurture demo` as a process: a whole small one twice, alike; and how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_up import servers

FEW = ("--leads", "24", "--days", "6", "--exit", "--json")


def started(*options: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nurture", "demo", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )


@pytest.fixture(scope="module")
def two_reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Of two runs with the same seed, at the same time so that their machines' speed differs."""
    folders = [tmp_path_factory.mktemp("demo") for _ in range(2)]
    running = [started(*FEW, "--data", str(folder)) for folder in folders]
    reports = []
    for one in running:
        out, err = one.communicate(timeout=240)
        assert one.returncode == 0, f"{err}\n{out}"
        reports.append(json.loads(out))
    assert [servers(folder) for folder in folders] == [[], []]
    return reports


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


def test_it_mails_to_nobody_but_the_catcher() -> None:
    demo = started("--exit", NURTURE_SMTP_HOST="mail.ours.example")
    out, err = demo.communicate(timeout=90)
    assert demo.returncode == 1
    assert "only to the catcher" in err
    assert "mail.ours.example" not in out


def test_it_begins_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "nurture.db").touch()
    demo = started("--data", str(tmp_path))
    _, err = demo.communicate(timeout=90)
    assert demo.returncode == 1
    assert "directory of its own" in err


def test_it_serves_until_it_is_stopped_and_leaves_nothing() -> None:
    before = set(Path(tempfile.gettempdir()).glob("nurture-demo-*"))
    demo = started("--leads", "3", "--days", "1")
    said = []
    assert demo.stdout
    for line in demo.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    addresses = dict(line.split(maxsplit=1) for line in said if "http" in line and len(line.split()) == 2)
    with urllib.request.urlopen(addresses["mails"].strip(), timeout=30) as page:
        assert page.status == 200
    data = next(line.split()[1] for line in said if line.startswith("data"))
    assert Path(data).is_dir()
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=60)
    assert demo.returncode == 0, "".join(said)
    assert servers(Path(data)) == []
    assert set(Path(tempfile.gettempdir()).glob("nurture-demo-*")) <= before
