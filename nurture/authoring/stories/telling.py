"""Playing a tale from its first line to its last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from nurture.authoring.stories.acts import act
from nurture.authoring.stories.chance import who_draws
from nurture.authoring.stories.items import SCORE
from nurture.authoring.stories.journey import Happened
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.playing import Play, Rules
from nurture.authoring.stories.story import StoriesFile, Story
from nurture.authoring.stories.verdict import Verdict, judge
from nurture.authoring.stories.words import COMPLETE, ELSEWHERE, GIVENS, IS, OWNER
from nurture.domain.campaign import Campaign
from nurture.domain.precedence import Rival

ENDS = "ends"
WRITTEN_FOR = timedelta(days=366)
"""How long a story that expects nothing yet is played on."""


def play(
    story: Story, campaign: Campaign, rules: Rules, beyond: timedelta = timedelta()
) -> Sequence[Happened]:
    """All that happens up to the last line of the tale, and ``beyond``."""
    return _played(story, campaign, rules, beyond).happened


def _played(story: Story, campaign: Campaign, rules: Rules, beyond: timedelta = timedelta()) -> Play:
    began = story.tale[0].at
    who = who_draws(campaign, story.lead)
    lead = PlayedLead(story.lead, rules.dictionary, rules.scoring, began, rules.calendars, id=who)
    played = Play(campaign, rules, lead, began, rivals=list(_rivals(story, rules)))
    played.tells_owners = OWNER in story.complete or OWNER in _words(story)
    for moment in story.tale:
        played.until(moment.at)
        for item in moment.items:
            act(played, item)
            if item.word == SCORE:
                played.say(SCORE, str(played.facts.score))
            if item.word == IS:
                played.say(IS, played.facts.stage)
    if beyond:
        played.until(played.now + beyond)
    return played


def next_of(played: Play) -> Happened | None:
    """What would have to be told next, were the tale longer; None if nothing follows within a year."""
    before, last = len(played.happened), played.now + WRITTEN_FOR
    while due := min((one.pending.due for one in played.journeys if one.open), default=None):
        if due > last:
            break
        played.until(due)
        new = [one for one in played.happened[before:] if one.word in COMPLETE]
        if new:
            return new[0]
    return None


def lived(story: Story, campaign: Campaign, rules: Rules) -> Sequence[Happened]:
    """For writing what must happen: a story that expects nothing yet, or the end, is played to its end."""
    words = _words(story)
    to_the_end = words <= set(GIVENS) or ENDS in words
    return play(story, campaign, rules, WRITTEN_FOR if to_the_end else timedelta())


def _words(story: Story) -> set[str]:
    return {item.word for moment in story.tale for item in moment.items}


def _rivals(story: Story, rules: Rules) -> Iterator[Rival]:
    """What the tale says of other campaigns. The engine knows beforehand what they will send, too."""
    for moment in story.tale:
        for item in moment.items:
            if item.word == ELSEWHERE:
                yield Rival(item.args[0], rules.priorities.get(item.args[0], 0), moment.at)


def told(file: StoriesFile, campaign: Campaign, rules: Rules) -> Iterator[Verdict]:
    for story in file.stories:
        played = _played(story, campaign, rules)
        verdict = judge(story, tuple(played.happened), played.refusals)
        half = verdict.holds and file.stand_in is None
        yield replace(verdict, next=next_of(played)) if half else verdict
