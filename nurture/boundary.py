"""The one error boundary of a process: expected errors are one clear line, a bug is a report to paste."""

import gc
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from nurture.domain.errors import NurtureError
from nurture.traces import exception_types, places

DONE, WRONG_INPUT, BUG, INTERRUPTED = 0, 1, 3, 130
OURS = ("nurture", "workflows", "activities", "worker")
NEW_OBJECTS = 50_000
"""Until the collector looks for circles among them; Python's own 700 fit a heap without our imports."""


def collect_rarely() -> None:
    """For a whole process, first of all. What modules define stays for good, and to look through it again and
    again takes a seventh of every start and a tenth of the work."""
    gc.set_threshold(NEW_OBJECTS, 10, 10)


def guarded(command: Callable[[], object], words: str) -> int:
    """Runs it and returns the exit code. `words`: the command's own words, without what was given to it."""
    try:
        result = command()
    except NurtureError as error:
        say_error(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say_error("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as in `nurture journeys | head`
        _silence_stdout()
        return DONE
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else WRONG_INPUT
    except ModuleNotFoundError as error:
        return _missing(error, words)
    except Exception as error:  # noqa: BLE001
        return _bug(error, words)
    return result if isinstance(result, int) and not isinstance(result, bool) else DONE


def _missing(error: ModuleNotFoundError, words: str) -> int:
    """After an update whose packages were not installed."""
    package = (error.name or "nurture").partition(".")[0]
    if package in OURS:
        return _bug(error, words)
    say_error(
        f"The package {package} is not installed. In a checkout run `make setup`; else install Nurture anew."
    )
    return WRONG_INPUT


def _bug(error: Exception, words: str) -> int:
    report = _write_report(error, words)
    say_error(f"A bug in Nurture ({exception_types(error)}). Please report it with {report}")
    return BUG


def say_error(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)


def leave(code: int) -> None:
    """Temporal's client sometimes aborts the interpreter's own way out (temporalio/sdk-python#300)."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code)


def _write_report(error: BaseException, words: str) -> Path:
    """Types and code places only: it is meant to be pasted where anyone can read it."""
    lines = [
        f"nurture {version('nurture')}, Python {platform.python_version()}, {platform.platform()}",
        f"command: nurture {words}",
        f"error: {exception_types(error)}",
        *(f"  {place}" for place in places(error)),
    ]
    path = Path(tempfile.gettempdir()) / f"nurture-report-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def _silence_stdout() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
