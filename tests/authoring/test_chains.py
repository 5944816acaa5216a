"""Campaigns that look chained and are not."""

from __future__ import annotations

from nurture.authoring.content import read_content
from tests.authoring.conftest import Make
from tests.authoring.good import DICTIONARY, GOOD

OTHER = "campaigns/other.yaml"
WAITS = "campaign: other\nenrol: {on: asked-us}\nsteps:\n  - wait: 14d\n  - end: done\n"


def told(content: Make, files: dict[str, str]) -> list[str]:
    return [problem.text for problem in read_content(content(files)).problems if problem.rule == "chained"]


def with_happening(text: str) -> str:
    return GOOD[DICTIONARY].replace("        segments:", f"          {text}\n        segments:")


def test_two_that_begin_alike_run_side_by_side(content: Make) -> None:
    assert "side by side" in told(content, {OTHER: WAITS})[0]
    assert told(content, {OTHER: WAITS.replace("  - wait: 14d\n", "")}) == []


def test_an_end_named_like_a_campaign_leads_nowhere(content: Make) -> None:
    text = "campaign: other\nsteps:\n  - wait: 3d\n  - end: talk\n"
    assert "nobody goes on to the campaign `talk`" in told(content, {OTHER: text})[0]
    led = text.replace("  - end", "  - do: go-on\n    enrol: talk\n  - end")
    assert told(content, {OTHER: led}) == []


def test_an_end_that_never_comes(content: Make) -> None:
    text = "campaign: other\nenrol: {on: talked}\nsteps:\n  - end: done\n"
    for match, said in (
        ("campaign: talk, outcome: won", "ends as `won`, which it never does"),
        ("campaign: tlak", "which there is not"),
    ):
        dictionary = with_happening(f"talked: {{event: journey.ended, {match}}}")
        assert said in told(content, {OTHER: text, DICTIONARY: dictionary})[0]
    dictionary = with_happening("talked: {event: journey.ended, campaign: talk, outcome: accepted}")
    assert told(content, {OTHER: text, DICTIONARY: dictionary}) == []
