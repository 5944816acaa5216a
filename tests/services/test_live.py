"""Whoever makes another version live plans what is to be scanned for it, on both databases."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import select

from nurture.services.releases import rollback
from nurture.store.tables import scans
from tests.fixtures.content import House

STEPS = [{"send": "hello"}, {"end": "done"}]
SETS = re.compile(r"""\blive=|"live":""")


def scanned(house: House) -> list[str]:
    return list(house.do(lambda conn: conn.scalars(select(scans.c.name).order_by(scans.c.name)).all()))


def test_a_rollback_scans_for_what_is_live_again(house: House) -> None:
    house.publish({"campaign": "talk", "enrol": {"every": "day 10:00"}, "steps": STEPS})
    first = scanned(house)
    assert any("talk" in name for name in first)
    house.publish({"campaign": "talk", "steps": STEPS})
    assert scanned(house) == [name for name in first if "talk" not in name]
    rollback(house.store, house.desk, "talk", "test")
    assert scanned(house) == first


def test_nobody_else_sets_what_is_live(checkout: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (checkout / "nurture").rglob("*.py")}
    assert [name for name, text in texts.items() if "update(campaigns)" in text and SETS.search(text)] == [
        "live.py"
    ]
