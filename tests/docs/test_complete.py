"""Whatever stands in a registry stands in the docs too, and no page is about what is not there any more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from nurture.authoring import (
    campaign_file,
    crm_file,
    dictionary_file,
    enrol_block,
    lifecycle_file,
    measuring,
    members_file,
    routing_file,
    sales_file,
    sending,
)
from nurture.authoring.rules import RULES
from nurture.cli.main import COMMANDS
from nurture.crm.registry import CRMS
from nurture.delivery.registry import PROVIDERS
from nurture.domain.actions.registry import ACTIONS
from nurture.domain.scoring.check import KEYS as SCORING_KEYS
from nurture.domain.scoring.check_bands import (
    ACCOUNT_KEYS,
    INACTIVITY_KEYS,
    LEVEL_KEYS,
    MATRIX_KEYS,
    SCORE_KEYS,
)
from nurture.domain.scoring.check_rules import AGAIN_KEYS, FIT_KEYS, RULE_KEYS
from nurture.domain.steps.registry import VERBS

BANDS = (*LEVEL_KEYS, *MATRIX_KEYS, *SCORE_KEYS, *INACTIVITY_KEYS, *ACCOUNT_KEYS)
KEYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "the campaign file": ("campaigns", tuple(campaign_file.FIELDS)),
    "a rule of a campaign": ("campaigns", tuple(campaign_file.RULE)),
    "enrol": ("enrolment", tuple(enrol_block.FIELDS)),
    "sending": ("sending", tuple(sending.COMPANY_SENDING)),
    "measure": ("measuring", tuple(measuring.MEASURE)),
    "the dictionary": ("policies", tuple(dictionary_file.FIELDS)),
    "a team": ("policies", tuple(sales_file.TEAM)),
    "sales": ("policies", tuple(sales_file.FIELDS)),
    "a member": ("policies", tuple(members_file.MEMBER)),
    "lifecycle": ("policies", (*lifecycle_file.FIELDS, *lifecycle_file.STAGE)),
    "routing": ("policies", (*routing_file.FIELDS, *routing_file.RULE)),
    "the CRM": ("policies", (*crm_file.FIELDS, *crm_file.CRM, *crm_file.FIELD, *crm_file.WHY)),
    "scoring": ("scoring", (*SCORING_KEYS, *RULE_KEYS, *AGAIN_KEYS, *FIT_KEYS, *BANDS)),
}
"""Whose keys they are -> the page that must tell them, and the keys."""
OVERVIEWS = ("README", "quirks")


@pytest.mark.parametrize("whose", KEYS)
def test_every_key_of_a_file_is_told(whose: str, checkout: Path) -> None:
    page, keys = KEYS[whose]
    text = (checkout / "docs" / f"{page}.md").read_text(encoding="utf-8")
    told = re.findall(r"`([a-z_]+)[`:]|^ *(?:- )?([a-z_]+):|[{,] ?([a-z_]+):", text, re.MULTILINE)
    assert sorted(set(keys) - {word for words in told for word in words}) == []


def test_every_command_has_a_line_and_no_line_is_left_over(checkout: Path) -> None:
    text = (checkout / "docs" / "commands.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `nurture ([a-z-]+(?: [a-z]+)?)(?: [A-Z]+)?` \|", text, re.MULTILINE)
    assert sorted(told) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("rules", RULES),
        ("steps", [*VERBS, *ACTIONS]),
        ("providers", [*PROVIDERS, "sms"]),
        ("crm", CRMS),
        ("scoring", [key for key in SCORING_KEYS if key not in ("half_life", "explicit_share")]),
    ],
)
def test_there_is_a_page_for_each_and_none_more(folder: str, names: list[str], checkout: Path) -> None:
    pages = {path.stem for path in (checkout / "docs" / folder).glob("*.md")} - {*OVERVIEWS}
    assert pages == set(names)


def test_the_campaigns_that_are_told_are_shipped(checkout: Path) -> None:
    told = re.findall(
        r"^\| `([a-z-]+)` \|", (checkout / "docs" / "shipped.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert told
    assert [name for name in told if not (checkout / "campaigns" / f"{name}.yaml").is_file()] == []
