"""The content that comes with Nurture is checked, plays its stories, and its mails can be read."""

from pathlib import Path
from typing import Any

import pytest

from nurture.authoring.content import Content, read_content
from nurture.authoring.problems import render as render_problems
from nurture.authoring.stories.telling import told
from nurture.authoring.stories.verdict import render as render_story
from nurture.delivery.render import render
from nurture.domain.steps.send import Send

CAMPAIGNS = (
    "buyers-guide",
    "education",
    "interest-survey",
    "onboarding",
    "pricing-interest",
    "re-engagement",
    "recycle",
    "renewal",
    "trade-fair",
    "trial",
    "webinar",
    "welcome",
)
FULL = {
    "first_name": "Ana",
    "last_name": "Lima",
    "company": "Lima & Filhos",
    "industry": "food wholesale",
    "trial_ends": "2026-03-16T00:00:00+00:00",
}
REGISTRATION = {"title": "Plan a bad week", "starts_at": "2026-03-12T14:00:00+00:00"}
SUBSCRIPTION = {"renewal_date": "2026-06-01T00:00:00+00:00"}


@pytest.fixture(scope="module")
def shipped(checkout: Path) -> Content:
    return read_content(checkout)


def context(lead: dict[str, str]) -> dict[str, Any]:
    answers = [
        {"name": name, "label": f"Says {name}", "url": f"https://ours.example/{name}"} for name in "abc"
    ]
    return {
        "lead": lead,
        "account": {},
        "sender": {"name": "", "address": "hello@ours.example"},
        "company": {"name": "Ours", "address": "1 Our Street"},
        "unsubscribe_url": "https://ours.example/leave",
        "preferences_url": "https://ours.example/choose",
        "answers": answers,
        "registration": {key: value for key, value in REGISTRATION.items() if lead},
        "subscription": SUBSCRIPTION,
    }


def test_there_are_no_problems(shipped: Content) -> None:
    assert render_problems(shipped.problems) == ""
    assert tuple(shipped.campaigns) == CAMPAIGNS


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_stories_hold(name: str, shipped: Content) -> None:
    campaign = shipped.campaigns[name].campaign
    assert campaign is not None
    found = [
        (file.path, verdict)
        for file in shipped.stories
        if file.campaign == name
        for verdict in told(file, campaign, shipped.rules())
    ]
    assert "\n\n".join(render_story(verdict, path) for path, verdict in found if not verdict.holds) == ""
    assert len(found) >= 5


@pytest.mark.parametrize("lead", [FULL, {}], ids=["all is known", "nothing is known"])
def test_every_message_can_be_read(lead: dict[str, str], shipped: Content) -> None:
    for name, source in shipped.messages.items():
        rendered = render(source, context(lead))
        assert "{" not in rendered.subject + rendered.text, name
        assert "https://ours.example/leave" in rendered.text, name
        assert lead.get("first_name", "there") in rendered.text, name


def test_what_a_step_asks_its_message_shows(shipped: Content) -> None:
    for file in shipped.campaigns.values():
        assert file.campaign is not None
        for step in file.campaign.steps.values():
            for name in step.messages() if isinstance(step, Send) else ():
                assert isinstance(step, Send)
                assert bool(step.answers) == ("in answers %}" in shipped.messages[name].body), name


def test_every_step_of_a_shipped_campaign_is_in_a_story(shipped: Content) -> None:
    """Sends and handoffs: a way that no story takes is a way that nobody has looked at."""
    told_of = {
        (file.campaign, arg)
        for file in shipped.stories
        for story in file.stories
        for moment in story.tale
        for item in moment.items
        for arg in item.args
    }
    sends = {
        (file.campaign.name, step.name)
        for file in shipped.campaigns.values()
        if file.campaign
        for step in file.campaign.steps.values()
        if isinstance(step, Send)
    }
    assert sends - told_of == set()
