"""What holds for every CRM in the registry, each tried against a server that behaves like it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nurture.crm.connector import Change, Connector, CrmDown, CrmRefused, Person, What
from nurture.crm.fake import SECRET, Behaviour, FakeCrm
from nurture.crm.registry import CRMS, connector
from nurture.settings import Settings, load_settings

FAKES: Mapping[str, Callable[[], FakeCrm]] = {"webhook": FakeCrm}
SETTINGS: Mapping[str, Callable[[str], Settings]] = {
    "webhook": lambda url: load_settings(
        crm_webhook_url=url, crm_webhook_secret=SECRET, internal_hosts="127.0.0.1"
    )
}
EVERYTHING: tuple[What, ...] = ("lead", "stage", "score", "owner", "handoff", "erasure")


def change(what: What = "stage", number: str = "crm_1", lead: str = "lead-1") -> Change:
    values = {"stage": "MQL"} if what == "stage" else {}
    return Change(number, what, Person(lead, "ann@x.example"), values, datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture(params=sorted(CRMS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(name: str) -> FakeCrm:
    assert name in FAKES, f"give {name} a fake server here, so that its promises are tested"
    return FAKES[name]()


@pytest.fixture
async def crm(name: str, fake: FakeCrm) -> AsyncIterator[Connector]:
    async with fake.served() as url:
        made = CRMS[name](SETTINGS[name](url))
        assert made is not None
        yield made
        await made.close()


def test_its_page_is_there(name: str, checkout: Path) -> None:
    page = checkout / "docs" / "crm" / f"{name}.md"
    assert page.is_file()
    assert f"({name}.md)" in (checkout / "docs" / "crm" / "README.md").read_text()


def test_it_is_not_made_unless_the_settings_name_it(name: str) -> None:
    assert CRMS[name](load_settings()) is None
    assert connector(load_settings()) is None


async def test_it_is_known_by_its_name(name: str, crm: Connector) -> None:
    assert crm.name == name


@pytest.mark.parametrize("what", EVERYTHING)
async def test_it_pushes_every_kind_of_change(crm: Connector, fake: FakeCrm, what: What) -> None:
    await crm.push(change(what))
    assert [taken["what"] for taken in fake.changes] == [what]


async def test_again_does_no_harm(crm: Connector, fake: FakeCrm) -> None:
    first = await crm.push(change())
    assert await crm.push(change()) == first
    assert len(fake.changes) == 1


async def test_what_may_work_later_says_so(crm: Connector, fake: FakeCrm) -> None:
    fake.behaviour = Behaviour(status=503, retry_after="30")
    with pytest.raises(CrmDown) as down:
        await crm.push(change())
    assert down.value.retry_after == 30
    fake.behaviour = Behaviour()
    await crm.push(change())


async def test_what_will_never_work_says_so_without_naming_anybody(crm: Connector, fake: FakeCrm) -> None:
    fake.behaviour = Behaviour(status=400)
    with pytest.raises(CrmRefused) as refused:
        await crm.push(change())
    assert "ann@x.example" not in f"{refused.value} {refused.value.kind}"
