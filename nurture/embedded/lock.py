"""One user of a data directory at a time."""

import fcntl
import os
import time
from pathlib import Path

from nurture.domain.errors import NurtureError

NAME = "lock"


class DataInUse(NurtureError):
    def __init__(self, data_dir: Path, pid: str) -> None:
        by = f" by process {pid}" if pid else ""
        super().__init__(
            f"The data directory {data_dir.absolute()} is in use{by}.",
            "Stop that one first, or give this one its own with --data DIR.",
        )


class DataLock:
    """Held by the open file, so the kernel frees it however the process ends; the pid inside is for people.

    A child that inherits `descriptor` holds it too: the directory is free once both have gone.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.descriptor = -1

    def take(self, patience: float = 3.0) -> None:
        """Waits for up to `patience` seconds, since a child of a killed process goes a moment after it."""
        if self.descriptor >= 0:
            return
        self._data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._data_dir / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + patience
        while not _locked(descriptor):
            pid = os.pread(descriptor, 32, 0).decode().strip()
            if time.monotonic() > until or _lives(pid):
                os.close(descriptor)
                raise DataInUse(self._data_dir, pid)
            time.sleep(0.05)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self.descriptor = descriptor

    def release(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
