"""A test of subjects in the engine: one text, and each lead the subject that she drew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from nurture.delivery.compose import Composed
from nurture.delivery.provider import Outcome, Verdict
from nurture.services import sending
from nurture.services.enrol import enrol
from nurture.services.to_send import ToSend
from nurture.store.columns import new_id
from nurture.store.tables import arms, sends
from tests.fixtures.content import House
from tests.services.test_turns import turn_of

TEST: dict[str, Any] = {
    "campaign": "test",
    "steps": [
        {
            "send": "first",
            "variants": {
                "asks": {"share": 50, "subject": "Late again?"},
                "tells": {"share": 50, "subject": "41% fewer delays"},
            },
        },
        {"send": "second", "thread": "first"},
        {"end": "done"},
    ],
}
SENT = Outcome(Verdict.SENT, 250, "2.0.0", "250 ok", "")
COMPOSED = Composed(b"Subject: x\r\n\r\nHello", [], "0" * 64)


def test_each_gets_the_subject_of_her_variant(house: House) -> None:
    house.publish(TEST)
    found = set()
    for number in range(8):
        journey = house.do(enrol, house.desk, "test", house.lead(), f"test:{number}").journey
        mail = house.do(sending.begin, house.desk, turn_of(house, journey), new_id())
        assert isinstance(mail, ToSend)
        found.add((mail.message, mail.source.subject, mail.source.name))
        house.do(sending.mark, house.desk, mail, COMPOSED)
        after = house.do(sending.finish, house.desk, mail, SENT, COMPOSED, None)
        answer = house.do(sending.begin, house.desk, after, new_id())
        assert answer.thread.source.subject == mail.source.subject, "the thread goes on under it"
    assert found == {("asks", "Late again?", "first"), ("tells", "41% fewer delays", "first")}
    drawn = house.do(lambda conn: conn.scalars(select(arms.c.way)).all())
    kept = house.do(lambda conn: conn.scalars(select(sends.c.message).where(sends.c.step == "first")).all())
    assert sorted(drawn) == sorted(kept)
