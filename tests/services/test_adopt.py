"""Whose database this is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from nurture.services.adopt import OtherClock, adopt, ensure_installation, is_copy
from nurture.store.session import Store
from nurture.store.tables import installation

HERE = "https://mail.ours.example"
THERE = "https://staging.ours.example"
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_it_belongs_to_where_it_was_started_first(store: Store) -> None:
    assert store.read_sync(is_copy, HERE, "default") is None
    store.write_sync(ensure_installation, "real", HERE, "default")
    before = store.read_sync(lambda conn: conn.execute(select(installation)).one())
    store.write_sync(ensure_installation, "real", THERE, "other")
    assert store.read_sync(lambda conn: conn.execute(select(installation)).one()) == before
    assert store.read_sync(is_copy, HERE, "default") is None


@pytest.mark.parametrize(("base_url", "namespace"), [(THERE, "default"), (HERE, "other")])
def test_elsewhere_it_is_a_copy_until_adopted(store: Store, base_url: str, namespace: str) -> None:
    store.write_sync(ensure_installation, "real", HERE, "default")
    reason = store.read_sync(is_copy, base_url, namespace)
    assert reason is not None
    assert f"nurture adopt {base_url}" in reason
    store.write_sync(adopt, base_url, namespace)
    assert store.read_sync(is_copy, base_url, namespace) is None
    assert store.read_sync(is_copy, HERE, "default") is not None


def test_a_clock_cannot_be_changed(store: Store) -> None:
    store.write_sync(ensure_installation, "stepped", HERE, "default", stepped_to=BEGAN)
    with pytest.raises(OtherClock):
        store.write_sync(ensure_installation, "real", HERE, "default")


def test_a_stepped_clock_begins_somewhere(store: Store) -> None:
    with pytest.raises(OtherClock):
        store.write_sync(ensure_installation, "stepped", HERE, "default")
