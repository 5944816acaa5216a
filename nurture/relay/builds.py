"""The relay's part in promoted builds: no journey stands still because its build is gone."""

from __future__ import annotations

import logging
import time

from nurture.client import Client
from nurture.client.stranded import Unanswered, free_stranded

log = logging.getLogger("nurture.relay")

EVERY = 60.0


class BuildsRound:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._next = 0.0

    async def round(self) -> int:
        """0: it never has more to do at once."""
        if time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + EVERY
        try:
            freed = await free_stranded(self._client)
        except Unanswered as error:
            log.warning("Temporal did not tell of builds", extra={"kind": str(error)})
            return 0
        if freed:
            log.info("journeys of a build that is gone go on", extra={"journeys": freed})
        return 0
