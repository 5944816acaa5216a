"""What a forecast says that nobody brings, and who it lets in at a door that asks for a second time."""

from dataclasses import replace

import pytest

from nurture.authoring.simulation.behaviour import load_behaviour
from nurture.authoring.simulation.forecast import simulate
from nurture.authoring.simulation.people import Arrivals
from nurture.domain.conditions import Condition
from tests.authoring.simulation.test_forecast import MONDAY, campaign, content, forecast


@pytest.mark.parametrize(
    ("name", "lacks"),
    [
        ("re-engagement", []),  # a visit is one to the prices too, and people click and write back
        ("renewal", ["`renewed`", "`cancelled`", "`feature-used`"]),
        ("trade-fair", ["`lead.fair_next`", "`lead.fair_topic`"]),  # but an empty yes/no is a no
    ],
)
def test_only_what_nobody_brings_is_named(name: str, lacks: list[str]) -> None:
    assert [text.split()[2].strip(":") for text in forecast(name, leads=5).unbrought] == lacks


@pytest.mark.parametrize(("least", "comes_in"), [(2, 20), (3, 20), (99, 0)])
def test_who_comes_for_the_second_time_is_let_in(least: int, comes_in: int) -> None:
    found = campaign("pricing-interest")
    door = replace(found.enrol, if_=Condition((f'count("prices-page", "7d") >= {least}',)))
    natures = load_behaviour(content().behaviour)
    arrivals = Arrivals(MONDAY, 20, 5, 1)
    tally = simulate(replace(found, enrol=door), content().rules(), natures, arrivals, 10).tally
    assert tally.leads - tally.refused.total() == comes_in
