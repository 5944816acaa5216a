"""Budget, authority, need and timing: who said what when, in the database as in stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from nurture.domain.bant import INFERRED, SALES, Said
from nurture.domain.conditions import Condition
from nurture.domain.effects import Change
from nurture.services.changes import announce, apply
from nurture.services.facts import lead_fields, lead_row
from nurture.services.leads import LeadInput, check, upsert_many
from nurture.services.look import look
from nurture.services.publish import publish_policy
from nurture.services.qualifying import tell, words_of
from nurture.store.tables import events, leads
from tests.fixtures.content import MONDAY, House

LIFECYCLE: dict[str, Any] = {
    "bant": {"answers": {"survey": {"now": {"timing": "this quarter", "buying_stage": "decision"}}}},
    "ready_when": "bant >= 3",
}


def known(house: House, lead: str) -> dict[str, Any]:
    rules = house.do(house.desk.library.rules)
    fields = lead_fields(house.do(lead_row, lead), rules.dictionary)
    return {name: value for name, value in fields.items() if name.split(".")[1] in
            ("budget", "authority", "need", "timing", "buying_stage")}  # fmt: skip


def test_each_word_is_kept_with_its_source_and_the_stronger_stands(house: House) -> None:
    house.do(publish_policy, house.desk.clock, "lifecycle", LIFECYCLE)
    lead = house.lead()
    house.do(announce, lead, "form.submitted", {"budget": "20,000", "need": "yes"}, "form", MONDAY)
    house.do(announce, lead, "survey.answered", {"step": "survey", "answer": "now"}, "answer", MONDAY)
    house.do(look, house.desk, lead)
    assert known(house, lead) == {
        "lead.budget": "20,000",
        "lead.need": "yes",
        "lead.timing": "this quarter",
        "lead.buying_stage": "decision",
    }
    later = MONDAY + timedelta(days=1)
    change = Change("set", {"lead.budget": "unknown", "lead.authority": "decides"}, "ask")
    house.do(apply, house.desk, lead, change, "j/ask/1", later)
    assert known(house, lead)["lead.budget"] == "20,000", "what we conclude does not outdo what she said"
    assert known(house, lead)["lead.authority"] == "decides"
    rules = house.do(house.desk.library.rules)
    told = [Said("budget", "approved", SALES, later, "somebody")]
    assert house.do(tell, rules, lead, told, "handoff/1", later) == ["lead.budget"]
    assert house.do(tell, rules, lead, told, "handoff/1", later) == ()
    words = [(one.value, one.source) for one in house.do(words_of, lead) if one.item == "budget"]
    assert words == [("20,000", "form"), ("unknown", "inferred"), ("approved", "sales")]
    of_fields = select(events.c.data).where(events.c.type == "lead.changed").order_by(events.c.id)
    changed = [one["fields"] for one in house.do(lambda conn: list(conn.scalars(of_fields)))]
    assert ["lead.budget"] in changed


def test_an_import_is_the_weakest_word(house: House) -> None:
    lead = house.lead()
    email = house.do(lambda conn: conn.scalar(select(leads.c.email).where(leads.c.id == lead)))
    rules = house.do(house.desk.library.rules)
    dictionary = {**rules.dictionary.fields, "lead.budget": "text", "lead.need": "text"}
    house.do(tell, rules, lead, [Said("budget", "approved", SALES, MONDAY)], "one", MONDAY)
    values = {"lead.budget": "none", "lead.need": "yes"}
    given = check(replace(rules.dictionary, fields=dictionary), LeadInput(str(email), values))
    house.do(upsert_many, house.desk.clock, [given], "import crm.csv")
    assert known(house, lead) == {"lead.budget": "approved", "lead.need": "yes"}
    last = house.do(words_of, lead)[-1]
    assert (last.source, last.by) == (INFERRED, "import crm.csv")


def test_how_many_are_known_makes_a_lead_ready(house: House) -> None:
    house.do(publish_policy, house.desk.clock, "lifecycle", LIFECYCLE)
    rules = house.do(house.desk.library.rules)
    assert rules.conditions.check("bant >= 3") == []
    assert {"field:lead.budget", "field:lead.timing"} <= rules.conditions.reads(Condition(("bant >= 3",)))
