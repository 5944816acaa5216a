"""Playing a tale from its first line to its last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nurture.authoring.stories.acts import act
from nurture.authoring.stories.chance import who_draws
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Happened, Play, Rules
from nurture.authoring.stories.story import StoriesFile, Story
from nurture.authoring.stories.verdict import Verdict, judge
from nurture.domain.campaign import Campaign


def play(story: Story, campaign: Campaign, rules: Rules) -> Sequence[Happened]:
    """All that happens up to the last line of the tale."""
    began = story.tale[0].at
    who = who_draws(campaign, story.lead)
    lead = PlayedLead(story.lead, rules.dictionary, rules.scoring, began, rules.calendars, id=who)
    played = Play(campaign, rules, lead, began)
    for moment in story.tale:
        played.until(moment.at)
        for item in moment.items:
            act(played, item)
    return played.happened


def told(file: StoriesFile, campaign: Campaign, rules: Rules) -> Iterator[Verdict]:
    for story in file.stories:
        yield judge(story, play(story, campaign, rules))
