"""The parts of a cluster, each a process of its own: migrate, worker, web; and the promotion of a build."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Self

import pytest
import pytest_asyncio

from nurture.cli.main import run
from nurture.embedded.temporal import EmbeddedTemporal

ASKED_EVERY = 1.0
"""Seconds: the server answers few questions about builds."""
NO_TEMPORAL = "error: No Temporal server answers at 127.0.0.1:1."


class Cluster:
    """Its environment, and the processes started in it."""

    def __init__(self, data: Path, temporal: str) -> None:
        self.variables = {
            "NURTURE_DATA_DIR": str(data),
            "TEMPORAL_ADDRESS": temporal,
            "NURTURE_WEB_PORT": "0",
            "PYTHONUNBUFFERED": "1",
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **self.variables, **variables},
        )
        self.started.append(process)
        return process

    def run(self, *words: str, **variables: str) -> tuple[int, str]:
        process = self.start("-m", "nurture", *words, **variables)
        said, _ = process.communicate(timeout=90)
        return process.returncode, said

    def migrated(self, template: Path) -> Self:
        """As `nurture migrate` leaves it."""
        shutil.copy(template, Path(self.variables["NURTURE_DATA_DIR"]) / "nurture.db")
        return self


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def temporal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedTemporal]:
    async with EmbeddedTemporal(tmp_path_factory.mktemp("temporal"), headless=True) as server:
        yield server


@pytest.fixture
def cluster(tmp_path: Path, temporal: EmbeddedTemporal) -> Iterator[Cluster]:
    made = Cluster(tmp_path, temporal.address)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return line
    pytest.fail(f"it ended without saying {words!r}: {''.join(said)}")


def ended(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(90)


@pytest.mark.parametrize("words", [("-m", "nurture", "worker"), ("worker.py",)])
def test_a_worker_runs_drains_and_is_promoted(
    cluster: Cluster,
    words: tuple[str, ...],
    checkout: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cluster.migrated(sqlite_template)
    build = f"b{len(words)}"
    worker = cluster.start(
        *(str(checkout / word) if word.endswith(".py") else word for word in words), NURTURE_BUILD=build
    )
    line_of(worker, "worker starts")
    monkeypatch.setenv("TEMPORAL_ADDRESS", cluster.variables["TEMPORAL_ADDRESS"])
    until = time.monotonic() + 90
    while run(["worker", "promote", build]) and time.monotonic() < until:
        time.sleep(ASKED_EVERY)
    assert capsys.readouterr().out == f"New and waking journeys go to build {build}.\n"
    assert ended(worker) == 0


def test_migrating_twice_and_serving(
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    log_to_text: Callable[..., object],
) -> None:
    done = "The database is at this version.\n"
    assert cluster.run("migrate") == (0, done)
    log_to_text("plain")  # so that the log is afterwards as it was
    monkeypatch.setenv("NURTURE_DATA_DIR", cluster.variables["NURTURE_DATA_DIR"])
    assert (run(["migrate"]), capsys.readouterr().out) == (0, done)
    web = cluster.start("-m", "nurture", "web")
    url = line_of(web, "web  ").split()[1]
    with urllib.request.urlopen(url + "/readyz", timeout=30) as answer:
        assert answer.status == 200
    assert ended(web) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("web",), "error: The database is at schema none, this code needs "),
        (("worker",), "error: The database is at schema none, this code needs "),
    ],
)
def test_what_is_missing_is_one_clear_error(cluster: Cluster, words: tuple[str, ...], says: str) -> None:
    code, said = cluster.run(*words)
    assert code == 1
    assert says in said
    assert said.splitlines()[-1].startswith(says)


@pytest.mark.parametrize("words", ["-m nurture worker", "worker.py"])
def test_no_temporal_is_one_clear_error(
    cluster: Cluster, words: str, checkout: Path, sqlite_template: Path
) -> None:
    cluster.migrated(sqlite_template)
    nowhere = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
    process = cluster.start(*words.replace("worker.py", str(checkout / "worker.py")).split(), **nowhere)
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith(NO_TEMPORAL)


@pytest.mark.parametrize(
    ("address", "words", "says"),
    [
        ("127.0.0.1:1", ("promote", "b1"), NO_TEMPORAL),
        ("", ("promote",), "error: Name a build, or set NURTURE_BUILD."),
        ("", ("promote", "nobodys"), "error: No worker of build nobodys has ever connected. Start one with "),
    ],
)
def test_a_promotion_that_cannot_be_is_one_clear_error(
    temporal: EmbeddedTemporal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
    words: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", address or temporal.address)
    assert run(["worker", *words]) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(says)
