"""The edge of a round: what fails in one row is told in the log, and ends nothing else."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from nurture.services.library import Unreadable
from nurture.traces import exception_types, places

log = logging.getLogger("nurture.relay")

T = TypeVar("T")


async def guarded(act: Callable[[], Awaitable[T]]) -> T | None:
    """None where it needs a policy that cannot be read, or a bug ended it: all else goes on meanwhile.

    Raises OperationalError: then the database does not answer, and nothing goes on."""
    try:
        return await act()
    except OperationalError:
        raise
    except Unreadable as error:
        log.error(error.message)
    except Exception as error:  # noqa: BLE001 - the edge of a round: a bug in one row ends no round
        tell_bug(error)
    return None


def tell_bug(error: Exception, **ids: str) -> None:
    """By its place, without its text: that may hold what a lead has written."""
    told = {"exception": exception_types(error), "at": (places(error) or ["?"])[-1]}
    log.error("a bug in a round of the relay; it goes on", extra={**told, **ids})
