"""What all workers share when they speak to a CRM: its limits, and its tokens."""

from __future__ import annotations

from nurture.crm.registry import KINDS, Shared
from nurture.services.crm_meter import Limits, TableMeter
from nurture.services.crm_vault import TableVault, seal_of
from nurture.services.desk import Desk
from nurture.settings import Settings
from nurture.store.session import Store

STEPPED = 100.0


def shared_of(settings: Settings, store: Store, desk: Desk) -> Shared:
    name = settings.crm_name
    kind = KINDS.get(name)
    if kind is None:
        return Shared()
    fast = STEPPED if desk.clock.stepped else 1.0  # a stepped clock speaks to a fake
    limits = Limits(kind.a_second * fast, float(settings.crm_daily_calls) or kind.a_day)
    seal = seal_of(settings.crm_keys, desk.secrets)
    return Shared(TableMeter(store, name, limits), TableVault(store, name, seal))
