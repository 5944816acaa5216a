"""What holds for every CRM in the registry, each tried against a server that behaves like it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nurture.crm.connector import Change, Connector, CrmDown, CrmRefused, Person, Task, What
from nurture.crm.registry import CRMS, Shared, connector
from nurture.domain.crm_policy import load_crm
from nurture.settings import load_settings
from tests.contracts.crms import FAKES, POLICY, Bench

EVERYTHING: tuple[What, ...] = ("lead", "stage", "score", "owner", "handoff")
LEAD = Person("01890000-0000-7000-8000-000000000001", "ann@x.example", "Ann", "Lee", stage="MQL", score=70)
AT = datetime(2026, 3, 2, tzinfo=UTC)


def change(name: str, what: What = "stage", number: str = "crm_1", lead: Person = LEAD) -> Change:
    values = {"stage": "MQL"} if what == "stage" else {}
    task = Task("task-1", "Talk to Ann", "Why now", AT, AT, "ada.brandt@sales.example")
    mapping = load_crm(POLICY, name)
    return Change(number, what, lead, values, AT, mapping=mapping, task=task if what == "handoff" else None)


@pytest.fixture(params=sorted(CRMS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(name: str) -> Bench:
    assert name in FAKES, f"give {name} a fake server here, so that its promises are tested"
    return FAKES[name]()


@pytest.fixture
async def crm(name: str, fake: Bench) -> AsyncIterator[Connector]:
    async with fake.served() as url:
        made = CRMS[name](fake.settings(url), Shared())
        assert made is not None
        yield made
        await made.close()


def test_its_page_is_there(name: str, checkout: Path) -> None:
    page = checkout / "docs" / "crm" / f"{name}.md"
    assert page.is_file()
    assert f"({name}.md)" in (checkout / "docs" / "crm" / "README.md").read_text()


def test_it_is_not_made_unless_the_settings_name_it(name: str) -> None:
    assert CRMS[name](load_settings(), Shared()) is None
    assert connector(load_settings()) is None


async def test_it_is_known_by_its_name(name: str, crm: Connector) -> None:
    assert crm.name == name


async def test_it_pushes_every_kind_of_change_and_again_does_no_harm(
    name: str, crm: Connector, fake: Bench
) -> None:
    remote = None
    for what in EVERYTHING:
        for _ in range(2):
            pushed = await crm.push(replace(change(name, what, f"crm_{what}"), remote_id=remote))
            assert pushed.remote_id
            assert remote in (None, pushed.remote_id)
            remote = pushed.remote_id
    assert fake.people() == [LEAD.id]
    assert fake.tasks() == 1
    await crm.push(replace(change(name, "erasure", "crm_e", Person(LEAD.id)), remote_id=remote))
    assert "ann@x.example" not in fake.known()


async def test_what_may_work_later_says_so(name: str, crm: Connector, fake: Bench) -> None:
    fake.answers(503, {"retry-after": "30"})
    with pytest.raises(CrmDown) as down:
        await crm.push(change(name))
    assert down.value.retry_after == 30
    await crm.push(change(name))


async def test_an_answer_that_was_cut_off_makes_nothing_twice(name: str, crm: Connector, fake: Bench) -> None:
    for _ in range(3):
        fake.cuts_off()
        try:
            await crm.push(change(name, "handoff"))
        except CrmDown:
            continue
    fake.recovers()
    await crm.push(change(name, "handoff"))
    assert fake.people() == [LEAD.id]
    assert fake.tasks() == 1


async def test_what_will_never_work_says_so_without_naming_anybody(
    name: str, crm: Connector, fake: Bench
) -> None:
    fake.answers(400, {})
    with pytest.raises(CrmRefused) as refused:
        await crm.push(change(name))
    assert "ann@x.example" not in f"{refused.value} {refused.value.kind}"
