from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from nurture.clock import RealClock
from nurture.crm.connector import Change, Pushed
from nurture.crm.fake import SECRET, Behaviour, FakeCrm
from nurture.crm.webhook import WebhookCrm
from nurture.http import Http
from nurture.services.adopt import ensure_installation
from nurture.services.crm import push_due, queue
from nurture.services.crm_outbox import due
from nurture.services.crm_rest import gate_state, open_gate
from nurture.services.desk import Desk
from nurture.services.hold import hold, release
from nurture.services.leads import find_or_create
from nurture.services.merge import merge
from nurture.store.columns import db_now
from nurture.store.session import Store
from nurture.store.tables import crm_links, incidents, outbox, rates

CLOCK = RealClock()
DESK = Desk(CLOCK, ("secret",), "http://localhost:8080", "default", crm=True)


def rows(conn: Connection, table: Any) -> list[dict[str, Any]]:
    order = table.c.id if "id" in table.c else table.c.name
    return [dict(row) for row in conn.execute(select(table).order_by(order)).mappings()]


def lead(store: Store, name: str) -> str:
    return store.write_sync(find_or_create, CLOCK, f"{name}@people.example", first_name=name)


def tell(store: Store, lead_id: str, key: str, what: Any = "stage", **values: object) -> None:
    store.write_sync(queue, CLOCK, lead_id, what, values or {"stage": key}, key)


def later(store: Store) -> None:
    """As if the waits of the outbox and of the CRM were over."""

    def write(conn: Connection) -> None:
        conn.execute(update(outbox).where(outbox.c.not_before.is_not(None)).values(not_before=db_now(-1)))
        conn.execute(update(rates).values(at=db_now(-1)))

    store.write_sync(write)


@pytest.fixture(autouse=True)
def _installed(store: Store) -> None:
    store.write_sync(ensure_installation, "real", DESK.base_url, DESK.namespace)


@pytest.fixture
async def nobody() -> AsyncIterator[WebhookCrm]:
    connector = WebhookCrm("http://127.0.0.1:9/hooks", SECRET, Http(internal=["127.0.0.1"]))
    yield connector
    await connector.close()


