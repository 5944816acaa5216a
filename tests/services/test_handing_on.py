"""Who is qualified goes on to the next team: with its own owner, clock, ladder and end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nurture.authoring.content import read_content
from nurture.clock import step
from nurture.services.answer import Answer, answer
from nurture.services.handing_on import handed_on_due, see_to
from nurture.services.merge import merge
from nurture.services.owners import reassign
from nurture.services.publish import publish_policy
from nurture.services.publish_content import TeamBusy, publish_content
from nurture.services.stepping import next_instant
from nurture.store.tables import events, handoffs, leads, sends
from tests.fixtures.content import MONDAY, House
from tests.services.test_clocks import ANN, CAMPAIGN, handed, user

CAM, COLE = "cam@ours.example", "cole@ours.example"
HOUR = timedelta(hours=1)
POLICY: dict[str, Any] = {
    "teams": {
        "inside-sales": {"members": [{"name": "Ann", "email": ANN}], "hand_on": "closers"},
        "closers": {
            "members": [{"name": "Cam", "email": CAM}, {"name": "Cole", "email": COLE}],
            "due": "2h",
            "remind": "1h",
            "escalate": "3h",
            "give_up": "5h",
        },
    },
    "reasons": {"not-now": "Not now"},
}


@pytest.fixture
def sales(house: House) -> House:
    house.publish(CAMPAIGN)
    house.do(publish_policy, house.desk.clock, "sales", POLICY)
    routing = {"rules": [{"rule": "knows-them", "to": "lead-owner"}]}
    house.do(publish_policy, house.desk.clock, "routing", routing)
    return house


def tasks(house: House, lead: str) -> list[Any]:
    query = select(handoffs).where(handoffs.c.lead_id == lead).order_by(handoffs.c.id)
    return list(house.do(lambda conn: conn.execute(query).all()))


def qualified(house: House) -> tuple[str, Any]:
    lead, first = handed(house)
    given = Answer("qualified", user(house, ANN), bant={"budget": "40k"})
    house.do(answer, house.desk, first.id, first.version, given)
    return lead, tasks(house, lead)[1]


def later(house: House, hours: float) -> None:
    house.do(step, MONDAY + hours * HOUR)
    for task in house.do(handed_on_due, house.desk):
        assert house.do(see_to, house.desk, task)


def mails(house: House, task: str) -> list[str]:
    query = select(sends.c.key).where(sends.c.key.startswith(f"handoff/{task}/")).order_by(sends.c.id)
    return [key.partition(task)[2] for key in house.do(lambda conn: conn.scalars(query).all())]


def lead_of(house: House, lead: str) -> Any:
    return house.do(lambda conn: conn.execute(select(leads).where(leads.c.id == lead)).one())


def test_the_next_team_gets_a_task_of_its_own(sales: House) -> None:
    lead, task = qualified(sales)
    assert (task.team, task.owner, task.state) == ("closers", user(sales, CAM), "open")
    assert (task.follows, task.due, task.clock) == (tasks(sales, lead)[0].id, MONDAY + 2 * HOUR, 1)
    assert lead_of(sales, lead).handed_at == MONDAY  # marketing stays quiet
    assert mails(sales, task.id) == ["/new/1"]
    looks = select(events.c.judge_at).where(events.c.looked_at.is_(None))
    sales.do(lambda conn: conn.execute(events.update().values(looked_at=MONDAY)))
    assert not sales.do(lambda conn: conn.execute(looks).all())
    sales.do(answer, sales.desk, task.id, task.version, Answer("accepted", user(sales, CAM)))
    found = tasks(sales, lead)[1]
    assert (found.state, found.sla, lead_of(sales, lead).handed_at) == ("accepted", "met", None)
    assert lead_of(sales, lead).owner == user(sales, CAM)


def test_its_ladder_is_climbed_and_it_ends_without_a_journey(sales: House) -> None:
    lead, task = qualified(sales)
    later(sales, 1)
    later(sales, 3)
    found = tasks(sales, lead)[1]
    assert mails(sales, task.id) == ["/new/1", "/remind/1", "/escalate/1"]
    assert (found.owner, found.clock, found.sla) == (user(sales, COLE), 2, "missed")
    later(sales, 4)
    assert mails(sales, task.id)[-1] == "/remind/2"
    assert sales.do(next_instant) is not None
    later(sales, 5)
    found = tasks(sales, lead)[1]
    assert (found.state, found.sla, lead_of(sales, lead).handed_at) == ("expired", "missed", None)
    assert list(sales.do(handed_on_due, sales.desk)) == []


def test_another_owner_begins_its_clock_anew(sales: House) -> None:
    lead, task = qualified(sales)
    sales.do(step, MONDAY + HOUR / 2)
    sales.do(reassign, sales.desk, task.id, task.version, user(sales, COLE), user(sales, CAM))
    later(sales, 1)
    assert "/remind/1" not in mails(sales, task.id)
    later(sales, 1.5)
    assert mails(sales, task.id)[-1] == "/remind/2"
    sales.do(answer, sales.desk, task.id, 1, Answer("rejected", user(sales, COLE), "not-now"))
    assert lead_of(sales, lead).stage == "recycled"


def test_a_merge_joins_what_is_open_and_carries_rest_and_owner(sales: House) -> None:
    into, own = handed(sales)
    twin, other = qualified(sales)
    rest = {"rests_until": MONDAY + 90 * HOUR}
    sales.do(lambda conn: conn.execute(leads.update().where(leads.c.id == twin).values(rest)))
    sales.do(merge, sales.desk.clock, twin, into)
    joined = {task.id: task.joined_to for task in tasks(sales, into)}
    assert (joined[own.id], joined[other.id], tasks(sales, twin)) == (None, own.id, [])
    found = lead_of(sales, into)
    assert (found.handed_at, found.rests_until, found.owner) == (MONDAY, *rest.values(), user(sales, ANN))
    sales.do(answer, sales.desk, own.id, own.version, Answer("accepted", user(sales, ANN)))
    assert {task.state for task in tasks(sales, into)} == {"qualified", "accepted"}


def test_a_task_whose_team_is_gone_warns_nobody_and_ends_in_time(sales: House) -> None:
    lead, task = qualified(sales)
    left = {"teams": {"inside-sales": {"members": [{"name": "Ann", "email": ANN}]}}}
    sales.do(publish_policy, sales.desk.clock, "sales", left)
    later(sales, 3)
    assert list(sales.do(handed_on_due, sales.desk)) == [], "it is not looked at again and again"
    assert mails(sales, task.id) == ["/new/1"]
    later(sales, 5)
    assert tasks(sales, lead)[1].state == "expired"


def test_a_team_whose_tasks_are_open_is_not_published_away(sales: House, tmp_path: Path) -> None:
    _, task = qualified(sales)
    file = tmp_path / "policies" / "sales.yaml"
    file.parent.mkdir()
    file.write_text("teams:\n  inside-sales:\n    members: [{name: Ann, email: ann@ours.example}]\n")
    content = read_content(tmp_path)
    with pytest.raises(TeamBusy, match=r"`closers` \(1 open\)"):
        sales.do(publish_content, sales.desk.clock, content)
    sales.do(answer, sales.desk, task.id, task.version, Answer("accepted", user(sales, CAM)))
    assert sales.do(publish_content, sales.desk.clock, content)
