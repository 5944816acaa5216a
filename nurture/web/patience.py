"""A database that hangs is away too: whoever tells us something is not kept waiting until he gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from sqlalchemy.exc import TimeoutError as NoAnswer

T = TypeVar("T")

SECONDS = 5.0
"""Less than any provider waits for the answer to a webhook."""


async def patiently(work: Awaitable[T]) -> T:
    """Only for what may be told again: it may be written all the same."""
    try:
        async with asyncio.timeout(SECONDS):
            return await work
    except TimeoutError:
        raise NoAnswer("the database does not answer") from None
