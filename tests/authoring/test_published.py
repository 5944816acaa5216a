"""Campaigns that practitioners have published, as files: their stories hold, and what was wrong with them is
caught."""

from pathlib import Path

import pytest

from nurture.authoring.content import Content, read_content
from nurture.authoring.problems import render as render_problems
from nurture.authoring.stories.telling import told
from nurture.authoring.stories.verdict import render as render_story

PUBLISHED = Path(__file__).parent / "published"


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(PUBLISHED)


def test_there_are_no_problems(content: Content) -> None:
    assert render_problems(content.problems) == ""


def test_all_their_stories_hold(content: Content) -> None:
    wrong, played = [], 0
    for file in content.stories:
        campaign = content.campaigns[file.campaign].campaign
        assert campaign is not None
        for verdict in told(file, campaign, content.rules()):
            played += 1
            wrong += [] if verdict.holds else [render_story(verdict, file.path)]
    assert "\n\n".join(wrong) == ""
    assert {file.campaign for file in content.stories} == set(content.campaigns)
    assert played >= 3 * len(content.campaigns)
