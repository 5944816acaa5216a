"""Fields that may be empty where a message shows them."""

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN

SHOWN = "{{ lead.renewal }} [Leave]({{ unsubscribe_url }}), {{ company.address }}"
SHOWS = f"---\nsubject: Soon\nlayout: none\n---\n{SHOWN}\n"


@pytest.mark.parametrize(
    ("enrol", "warns"),
    [
        ("at: lead.renewal - 60d", False),
        ("{at: lead.renewal - 60d, on: asked-us}", True),
        ("on: asked-us", True),
    ],
)
def test_the_date_that_lets_everybody_in_is_known_of_everybody(
    enrol: str, warns: bool, content: Make
) -> None:
    enrol = enrol if enrol.startswith("{") else f"{{{enrol}}}"
    text = f"campaign: talk\nenrol: {enrol}\nsteps:\n  - send: hello\n  - end: done\n"
    found = read_content(content({CAMPAIGN: text, "templates/hello.md": SHOWS})).problems
    assert [one.rule for one in found] == ["empty-field"] * warns


@pytest.mark.parametrize("shown", ["|round", "|round|int", "|int", " * 2", ""])
def test_a_sum_with_an_empty_number_is_told_of(shown: str, content: Make) -> None:
    text = "campaign: talk\nenrol: {on: asked-us}\nsteps:\n  - send: hello\n  - end: done\n"
    message = SHOWS.replace("lead.renewal", f"lead.employees{shown}")
    found = read_content(content({CAMPAIGN: text, "templates/hello.md": message})).problems
    assert [one.rule for one in found] == ["empty-field"]
    assert "`lead.employees` may be empty" in found[0].text
    assert "lead.employees|default(0)" in found[0].hint


@pytest.mark.parametrize(
    ("head", "warns"),
    [
        ("enrol:\n  on: asked-us\n  if: known(lead.renewal)\n", False),
        ("enrol:\n  on: asked-us\n  if: known(lead.employees)\n", True),
        ("enrol: {on: asked-us}\naudience: known(lead.renewal)\n", False),
        ("enrol: {on: changes lead.renewal}\n", False),
        ("enrol: {on: asked-us}\nleave:\n  unknown: '!known(lead.renewal)'\n", False),
    ],
)
def test_what_the_door_asks_for_is_known(head: str, warns: bool, content: Make) -> None:
    text = f"campaign: talk\n{head}steps:\n  - send: hello\n  - end: done\n"
    found = read_content(content({CAMPAIGN: text, "templates/hello.md": SHOWS})).problems
    assert [one.rule for one in found] == ["empty-field"] * warns
