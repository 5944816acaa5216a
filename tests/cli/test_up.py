"""`nurture up` as a process: what it starts, how it stops, what it leaves behind."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nurture.embedded.ports import listen
from nurture.embedded.temporal import EmbeddedTemporal

READY = "Ctrl-C stops it"
Start = Callable[..., "Running"]


class Running:
    """One `nurture up`; `lines` is what it has said so far."""

    def __init__(self, data: Path, *options: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "nurture",
                "up",
                "--data",
                str(data),
                "--port",
                "0",
                "--headless",
                *options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **variables},
        )
        self.lines: list[str] = []

    def until(self, words: str) -> str:
        """Reads on to the line with these words."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if words in line:
                return self.lines[-1]
        pytest.fail(f"it ended without saying {words!r}:\n" + "\n".join(self.lines))

    def address(self, part: str) -> str:
        found = re.search(rf"^{part} .*?(https?://\S+|[\d.]+:\d+)", "\n".join(self.lines), re.MULTILINE)
        assert found, f"no address of {part}"
        return found[1]

    def end(self, *numbers: signal.Signals, within: float = 90) -> int:
        for number in numbers:
            self.process.send_signal(number)
            time.sleep(0.2)
        rest, _ = self.process.communicate(timeout=within)
        self.lines += rest.splitlines()
        return self.process.returncode


def servers(data: Path) -> list[str]:
    """Pids of Temporal servers on this data."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:  # gone between the listing and the look
            continue
        if b"start-dev" in words and str(data / "temporal.db").encode() in words:
            found.append(entry.name)
    return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start(*options: str, **variables: str) -> Running:
        started.append(Running(tmp_path, *options, **variables))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_it_serves_keeps_its_data_to_itself_and_drains(start: Start, tmp_path: Path) -> None:
    up = start()
    up.until("nobody may sign in yet")
    up.until(READY)
    with urllib.request.urlopen(up.address("web") + "/readyz", timeout=30) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(up.address("worker"), timeout=30) as answer:
        assert b"temporal_" in answer.read()

    publish = [sys.executable, "-m", "nurture", "publish", "--data", str(tmp_path)]
    subprocess.run(publish, check=True, stdout=subprocess.DEVNULL)
    link = up.until("signs in").split()[1]
    assert link.startswith(up.address("web") + "/signin/")
    with urllib.request.urlopen(link, timeout=30) as page:
        assert b"<button" in page.read()

    second = start()
    assert second.end() == 1
    says = f"error: The data directory {tmp_path} is in use by process {up.process.pid}. "
    assert second.lines == [says + "Stop that one first, or give this one its own with --data DIR."]

    assert up.end(signal.SIGTERM) == 0
    assert "Stopping" in up.lines[-1]
    assert servers(tmp_path) == []


def test_a_taken_port_is_one_clear_error(start: Start, tmp_path: Path) -> None:
    with listen("The test", "127.0.0.1", 0, "") as held:
        held.listen()
        port = held.getsockname()[1]
        up = start("--port", str(port))
        assert up.end() == 1
    assert [line.split(":")[0] for line in up.lines] == ["error"]
    assert f"The web app cannot listen on 127.0.0.1:{port}" in up.lines[0]
    assert servers(tmp_path) == []


@pytest.mark.chaos
def test_nothing_is_left_behind_and_everything_goes_on_after_a_kill(start: Start, tmp_path: Path) -> None:
    up = start()
    up.until(READY)
    (before,) = servers(tmp_path)
    os.kill(int(before), signal.SIGKILL)
    up.until("is started again")
    until = time.monotonic() + 60
    while not (after := servers(tmp_path)) and time.monotonic() < until:
        time.sleep(0.1)
    assert after not in ([], [before])

    assert up.end(signal.SIGKILL) == -signal.SIGKILL
    again = start()
    again.until("nothing goes out, copy")  # for it has another port now
    again.until(READY)
    assert len(servers(tmp_path)) == 1
    assert again.end(signal.SIGINT) == 0
    assert servers(tmp_path) == []


def test_a_signal_during_the_start_stops_it(start: Start, tmp_path: Path) -> None:
    up = start()
    up.until("temporal  ")
    assert up.end(signal.SIGTERM) == 0
    assert servers(tmp_path) == []


async def test_a_temporal_named_elsewhere_is_used(
    start: Start, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with EmbeddedTemporal(tmp_path_factory.mktemp("elsewhere"), headless=True) as elsewhere:
        up = start(TEMPORAL_ADDRESS=elsewhere.address)
        assert elsewhere.address in up.until("temporal  ")
        up.until(READY)
        assert servers(tmp_path) == []
        assert up.end(signal.SIGTERM) == 0


def test_a_temporal_that_does_not_answer_is_one_clear_error(start: Start) -> None:
    up = start(TEMPORAL_ADDRESS="127.0.0.1:1")
    assert up.end() == 1
    assert up.lines[-1].startswith(
        "error: No Temporal server answers at 127.0.0.1:1. Start it, or name another"
    )
