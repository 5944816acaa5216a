"""Offers that come before anything else."""

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN


@pytest.mark.parametrize(("head", "warns"), [("", True), ("customers: stay\n", False)])
def test_customers_may_be_offered_something_at_once(head: str, warns: bool, content: Make) -> None:
    text = f"campaign: talk\n{head}enrol: {{on: asked-us}}\n"
    text += "steps:\n  - send: hello\n    purpose: offer\n  - end: done\n"
    found = read_content(content({CAMPAIGN: text})).problems
    assert [one.rule for one in found] == ["offer-first"] * warns
