"""The relay's part in telling the CRM."""

from __future__ import annotations

from datetime import timedelta

from nurture.crm.connector import Connector
from nurture.crm.registry import listens
from nurture.relay.crm_pull import SETTLES
from nurture.services.crm import push_due
from nurture.services.crm_outbox import any_open
from nurture.services.desk import Desk
from nurture.store.session import Store


class CrmRound:
    def __init__(self, store: Store, desk: Desk, connector: Connector) -> None:
        self._store = store
        self._desk = desk
        self._connector = connector
        looks = listens(connector) is not None and not desk.clock.stepped  # a stepped clock speaks to a fake
        self._settles = SETTLES if looks else timedelta(0)

    async def round(self) -> int:
        """How many rows were pushed or settled."""
        if not await self._store.read(any_open):
            return 0
        return await push_due(self._store, self._desk, self._connector, self._settles)
