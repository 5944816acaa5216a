"""The score of a company, from its people: read by conditions, told to who waits for it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select, update

from nurture.services.engagement import check
from nurture.services.facts import account_people, account_total, lead_row
from nurture.services.look import look, waiting_leads
from nurture.store.columns import new_id
from nurture.store.tables import accounts, events, leads, outbox
from tests.fixtures.content import MONDAY, House
from tests.services.test_scoring import POLICY, happen, publish
from tests.services.test_turns import begin, row


def test_the_best_of_a_company_make_its_score_and_wake_who_waits_for_it(house: House) -> None:
    publish(house, POLICY | {"accounts": {"best": 2}})
    steps = [{"wait": "up to 30d", "until": "account_score >= 60"}, {"end": "over"}]
    turn = begin(house, {"campaign": "company", "steps": steps})
    house.do(check, house.desk, turn)
    mine = row(house, turn.journey).lead_id
    account = new_id()
    made = {"id": account, "domain": "made.example", "fields": {}, "created_at": MONDAY}
    house.do(lambda conn: conn.execute(insert(accounts).values(made)))
    others = [house.lead() for _ in range(3)]
    house.do(lambda conn: conn.execute(
        update(leads).where(leads.c.id.in_([mine, *others])).values(account_id=account)))  # fmt: skip
    for number, lead in enumerate(others):
        happen(house, lead, "form.submitted", MONDAY - timedelta(minutes=number), number)
    rounds = 0
    while waiting := house.do(waiting_leads, house.desk):
        rounds += 1
        for lead in waiting:
            house.do(look, house.desk, lead)
    assert rounds < 5, "colleagues do not tell each other for ever"
    rules = house.do(house.desk.library.rules)
    lead = house.do(lead_row, mine)
    assert sorted(house.do(account_people, rules, lead, MONDAY).values()) == [0, 30, 30, 30]
    assert house.do(account_total, rules, lead, MONDAY) == 60
    wakes = select(func.count()).select_from(outbox).where(outbox.c.kind == "wake")
    assert house.do(lambda conn: conn.scalar(wakes)) == 1
    told = select(events.c.lead_id).where(events.c.type == "score.changed")
    assert set(house.do(lambda conn: list(conn.scalars(told)))) == {mine}
    alone = house.do(lead_row, house.lead())
    assert house.do(account_total, rules, alone, MONDAY) == 0
