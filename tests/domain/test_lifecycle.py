"""Which moves between stages the company allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurture.domain.dictionary import with_policies
from nurture.domain.facts import Facts
from nurture.domain.lifecycle import load_lifecycle
from nurture.domain.stages import STAGES
from tests.domain.driving import BERLIN, DICTIONARY, Journey, at, campaign_of

WHENS = {
    "stages": {
        "lead": {"when": "form"},
        "MQL": {"from": ["lead", "recycled"], "when": ["points", "form"]},
        "SQL": {"when": "bant"},
        "recycled": {"from": ["MQL", "SQL"], "when": "silent"},
        "disqualified": {"when": "student"},
    }
}
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
    ("stage", "true", "comes"),
    [
        ("subscriber", "form", "lead"),
        ("subscriber", "form points", "lead"),  # to MQL only from lead
        ("lead", "form points", "MQL"),
        ("lead", "points", None),  # every line must hold
        ("lead", "form points bant", "SQL"),  # the furthest
        ("customer", "form points bant", None),  # never back
        ("MQL", "bant silent", "recycled"),  # out of the way before on it
        ("lead", "silent", None),
        ("recycled", "form points bant", None),  # nobody comes back like this
        ("recycled", "student", "disqualified"),
        ("MQL", "silent student", "disqualified"),
        ("disqualified", "form points bant silent student", None),
    ],
)
def test_a_lead_comes_to_a_stage_by_herself_where_it_is_on_her_way(
    stage: str, true: str, comes: str | None
) -> None:
    lifecycle = load_lifecycle(WHENS)
    assert lifecycle.entered(stage, lambda one: set(one.lines) <= set(true.split())) == comes


@given(st.sampled_from(STAGES), st.sets(st.sampled_from(["form", "points", "bant", "silent", "student"])))
def test_by_herself_she_comes_to_rest(stage: str, true: set[str]) -> None:
    lifecycle, been = load_lifecycle(WHENS), [stage]
    while comes := lifecycle.entered(been[-1], lambda one: set(one.lines) <= true):
        assert comes not in been
        been.append(comes)


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
