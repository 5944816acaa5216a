"""What holds for every mail provider, each tried against a real server that behaves as it says it does."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from nurture.delivery import calling, registry
from nurture.delivery.compose import compose, message_id
from nurture.delivery.provider import Envelope, Outcome, Verdict
from nurture.delivery.registry import PROVIDERS, provider
from nurture.delivery.render import Rendered
from nurture.settings import Settings, load_settings
from tests.delivery.fakes import FAKES, FakeApi, FakeSmtp
from tests.delivery.fakes.server import (
    ANN,
    BAD_ADDRESS,
    CRASH,
    DROP,
    SENDER,
    TAKE_THEN_DROP,
    TAKE_THEN_SILENCE,
    THROTTLE,
    UNKEY,
    WAIT,
)
from tests.delivery.sending import Gate

Fake = FakeApi | FakeSmtp
LEAVE = "https://u.ours.example/u/token"
SEND = str(uuid4())


def a_mail(recipient: str = ANN) -> bytes:
    rendered = Rendered(subject="Grüße, Ann", html="<p>Hello <b>Ann</b></p>", text="Hello Ann\n")
    return compose(
        rendered,
        send_id=SEND,
        message_id=message_id(SEND, "ours.example"),
        sender=("Ours, Ltd", "news@ours.example"),
        recipient=(recipient, 'Ann "A" Example'),
        tracker=None,
        unsubscribe_url=LEAVE,
        list_id="guide.ours.example",
        feedback_id=None,
        kind="marketing",
    ).mail


@pytest.fixture(params=sorted(PROVIDERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SECONDS", 1.5)
    monkeypatch.setattr(calling, "PAUSES", (0.01, 0.01))


@contextlib.asynccontextmanager
async def served(name: str) -> AsyncIterator[Fake]:
    assert name in FAKES, f"give {name} a fake server, so that its promises are tested"
    fake = FAKES[name]()
    async with fake.served():
        yield fake


@pytest.fixture
async def fake(name: str) -> AsyncIterator[Fake]:
    async with served(name) as fake:
        yield fake


def settings(fake: Fake) -> Settings:
    return load_settings(**fake.settings, internal_hosts="127.0.0.1")


async def deliver(fake: Fake, gate: Gate | None = None, to: str = ANN) -> Outcome:
    made = provider(settings(fake))
    try:
        return await made.deliver(a_mail(), Envelope("news@ours.example", to, SEND), (gate or Gate()).mark)
    finally:
        await made.close()


async def test_a_mail_is_taken_once_with_all_its_parts(fake: Fake) -> None:
    gate = Gate()
    outcome = await deliver(fake, gate)
    assert (outcome.verdict, outcome.reason, gate.asked) == (Verdict.SENT, "accepted", 1)
    (taken,) = fake.taken
    assert fake.wrong == []
    assert taken.recipient == ANN
    assert taken.subject == "Grüße, Ann"
    assert taken.text == "Hello Ann\n"
    assert "<p>Hello <b>Ann</b></p>" in taken.html
    assert taken.unsubscribe == f"<{LEAVE}>"
    if isinstance(fake, FakeApi):
        assert fake.asked[0].headers["accept-encoding"] == "identity"
    if fake.name != "smtp":  # whose servers give the Message-ID back, and no more
        assert taken.send_id == SEND
        assert outcome.remote_id == taken.remote_id


async def test_without_the_mark_nothing_leaves(fake: Fake) -> None:
    outcome = await deliver(fake, Gate(open=False))
    assert (outcome.verdict, fake.taken) == (Verdict.FENCED, [])


@pytest.mark.parametrize(
    "to", ["ann@x.example, evil@x.example", "ann@x.example\r\nBcc: evil@x.example", "ann"]
)
async def test_what_is_no_address_reaches_nobody(fake: Fake, to: str) -> None:
    outcome = await deliver(fake, to=to)
    assert (outcome.verdict, outcome.reason, fake.taken) == (Verdict.BOUNCED, "bad-address", [])


async def test_an_address_that_is_refused_is_the_recipients_matter(fake: Fake) -> None:
    fake.script[:] = [BAD_ADDRESS]
    outcome = await deliver(fake)
    assert (outcome.verdict, outcome.channel, fake.taken) == (Verdict.BOUNCED, False, [])


@pytest.mark.parametrize(("what", "reason"), [(UNKEY, "account-refused"), (SENDER, "sender-not-verified")])
async def test_what_no_mail_gets_through_is_the_channels_matter(fake: Fake, what: str, reason: str) -> None:
    if fake.name == "smtp":
        what, reason = UNKEY, "auth-refused"
    fake.script[:] = [what]
    outcome = await deliver(fake)
    assert (outcome.verdict, outcome.channel, outcome.reason) == (Verdict.UNREACHED, True, reason)
    assert fake.taken == []


async def test_who_is_told_to_wait_waits(fake: Fake) -> None:
    if not isinstance(fake, FakeApi):
        return  # a mail server defers the mail, not the caller
    fake.script[:] = [THROTTLE]
    outcome = await deliver(fake)
    assert (outcome.verdict, outcome.channel, outcome.reason) == (Verdict.UNREACHED, True, "throttled")
    assert (outcome.retry_after, fake.taken) == (WAIT, [])


@pytest.mark.parametrize("what", [TAKE_THEN_SILENCE, TAKE_THEN_DROP])
async def test_taken_without_an_answer_is_never_taken_twice(fake: Fake, what: str) -> None:
    fake.script[:] = [what if isinstance(fake, FakeApi) else TAKE_THEN_DROP]
    outcome = await deliver(fake)
    assert len(fake.taken) == 1
    assert outcome.verdict is (Verdict.SENT if fake.keyed else Verdict.UNKNOWN)


async def test_a_crash_that_lasts_is_unknown_also_with_a_key(fake: Fake) -> None:
    if not isinstance(fake, FakeApi):
        return
    fake.script[:] = [CRASH, THROTTLE, CRASH]
    outcome = await deliver(fake)
    assert (outcome.verdict, outcome.channel, fake.taken) == (Verdict.UNKNOWN, False, [])
    assert len(fake.asked) == (3 if fake.keyed else 1)


async def test_a_connection_that_was_cut_before_is_not_unknown_for_long(fake: Fake) -> None:
    fake.script[:] = [DROP]
    outcome = await deliver(fake)
    told = Verdict.UNREACHED if fake.name == "smtp" else Verdict.SENT if fake.keyed else Verdict.UNKNOWN
    assert outcome.verdict is told
    assert len(fake.taken) == (1 if fake.keyed else 0)


async def test_where_nobody_listens_nothing_was_handed_over(name: str) -> None:
    async with served(name) as gone:
        pass
    outcome = await deliver(gone)
    assert outcome.verdict is Verdict.UNREACHED


async def test_keys_are_shown_nowhere(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    given = settings(fake)
    made = provider(given)
    await made.close()
    await deliver(fake)
    account = given.mail_account
    secrets = [one for one in (account.user, account.password) if one]
    seen = f"{given!r} {made!r} {vars(made)!r} {account!r} {caplog.text}"
    assert [one for one in secrets if one in seen] == []


def test_its_page_is_there(name: str, checkout: Path) -> None:
    assert f"({name}.md)" in (checkout / "docs" / "providers" / "README.md").read_text()