async def test_changes_come_in_order_and_once(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    people = [lead(store, f"p{n}") for n in range(20)]
    for stage in ("lead", "MQL", "SAL"):
        for person in people:
            tell(store, person, f"{person}/{stage}", stage=stage)
            tell(store, person, f"{person}/{stage}", stage=stage)  # the same change again
    tell(store, people[0], "x", "score", score=70)
    done = sum(await asyncio.gather(*(push_due(store, DESK, webhook_crm) for _ in range(2))))
    while more := await push_due(store, DESK, webhook_crm):
        done += more
    assert done == 61
    by_lead: dict[str, list[str]] = {person: [] for person in people}
    for change in fake_crm.changes:
        by_lead[change["lead"]["id"]] += [change["values"].get("stage", "score")]
    assert by_lead[people[0]] == ["lead", "MQL", "SAL", "score"]
    assert all(stages == ["lead", "MQL", "SAL"] for person, stages in by_lead.items() if person != people[0])
    link = store.read_sync(rows, crm_links)[0]
    assert (link["state"], link["remote_id"], link["error"]) == ("synced", f"fake-{link['lead_id']}", None)
    assert link["pushed"]["stage"] == {"stage": "SAL"}


async def test_what_stands_in_the_outbox_names_nobody(store: Store) -> None:
    tell(store, lead(store, "canary"), "k")
    assert "canary" not in str(store.read_sync(rows, outbox))


async def test_a_crm_that_is_down_loses_nothing(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm, nobody: WebhookCrm
) -> None:
    people = [lead(store, f"p{n}") for n in range(40)]
    for person in people:
        tell(store, person, person)
    tried = await push_due(store, DESK, nobody)
    assert tried == 16
    assert store.read_sync(gate_state, "webhook") == "resting"
    assert await push_due(store, DESK, webhook_crm) == 0
    waiting = [row for row in store.read_sync(rows, outbox) if row["error"]]
    assert {(row["state"], row["error"]) for row in waiting} == {("open", "no connection")}
    links = store.read_sync(rows, crm_links)
    assert {(link["state"], link["error"]) for link in links} == {("waiting", "no connection")}
    store.write_sync(lambda conn: conn.execute(update(rates).values(at=db_now(-1))) and None)
    while await push_due(store, DESK, webhook_crm):
        pass
    assert sorted(change["lead"]["id"] for change in fake_crm.changes) == sorted(people)
    assert store.read_sync(gate_state, "webhook") == "open"
    assert {link["state"] for link in store.read_sync(rows, crm_links)} == {"synced"}


async def test_the_crm_may_ask_us_to_stay_away(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    tell(store, lead(store, "ann"), "a")
    fake_crm.behaviour = Behaviour(status=429, retry_after="900")
    assert await push_due(store, DESK, webhook_crm) == 1
    row = store.read_sync(rows, outbox)[0]
    away = store.read_sync(lambda conn: conn.execute(select(rates.c.at)).scalar_one())
    assert (row["not_before"] - row["created_at"]).total_seconds() > 890
    assert (away - row["created_at"]).total_seconds() > 890
    tell(store, lead(store, "bob"), "b")
    assert await push_due(store, DESK, webhook_crm) == 0


@pytest.mark.parametrize("status", [422, 500])
async def test_one_bad_lead_stops_nobody_else(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm, status: int
) -> None:
    bad, good = lead(store, "bad"), lead(store, "good")
    fake_crm.behaviour = Behaviour(status=status, only=bad)
    for n in range(3):
        tell(store, bad, f"bad{n}")
        tell(store, good, f"good{n}")
        await push_due(store, DESK, webhook_crm)
    assert [change["values"]["stage"] for change in fake_crm.changes] == ["good0", "good1", "good2"]
    states = [row["state"] for row in store.read_sync(rows, outbox) if row["record"] == bad]
    assert states == (["dead"] * 3 if status == 422 else ["open"] * 3)
    if status == 422:
        words = store.read_sync(rows, incidents)[0]
        assert (words["lead_id"], "bad@people.example" in words["text"]) == (bad, True)
        assert "bad@" not in str(store.read_sync(rows, outbox))


async def test_later_changes_wait_behind_an_earlier_one(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    ann = lead(store, "ann")
    tell(store, ann, "first")
    fake_crm.behaviour = Behaviour(status=503)
    await push_due(store, DESK, webhook_crm)
    fake_crm.behaviour = Behaviour()
    tell(store, ann, "second")
    assert await push_due(store, DESK, webhook_crm) == 0
    later(store)
    assert await push_due(store, DESK, webhook_crm) == 2
    assert [change["values"]["stage"] for change in fake_crm.changes] == ["first", "second"]


async def test_gone_stops_everything_until_a_person_says_so(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    for name in ("ann", "bob"):
        tell(store, lead(store, name), name)
    fake_crm.behaviour = Behaviour(status=410)
    await push_due(store, DESK, webhook_crm)
    fake_crm.behaviour = Behaviour()
    later(store)
    assert store.read_sync(gate_state, "webhook") == "gone"
    assert await push_due(store, DESK, webhook_crm) == 0
    assert {row["state"] for row in store.read_sync(rows, outbox)} == {"open"}
    store.write_sync(open_gate, "webhook", anyway=True)
    assert await push_due(store, DESK, webhook_crm) == 2


async def test_a_push_whose_worker_died_is_repeated_under_the_same_key(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    tell(store, lead(store, "ann"), "a")
    taken = store.write_sync(due, "webhook", 16)
    await webhook_crm.push(taken[0].change)  # and here it dies
    assert await push_due(store, DESK, webhook_crm) == 0
    store.write_sync(lambda conn: conn.execute(update(outbox).values(lease_until=db_now(-1))) and None)
    assert await push_due(store, DESK, webhook_crm) == 1
    assert (len(fake_crm.tries), len(fake_crm.changes)) == (2, 1)


async def test_what_is_told_of_a_merged_lead_is_told_of_the_other(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    ann, twin = lead(store, "ann"), lead(store, "twin")
    tell(store, twin, "a")
    store.write_sync(merge, CLOCK, twin, ann)
    await push_due(store, DESK, webhook_crm)
    assert [change["lead"]["email"] for change in fake_crm.changes] == ["ann@people.example"]


class Slow:
    """Reports how many it holds at once."""

    name = "slow"

    def __init__(self) -> None:
        self.now, self.most = 0, 0

    async def push(self, change: Change) -> Pushed:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        self.now -= 1
        return Pushed()

    async def close(self) -> None: ...


async def test_many_leads_at_once_but_not_too_many(store: Store) -> None:
    for n in range(40):
        tell(store, lead(store, f"p{n}"), str(n))
    slow = Slow()
    assert await push_due(store, DESK, slow) == 40
    assert slow.most == 16


async def test_nothing_goes_out_while_everything_is_held(
    store: Store, webhook_crm: WebhookCrm, fake_crm: FakeCrm
) -> None:
    tell(store, lead(store, "ann"), "a")
    store.write_sync(hold, CLOCK, "wrong prices")
    assert await push_due(store, DESK, webhook_crm) == 0
    store.write_sync(release)
    copy = Desk(CLOCK, ("secret",), "https://elsewhere.example", "default", crm=True)
    assert await push_due(store, copy, webhook_crm) == 0
    assert await push_due(store, DESK, webhook_crm) == 1
