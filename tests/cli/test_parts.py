"""The parts of a cluster, each a process of its own: migrate, worker, web; and the promotion of a build."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from nurture.embedded.temporal import EmbeddedTemporal


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
    cluster: Cluster, words: tuple[str, ...], checkout: Path
) -> None:
    assert cluster.run("migrate")[0] == 0
    build = f"b{len(words)}"
    worker = cluster.start(
        *(str(checkout / word) if word.endswith(".py") else word for word in words), NURTURE_BUILD=build
    )
    line_of(worker, "worker starts")
    until = time.monotonic() + 60
    while (done := cluster.run("worker", "promote", build))[0] and time.monotonic() < until:
        time.sleep(0.2)
    assert done == (0, f"New and waking journeys go to build {build}.\n")
    assert ended(worker) == 0


def test_migrating_twice_and_serving(cluster: Cluster) -> None:
    for _ in range(2):
        assert cluster.run("migrate") == (0, "The database is at this version.\n")
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
        (("worker", "promote"), "error: Name a build, or set NURTURE_BUILD."),
        (
            ("worker", "promote", "nobodys"),
            "error: No worker of build nobodys has ever connected. Start one with ",
        ),
    ],
)
def test_what_is_missing_is_one_clear_error(cluster: Cluster, words: tuple[str, ...], says: str) -> None:
    code, said = cluster.run(*words)
    assert code == 1
    assert says in said
    assert said.splitlines()[-1].startswith(says)


@pytest.mark.parametrize("words", ["-m nurture worker", "-m nurture worker promote b1", "worker.py"])
def test_no_temporal_is_one_clear_error(cluster: Cluster, words: str, checkout: Path) -> None:
    cluster.run("migrate")
    nowhere = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
    process = cluster.start(*words.replace("worker.py", str(checkout / "worker.py")).split(), **nowhere)
    said, _ = process.communicate(timeout=90)
    assert process.returncode == 1
    assert said.splitlines()[-1].startswith("error: No Temporal server answers at 127.0.0.1:1.")
