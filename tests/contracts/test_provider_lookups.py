"""What holds for every provider that can be asked about a mail of which nobody knows, over real HTTP."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from nurture.delivery import asking
from nurture.delivery.asking import HOUR, MINUTE, CannotTell, Doubt, Lookup, OddQuestion
from nurture.delivery.asking_trial import try_lookup
from nurture.delivery.compose import message_id
from nurture.delivery.hooks import Call
from nurture.delivery.provider import Envelope
from nurture.delivery.providers import resend_lookup
from nurture.delivery.registry import HOOKS, LOOKUPS, lookups, provider
from nurture.domain.mail_events import MailEvent, Told, grade, state_of
from nurture.settings import load_settings
from tests.contracts.test_providers import SEND, a_mail
from tests.delivery.fakes import FAKES, FakeApi
from tests.delivery.fakes.server import (
    ANN,
    BROKEN,
    CRASH,
    DROP,
    ENDLESS,
    FORBID,
    MISS,
    REFUSE,
    SILENCE,
    THROTTLE,
    UNKEY,
    WAIT,
    Taken,
)
from tests.fixtures.content import MONDAY

OTHER = str(uuid4())
STATES = {
    "delivered": ("delivered", ""),
    "hard": ("bounced", "hard"),
    "soft": ("bounced", "soft"),
    "deferred": ("sent", ""),
    "complained": ("complained", ""),
}


@pytest.fixture(params=sorted(LOOKUPS))
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakeApi]:
    made = FAKES[request.param]()
    assert isinstance(made, FakeApi)
    async with made.served():
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resend_lookup, "APART", 0.01)


@contextlib.asynccontextmanager
async def line(fake: FakeApi) -> AsyncIterator[Lookup]:
    (made,) = lookups(load_settings(**fake.settings, internal_hosts="127.0.0.1")).values()
    try:
        yield made
    finally:
        await made.close()


def doubt(send_id: str = SEND, late: timedelta = timedelta()) -> Doubt:
    return Doubt(send_id, message_id(send_id, "ours.example"), ANN, MONDAY - late)


async def ask(fake: FakeApi, send_id: str = SEND) -> Sequence[MailEvent]:
    async with line(fake) as lookup:
        return await lookup.ask(doubt(send_id))


def took(fake: FakeApi, send_id: str = SEND, number: int = 1, to: str = ANN) -> Taken:
    """As if the answer had never come."""
    mail = Taken(to, send_id, "Hello", "", "", "", f"0102018-{number:04d}")
    fake.taken.append(mail)
    return mail


def state(found: Sequence[MailEvent]) -> tuple[str, str] | None:
    told = state_of([(event.told.value, event.reason) for event in found])
    return (told[0], grade(told[1]) if told[0] == "bounced" else "") if told else None


@pytest.mark.parametrize("what", STATES)
async def test_what_became_of_a_mail_is_found_and_nobody_elses(fake: FakeApi, what: str) -> None:
    other = "deferred" if what == "delivered" else "delivered"
    for number, (send_id, to) in enumerate([(OTHER, ANN), (SEND, ANN), (str(uuid4()), "bob@people.example")]):
        mail = took(fake, send_id, number, to)
        fake.became[mail.remote_id] = [what if send_id == SEND else other]
    found = await ask(fake)
    expected = ("bounced", "soft") if (fake.name, what) == ("resend", "hard") else STATES[what]
    assert state(found) == expected
    assert {(event.send_id, event.recipient, event.proved) for event in found} == {(SEND, ANN, True)}
    assert {event.remote_id for event in found} <= {"0102018-0001", ""}
    assert not any("/d1" in one.path for one in fake.questions)  # another domain's, where there are several
    assert fake.wrong == []
    assert [event.key for event in await ask(fake)] == [event.key for event in found]


async def test_what_was_handed_over_is_found_by_what_went_with_it(fake: FakeApi) -> None:
    made = provider(load_settings(**fake.settings, internal_hosts="127.0.0.1"))

    async def mark() -> bool:
        return True

    await made.deliver(a_mail(), Envelope("news@ours.example", ANN, SEND), mark)
    await made.close()
    assert state(await ask(fake)) == ("sent", "")
    assert fake.wrong == []


async def test_what_is_not_there_is_nothing(fake: FakeApi) -> None:
    assert list(await ask(fake)) == []
    took(fake, OTHER)
    assert list(await ask(fake)) == []


async def test_webhook_and_log_tell_the_same_event_under_one_number(fake: FakeApi) -> None:
    if fake.name == "resend":
        return  # its log numbers no events
    mail = took(fake)
    fake.became[mail.remote_id] = ["delivered"] if fake.name == "postmark" else ["delivered", "hard"]
    found = {event.key: event.told for event in await ask(fake) if event.told is not Told.ACCEPTED}
    keys = load_settings(**fake.settings, internal_hosts="127.0.0.1").mail_webhook_keys
    hook = HOOKS[fake.name](keys, None, None)  # type: ignore[arg-type]
    for what in fake.became[mail.remote_id]:
        (event,) = hook.events(Call(*fake.tells(what, mail)))
        assert isinstance(event, MailEvent)
        assert found.pop(event.key) is event.told
    assert found == {}


TROUBLE = {
    UNKEY: ("refused", HOUR),
    FORBID: ("refused", HOUR),
    MISS: ("not-there", HOUR),
    THROTTLE: ("throttled", WAIT),
    CRASH: ("status-503", MINUTE),
    REFUSE: ("status-422", HOUR),
    BROKEN: ("unreadable", MINUTE),
    ENDLESS: ("unreadable", MINUTE),
    DROP: ("broken-connection", MINUTE),
    SILENCE: ("timeout", MINUTE),
}


async def test_every_trouble_says_how_long_to_wait(fake: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    monkeypatch.setattr(asking, "MOST_ANSWER", 150_000)
    took(fake)
    for what, told in TROUBLE.items():
        fake.answers[:] = [what]
        with pytest.raises(CannotTell) as none:
            await ask(fake)
        assert (none.value.kind, none.value.wait) == told, what
        assert isinstance(none.value, OddQuestion) is (what == REFUSE)
    assert state(await ask(fake)) == ("sent", "")


async def test_whether_the_key_may_ask_is_known_without_a_mail(fake: FakeApi) -> None:
    (made,) = lookups(load_settings(**fake.settings, internal_hosts="127.0.0.1")).values()
    assert await try_lookup(made) == ""
    fake.answers[:] = [FORBID]
    (made,) = lookups(load_settings(**fake.settings, internal_hosts="127.0.0.1")).values()
    assert await try_lookup(made) == "its key may not read what became of mails"


async def test_no_more_calls_go_out_than_a_minute_has(fake: FakeApi) -> None:
    async with line(fake) as lookup:
        with pytest.raises(CannotTell) as none:  # noqa: PT012 - one of them must
            for _ in range(100):
                await lookup.ask(doubt())
    assert none.value.kind == asking.NOT_NOW
    assert 50 < none.value.wait <= 60
    assert len(fake.questions) <= 31


async def test_where_few_calls_a_second_are_allowed_sending_keeps_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resend_lookup, "APART", 0.2)
    fake = FAKES["resend"]()
    assert isinstance(fake, FakeApi)
    async with fake.served():
        took(fake)
        began = time.monotonic()
        await ask(fake)
    assert len(fake.questions) == 2
    assert 0.2 <= time.monotonic() - began < 2


async def test_keys_and_addresses_are_shown_nowhere(fake: FakeApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nurture")
    given = load_settings(**fake.settings, internal_hosts="127.0.0.1")
    async with line(fake) as lookup:
        fake.answers[:] = [FORBID]
        with pytest.raises(CannotTell) as none:
            await lookup.ask(doubt())
        seen = f"{lookup!r} {none.value!r} {none.value} {doubt()!r} {caplog.text}"
    assert given.mail_account.user not in seen
    assert ANN not in seen


def test_an_account_may_be_left_alone(fake: FakeApi) -> None:
    given = {**fake.settings, "mail_url": f"{fake.settings['mail_url']}&lookup=off"}
    assert lookups(load_settings(**given, internal_hosts="127.0.0.1")) == {}


def test_its_page_says_what_it_can_be_asked(checkout: Path) -> None:
    for name in FAKES:
        page = (checkout / "docs" / "providers" / f"{name}.md").read_text()
        assert ("cannot be asked" in page) is (name not in LOOKUPS), name
