"""``policies/NAME.stories.yaml``: stories about a policy, played on a campaign that only uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nurture.authoring.checking import Checking, Field, Words, read_table
from nurture.authoring.kinds import read_team, read_word
from nurture.authoring.nodes import Node, Table
from nurture.authoring.source import Source
from nurture.authoring.stories.reading import read_stories, story_nodes
from nurture.authoring.stories.story import StoriesFile
from nurture.authoring.stories.words import COMPLETE, OWNER, Told
from nurture.domain.campaign import Campaign, load_campaign

SCORING, SALES, ROUTING, LIFECYCLE = "scoring", "sales", "routing", "lifecycle"
POLICIES = (SCORING, SALES, ROUTING, LIFECYCLE)
OF_TEAMS = (SALES, ROUTING, LIFECYCLE)
BECOMES = "MQL"
"""The stage at which marketing hands a lead over, in stories of her whole way."""
NOBODY = "nobody-answered"
"""The outcome when a team lets the time of a task run out."""
LISTED = (*COMPLETE, "stage", "score")
"""Stages are what policies decide: a tale lists them all. A score counts where the tale asks for it."""

FIELDS: Mapping[str, Field] = {
    "policy": Field(lambda check, node: read_word(check, node, POLICIES), required=True),
    "team": Field(read_team),
    "stories": Field(story_nodes, required=True),
}


def check_policy_stories(source: Source, root: Node, words: Words) -> StoriesFile | None:
    """None: what they are about is not there."""
    check = Checking(source, words)
    document = read_table(check, root, FIELDS, "a file of stories about a policy")
    policy, team = document.get("policy"), document.get("team")
    if policy in OF_TEAMS and team is None and isinstance(root, Table) and "team" not in root.entries:
        check.report("missing-key", root, f"stories about the {policy} policy need `team:`")
    if policy is None or (policy in OF_TEAMS and team is None):
        return None
    about = _stand_in(policy, team)
    stories = read_stories(check, Told(about, words, []), document)
    complete = (*LISTED, OWNER) if policy == ROUTING else LISTED
    listed = tuple(replace(story, complete=complete) for story in stories)
    return StoriesFile(source.file, about.name, listed, about)


def _stand_in(policy: str, team: str | None) -> Campaign:
    steps: list[dict[str, Any]] = [{"end": "over"}]
    if policy in OF_TEAMS:
        steps = [{"handoff": team, "time_up": [{"end": NOBODY}]}]
    document: dict[str, Any] = {"campaign": team or policy, "steps": steps}
    if policy == LIFECYCLE:
        document["enrol"] = {"on": f"becomes {BECOMES}", "again": "after exit"}
    return load_campaign(document)
