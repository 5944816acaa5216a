"""The ``enrol`` keys: what the author sees when they are wrong."""

import pytest

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import CAMPAIGN


def problems(content: Make, enrol: str) -> list[tuple[str, str]]:
    text = f"campaign: talk\nenrol:\n{enrol}steps:\n  - send: hello\n  - end: done\n"
    return [(one.rule, one.text) for one in read_content(content({CAMPAIGN: text})).problems]


@pytest.mark.parametrize(
    "enrol",
    [
        "  on: asked-us\n",
        "  on:\n    - asked-us\n    - enters big\n    - leaves big\n",
        "  on: [changes lead.employees, becomes MQL]\n  again: after exit\n",
        "  at: lead.renewal - 60d\n  on: asked-us\n",
        "  on: asked-us\n  expect: 200 a day\n  canary: 10%\n",
        "  canary: {share: 10%, for: 2d}\n",
        "  every: monday 09:00\n  if: lead.employees > 3\n",
        "  on: asked-us\n  key: event.webinar\n  again: always\n  if: lead.employees > 3\n",
    ],
)
def test_what_may_stand_there(enrol: str, content: Make) -> None:
    assert problems(content, enrol) == []


@pytest.mark.parametrize(
    ("enrol", "rule", "text"),
    [
        ("  on: enters bigg\n", "unknown-segment", "there is no segment `bigg` in policies/dictionary.yaml"),
        ("  on: changes lead.size\n", "unknown-field", "there is no field `lead.size`"),
        ("  on: becomes VIP\n", "unknown-stage", "there is no stage `VIP`"),
        ("  on: asks us\n", "wrong-kind", "expected the name of a happening, `enters SEGMENT`"),
        ("  on: askedus\n", "unknown-happening", "there is no happening `askedus`"),
        ("  on: [asked-us, asked-us]\n", "duplicate-name", "the same thing stands here twice"),
        ("  on: asked-us\n  again: sometimes\n", "wrong-kind", "expected `never`, `after 180d`"),
        ("  on: asked-us\n  again: after lunch\n", "wrong-kind", "expected a duration"),
        ("  on: asked-us\n  again: always\n", "keys-together", "`again: always` needs `key`"),
        ("  expect: many\n", "wrong-kind", "expected a number of leads such as `200 a day`"),
        ("  canary: all\n", "wrong-kind", "expected a share from 1% to 99%"),
        ("  canary: {for: 2d}\n", "missing-key", "`canary` needs `share:`"),
        ("  every: noon\n  if: lead.customer\n", "wrong-kind", "expected a day and a time"),
        ("  every: day 09:00\n", "keys-together", "`every` asks everybody again and again"),
        ("  at: lead.employees\n", "unknown-field", "`lead.employees` is a number, not a date"),
        ("  at: soon\n", "wrong-kind", "expected a date such as `lead.trial_ends - 3d`"),
        ("  at: lead.renewal - soon\n", "wrong-kind", "expected a duration"),
        ("  key: event.webinar\n", "keys-together", "`key` is taken from the event"),
        ("  on: asked-us\n  key: webinar\n", "wrong-kind", "expected a datum of the event"),
    ],
)
def test_what_may_not(enrol: str, rule: str, text: str, content: Make) -> None:
    found = problems(content, enrol)
    assert [name for name, _ in found] == [rule]
    assert found[0][1].startswith(text), found


def test_who_becomes_a_customer_comes_in_only_where_customers_stay(content: Make) -> None:
    text = "campaign: talk\nenrol: {on: becomes customer}\nsteps:\n  - send: hello\n  - end: done\n"
    found = read_content(content({CAMPAIGN: text})).problems
    assert [(one.rule, one.text) for one in found] == [
        ("impossible", "everybody who comes in here leaves at once as `customer`")
    ]
    assert read_content(content({CAMPAIGN: text.replace("steps:", "customers: stay\nsteps:")})).problems == []


def test_customers_stay_or_leave(content: Make) -> None:
    text = "campaign: talk\ncustomers: go\nsteps:\n  - send: hello\n  - end: done\n"
    found = read_content(content({CAMPAIGN: text})).problems
    assert [one.rule for one in found] == ["wrong-kind"]
