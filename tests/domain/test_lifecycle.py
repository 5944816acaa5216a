"""Which moves between stages the company allows."""

from __future__ import annotations

import pytest

from nurture.domain.dictionary import with_policies
from nurture.domain.facts import Facts
from nurture.domain.lifecycle import load_lifecycle
from nurture.domain.stages import STAGES
from tests.domain.driving import BERLIN, DICTIONARY, Journey, at, campaign_of

DOC = {
    "stages": {"MQL": {"from": ["lead", "recycled"]}, "SAL": {"from": ["MQL"]}},
    "ready_when": "lead.customer",
}
STEPS = """
- do: mark
  stage: MQL
- end: marked
  if: stage == "MQL"
- end: not-marked
"""


@pytest.mark.parametrize("before", STAGES)
@pytest.mark.parametrize("after", STAGES)
def test_only_named_stages_are_guarded(before: str, after: str) -> None:
    allowed = {"MQL": ("lead", "recycled"), "SAL": ("MQL",)}.get(after, STAGES)
    assert load_lifecycle(DOC).allows(before, after) is (before in allowed or before == after)
    assert load_lifecycle({}).allows(before, after)


@pytest.mark.parametrize(
    ("before", "outcome", "said"), [("lead", "marked", "did"), ("subscriber", "not-marked", "refused")]
)
def test_a_campaign_cannot_move_a_lead_where_the_company_does_not_want_her(
    before: str, outcome: str, said: str
) -> None:
    now = at("2026-03-02T10:00")
    journey = Journey(
        campaign_of(STEPS), Facts(now, BERLIN, now, stage=before), with_policies(DICTIONARY, {}, DOC)
    ).until("2026-03-03T10:00")
    assert journey.last.outcome == outcome
    assert said in {line.kind for line in journey.lines}
    assert journey.facts.stage == ("MQL" if outcome == "marked" else before)
