"""`nurture reconcile` without a log, as it is typed: the provider of each account is asked by its own key."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from nurture.cli.main import run
from nurture.store.session import Store
from nurture.store.tables import sends
from tests.delivery.fakes import FakeApi, FakePostmark
from tests.delivery.fakes.mailgun import FakeMailgun
from tests.delivery.fakes.server import FORBID, REFUSE, Taken
from tests.rows import Rows

WHO = "someone@ours.example"
NOTED = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When the fake provider took its mails."""


@contextmanager
def served(*fakes: FakeApi) -> Iterator[None]:
    """In a thread of their own: a command has its own loop."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        for fake in fakes:
            await contexts[fake.name].__aenter__()
        ready.set()
        await over.wait()
        for fake in fakes:
            await contexts[fake.name].__aexit__(None, None, None)

    contexts = {fake.name: fake.served() for fake in fakes}
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(5)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(5)
        loop.close()


@pytest.fixture
def nurture(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    monkeypatch.setenv("NURTURE_DATABASE_URL", str(sqlite_store.url))
    monkeypatch.setenv("NURTURE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NURTURE_DELIVERY", "send")
    monkeypatch.setenv("NURTURE_INTERNAL_HOSTS", "127.0.0.1")
    Rows(sqlite_store).installed()

    def typed(*words: str, ends: int = 0) -> str:
        capsys.readouterr()
        code = run(["reconcile", *words])
        out, err = capsys.readouterr()
        assert code == ends, out + err
        assert [line for line in out.splitlines() if len(line) > 80] == []
        assert WHO not in out + err
        return out + err

    return typed


def states(store: Store) -> list[str]:
    return store.read_sync(
        lambda conn: list(conn.scalars(select(sends.c.state).order_by(sends.c.created_at)))
    )


def test_each_account_is_asked_with_its_own_key(
    nurture: Callable[..., str], sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, postmark, mailgun = Rows(sqlite_store), FakePostmark(), FakeMailgun()
    lead = rows.lead(email=WHO)
    ours = [
        rows.send(lead, state="unknown", settled_at=rows.ago(minutes=number), claimed_at=at, provider=account)
        for number, (account, at) in enumerate(
            [("main", rows.now), ("main", rows.now), ("second", NOTED), ("third", rows.now)]
        )
    ]
    with served(postmark, mailgun):
        file = tmp_path / "accounts.yaml"
        file.write_text("accounts:\n  main: {}\n  second: {}\n  third: {}\n")
        monkeypatch.setenv("NURTURE_ACCOUNTS", str(file))
        monkeypatch.setenv("NURTURE_MAIL_URL", postmark.settings["mail_url"])
        monkeypatch.setenv("NURTURE_MAIL_URL_SECOND", mailgun.settings["mail_url"])
        monkeypatch.setenv("NURTURE_MAIL_URL_THIRD", "ses://key:secret@eu-west-1")
        for fake, send, number in ((postmark, ours[0], "1"), (mailgun, ours[2], "2")):
            fake.taken.append(Taken(WHO, send, "Hello", "", "", "", number))
            fake.became[number] = ["delivered"]
        told = nurture()
        assert told.splitlines()[:3] == [
            "main: 1 delivered, 1 not found",
            "second: 1 delivered",
            "2 mails unknown now. Nothing was sent.",
        ]
        assert sorted(states(sqlite_store)) == ["delivered", "delivered", "unknown", "unknown"]
        assert (postmark.wrong, mailgun.wrong) == ([], [])
        postmark.answers[:] = [REFUSE]
        assert "main: 1 that it takes no question about" in nurture()
        postmark.answers[:] = [FORBID]
        assert "main: it cannot tell: its key may not read what became of mails" in nurture(ends=1)
    assert (postmark.asked, mailgun.asked) == ([], [])


def test_where_nobody_can_be_asked_it_says_so(
    nurture: Callable[..., str], sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Rows(sqlite_store)
    rows.send(rows.lead(), state="unknown", settled_at=rows.now, provider="ses")
    monkeypatch.setenv("NURTURE_MAIL_URL", "ses://key:secret@eu-west-1")
    assert "No account can be asked" in nurture()
    assert "--complete is said of a log" in nurture("--complete", ends=1)
