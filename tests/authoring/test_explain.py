"""A campaign told in plain sentences, and nothing of it left out."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from nurture.authoring.campaign_file import FIELDS
from nurture.authoring.content import Content, read_content
from nurture.authoring.explaining.days import days_said
from nurture.authoring.explaining.heads import ELSEWHERE, HEADS
from nurture.authoring.explaining.page import explain
from nurture.authoring.explaining.sending import told_sending
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.explaining.values import ARMS, SPOKEN, _lists, _notice, spoken
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.keys import Key, Kind
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.step import COMMON_KEYS
from nurture.domain.steps.wait import Wait
from nurture.domain.windows import parse_window


def explained(content: Content, name: str) -> str:
    campaign = content.campaigns[name].campaign
    assert campaign is not None
    rules = content.rules()
    subjects = {name: source.subject for name, source in content.messages.items()}
    tell = Tell(campaign, rules.dictionary, rules.conditions, subjects)
    return explain(tell, content.dictionary.get("sending", {}))


@pytest.fixture(scope="module")
def shipped(checkout: Path) -> Content:
    return read_content(checkout)


@pytest.fixture(scope="module")
def example(checkout: Path) -> Content:
    return read_content(checkout / "tests" / "authoring" / "example")


def test_a_whole_campaign(example: Content, snapshot: SnapshotAssertion) -> None:
    assert explained(example, "buyers-guide") == snapshot


def test_no_step_of_a_shipped_campaign_is_left_out(shipped: Content) -> None:
    for name, file in shipped.campaigns.items():
        text = explained(shipped, name)
        assert file.campaign is not None
        for step in file.campaign.steps.values():
            if step.verb in ("send", "handoff"):
                assert f'"{step.doc[step.verb]}"' in text
        blocks = (file.campaign.main, *file.campaign.sections.values())
        assert len(re.findall(r"^ +\d+\. ", text, re.MULTILINE)) == sum(map(len, blocks))


def test_it_fits_a_terminal(shipped: Content) -> None:
    for name in shipped.campaigns:
        assert max(map(len, explained(shipped, name).split("\n"))) <= 80


def test_every_kind_of_value_has_words() -> None:
    """Put it into SPOKEN of authoring/explaining/values.py."""
    assert set(Kind) - set(SPOKEN) - set(ARMS) == set()


KEYS = {f"{verb}.{key}": of for verb, step in VERBS.items() for key, of in step.keys.items()}
KEYS |= {f"{verb}.{verb}": step.head for verb, step in VERBS.items()}
KEYS |= {f"any.{key}": of for key, of in COMMON_KEYS.items()}
KEYS |= {f"do.{name}": action.key for name, action in ACTIONS.items()}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_every_step_and_action_says_itself(key: str) -> None:
    """Give the ``Key`` a ``says``: how people read it, with ``{}`` for the value; empty to say nothing."""
    says = KEYS[key].says
    assert says is not None, f"{key} has no `says`: write how `nurture explain` reads it"
    assert says.count("{}") <= 1


@pytest.mark.parametrize("key", FIELDS)
def test_every_key_of_a_campaign_says_itself(key: str) -> None:
    assert key in HEADS or key in ELSEWHERE, f"put `{key}` into HEADS of authoring/explaining/heads.py"


def test_the_rules_for_sending_are_told_as_the_one_set_they_come_to(example: Content) -> None:
    """Of the company and of the campaign, without words of the files."""
    campaign = example.campaigns["buyers-guide"].campaign
    assert campaign is not None
    rules = example.rules()
    hours = {"office": ("mon-fri", "09:00-17:00"), "evenings": ("mon,sat", "18:00-21:00")}
    windows = {name: parse_window(*of) for name, of in hours.items()}
    tell = Tell(campaign, replace(rules.dictionary, windows=windows), rules.conditions, {})
    company = {
        "window": "office", "zone_fallback": "UTC", "cap": {"day": 1, "week": 3}, "on_reply": "hold-company",
        "quiet_after": {"bought": "14d"}, "sms": {"window": "office"},
    }  # fmt: skip
    own = {"window": "evenings", "within": "2d", "cap": {"week": 2}, "quiet_after": {"bought": "7d"}}
    assert list(told_sending(tell, own, company)) == [
        (
            "Mails go out Monday and Saturday, 18:00 to 21:00, by the lead's clock "
            '(the window "evenings", not office as in other campaigns)'
        ),
        "At most 2 days late, else skipped",
        "Where nobody knows the lead's time zone, that of UTC counts",
        "To one lead at most 1 a day and 2 a week, from all campaigns together",
        'None for 14 days after "bought"',
        (
            "When a lead has written back, marketing mails to everybody of that company wait until "
            "somebody has answered, at most 14 days"
        ),
        'Text messages go out Monday to Friday, 09:00 to 17:00, by the lead\'s clock (the window "office")',
    ]
    *_, reply = told_sending(tell, {"on_reply": "go-on"}, {"on_reply": "hold"})
    assert reply == "Mails go on also to a lead who has written back, unlike in other campaigns"


def test_lists_and_notices_say_what_is_done() -> None:
    text = "A lead came\nCall her\ntoday"
    assert _notice({"team": "sales", "text": text, "digest": "daily"}) == (
        '"sales" (gathered, once a day at 08:00): A lead came. Call her today'
    )
    assert _lists(["a", "-b", "-c"]) == 'add to the list "a", take off the lists "b" and "c"'
    assert _notice({"to": "a@ours.example", "cc": ["b@ours.example"], "text": "Print it"}) == (
        "a@ours.example and b@ours.example: Print it"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "12-20 to 01-06": "20 December to 6 January",
        "2026-12-24": "24 December 2026",
        "easter - 2": "2 days before Easter",
        "easter": "Easter",
        "last mon of may": "the last Monday of May",
    }.items(),
)
def test_days_are_told_as_people_say_them(text: str, said: str) -> None:
    assert days_said(text) == said


def test_points_codes_and_shares_are_told_in_words(shipped: Content) -> None:
    campaign = shipped.campaigns["trial"].campaign
    assert campaign is not None
    tell = Tell(campaign, shipped.rules().dictionary, shipped.rules().conditions, {})
    score, into = Key(Kind.POINTS, "", says="{}"), Wait.keys["into"]
    assert [spoken(tell, score, points) for points in (20, -1)] == ["add 20 points", "take off 1 point"]
    assert spoken(tell, into, "office") == 'then for the window "office" to open'
    told = [one.text for key, of in ENROLLED.items() for one in HEADS[key][1](tell, of)]
    assert told == [
        'When this happens: "role" gets another value',
        "Every Monday at 09:00, by the company's clock: whoever is not in it",
        "First 10% of them; the others after 2 days",
        "Nobody comes in twice",
        'Each lead has a code of "spring" of her own, from codes/spring.csv',
    ]


ENROLLED = {
    "enrol": {"on": "changes lead.role", "every": "monday 9:00", "canary": {"share": "10%", "for": "2d"}},
    "codes": {"spring": "codes/spring.csv"},
}
