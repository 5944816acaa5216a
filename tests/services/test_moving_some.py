"""A move of those for whom a condition holds, on both databases: the preview counts what happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, update

from nurture.cli.move import preview_lines
from nurture.services import moving_rows
from nurture.services.move_choice import BadChoice, choice
from nurture.services.move_preview import preview
from nurture.services.moving import move_all
from nurture.services.moving_rows import Target
from nurture.services.releases import rollback
from nurture.store.tables import journeys, leads
from tests.fixtures.content import House
from tests.services.test_moving import edited, sleepers


def half(conn: Connection) -> set[str]:
    """Every second lead is of the food industry; their journeys."""
    rows = conn.execute(select(journeys.c.id, journeys.c.lead_id).order_by(journeys.c.id)).all()[::2]
    ids = [row.lead_id for row in rows]
    conn.execute(update(leads).where(leads.c.id.in_(ids)).values(fields={"industry": "food"}))
    return {row.id for row in rows}


def chosen(house: House, version: str, text: str) -> Target:
    target = Target("guide", version)
    return replace(target, where=house.do(choice, house.desk, target, text))


def on(conn: Connection, version: str) -> set[str]:
    return set(conn.scalars(select(journeys.c.id).where(journeys.c.version == version)))


def test_those_for_whom_it_holds_go_and_come_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving_rows, "PAGE", 4)
    sleepers(house, 9)
    old = house.do(lambda conn: conn.execute(select(journeys.c.id, journeys.c.due, journeys.c.version)).all())
    food = house.do(half)
    new = house.publish(edited())
    target = chosen(house, new, 'lead.industry == "food" && !clicked("first")')
    told = house.store.read_sync(preview, house.desk, target)
    assert (told.total, told.others) == (5, 4)
    assert "4 others stay where they are: the condition does not hold" in "\n".join(
        preview_lines(told, target)
    )
    done = move_all(house.store, house.desk, target)
    assert done.ways == Counter(dict(told.ways))
    assert house.do(on, new) == food
    assert rollback(house.store, house.desk, "guide", "test").journeys == len(food)
    query = select(journeys.c.id, journeys.c.due, journeys.c.version)
    assert house.do(lambda conn: set(conn.execute(query).all())) == set(old)


def test_who_cannot_be_asked_stays_and_is_counted(house: House) -> None:
    sleepers(house, 2)
    house.do(lambda conn: conn.execute(update(leads).values(fields={"industry": 5})))
    house.do(half)
    new = house.publish(edited())
    target = chosen(house, new, 'lead.industry == "food"')
    told = house.store.read_sync(preview, house.desk, target)
    assert (told.moved, told.of("nowhere")) == (1, 1)
    text = " ".join(" ".join(preview_lines(told, target)).split())
    assert "Who has no place stays: the condition cannot be decided" in text
    assert move_all(house.store, house.desk, target).ways == Counter(dict(told.ways))


def test_nobody_is_said(house: House) -> None:
    sleepers(house, 2)
    target = chosen(house, house.publish(edited()), 'lead.industry == "media"')
    told = house.store.read_sync(preview, house.desk, target)
    assert "for none of 2 journeys" in "\n".join(preview_lines(told, target))


@pytest.mark.parametrize("text", ['clicked("furst")', "lead.industri == 1", "score"])
def test_a_wrong_condition_is_refused(house: House, text: str) -> None:
    sleepers(house, 1)
    with pytest.raises(BadChoice, match="--where"):
        chosen(house, house.publish(edited()), text)
