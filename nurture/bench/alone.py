"""An installation without Temporal, for rows about one part: its database and its desk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nurture.bench.house import POOL, SECRET, SENDER
from nurture.bench.sides import new_store
from nurture.clock import RealClock
from nurture.services.adopt import ensure_installation
from nurture.services.desk import Desk
from nurture.services.publish import publish_policy
from nurture.settings import Settings
from nurture.store.session import Store

NAMESPACE = "default"


def settings_of(folder: Path, port: int = 25, pool: int = POOL) -> Settings:
    return Settings(
        data_dir=folder,
        delivery="smtp",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_pool=pool,
        sender_address=SENDER,
        sender_name="Ours",
        company_name="Ours Ltd",
        company_address="1 Main Street, Town",
        secret=SECRET,
        send_rate=10_000,
    )


def alone(file: Path, settings: Settings, policies: Mapping[str, Mapping[str, Any]]) -> tuple[Store, Desk]:
    store, clock = new_store(file), RealClock()
    store.write_sync(ensure_installation, "real", settings.web_url, NAMESPACE)
    for name, policy in policies.items():
        store.write_sync(publish_policy, clock, name, policy)
    desk = Desk(
        clock,
        settings.given_secrets,
        settings.web_url,
        NAMESPACE,
        sender_address=settings.sender_address,
        send_rate=settings.send_rate,
    )
    return store, desk
