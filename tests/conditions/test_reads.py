"""What can change a condition."""

from __future__ import annotations

import pytest

from nurture.conditions import Conditions
from nurture.domain.conditions import Condition


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('clicked("checklist")', {"event:email.clicked"}),
        ('opened("checklist")', {"event:email.opened", "event:email.clicked"}),
        ('answer("your-interest") == "now"', {"event:survey.answered"}),
        ('replied("checklist") || bounced("checklist")', {"event:email.replied", "event:email.bounced"}),
        ('happened("demo-booked")', {"event:demo.booked"}),
        ('count("prices-page", "7d") >= 2', {"event:page.viewed"}),
        ('count("prices-page", "7d") < 1', {"event:page.viewed", "time"}),
        ('!(count("prices-page", "7d") >= 2)', {"event:page.viewed", "time"}),
        ('count("prices-page", "ever") < 1', {"event:page.viewed"}),
        ("score >= 60", {"score"}),
        ("60 <= score", {"score"}),
        ("score < 60", {"score", "time"}),
        ("!(score >= 60)", {"score", "time"}),
        ("fit < 5", {"score"}),
        ('stage == "MQL"', {"stage"}),
        ('stage_at_least("MQL")', {"stage"}),
        ('tagged("x")', {"tag"}),
        ('on_list("competitors")', {"list"}),
        ("known(lead.title)", {"field:lead.title"}),
        ("changed(lead.title)", {"field:lead.title", "event:lead.changed"}),
        ('!changed(lead.title, "7d")', {"field:lead.title", "event:lead.changed", "time"}),
        ("deal.renewal_date < now", {"field:deal.renewal_date", "time"}),
        ('in_segment("big-and-warm")', {"field:lead.employees", "field:lead.industry", "score"}),
        ('!in_segment("warm")', {"score", "time"}),
        ('in_segment("turning")', {"score"}),
        ("lead.gone > 1", set()),
    ],
)
def test_what_can_change_a_condition(conditions: Conditions, text: str, tokens: set[str]) -> None:
    assert conditions.reads(Condition((text,))) == tokens
