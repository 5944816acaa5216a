"""A campaign told in plain sentences, and nothing of it left out."""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from nurture.authoring.campaign_file import FIELDS
from nurture.authoring.content import Content, read_content
from nurture.authoring.explaining.heads import ELSEWHERE, HEADS
from nurture.authoring.explaining.page import explain
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.explaining.values import ARMS, SPOKEN
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.keys import Kind
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.step import COMMON_KEYS


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
