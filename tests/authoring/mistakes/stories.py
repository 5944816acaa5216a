"""Mistakes in stories."""

from tests.authoring.good import STORIES, tale
from tests.authoring.mistakes.writing import Mistakes


def told(rule: str, text: str) -> tuple[str, str, str]:
    return rule, *tale(text)


TALES: Mistakes = {
    "another weekday": told("weekday", "- Tue 2026-03-02 10:00: [does asked-us, gets hello]\n"),
    "back in time": told(
        "story-order",
        "- Mon 2026-03-02 10:00: [does asked-us, gets hello]\n- Sun 2026-03-01 10:00: nothing\n",
    ),
    "a day without an hour": told("story", "- Mon 2026-03-02: does asked-us\n"),
    "a day that is there not": told("story", "- Mon 2026-02-30 10:00: does asked-us\n"),
    "an hour with am": told("story", "- Mon 2026-03-02 10am: does asked-us\n"),
    "a date as at home": told("story", "- Mon 02.03.2026 10:00: does asked-us\n"),
    "a word that is there not": told("story", "- Mon 2026-03-02 10:00: [does asked-us, receives hello]\n"),
    "a happening that is there not": told("unknown-happening", "- Mon 2026-03-02 10:00: does asked-uss\n"),
    "a send that is there not": told("unknown-step", "- Mon 2026-03-02 10:00: [does asked-us, gets helo]\n"),
    "an outcome that is there not": told("unknown-outcome", "- Mon 2026-03-02 10:00: [does asked-us, ends won]\n"),
    "a team that is there not": told("unknown-team", "- Mon 2026-03-02 10:00: handed to marketing\n"),
    "a state that nobody can state": told("story", "- Mon 2026-03-02 10:00: [does asked-us, sure: 5]\n"),
    "a stage that is there not": told("unknown-stage", "- Mon 2026-03-02 10:00: [does asked-us, stage: MQLs]\n"),
    "a score in words": told("story", "- Mon 2026-03-02 10:00: [does asked-us, score: high]\n"),
    "to left out": told("story", "- Mon 2026-03-02 10:00: handed sales\n"),
    "nothing written": told("story", "- Mon 2026-03-02 10:00: []\n"),
    "times as keys of one table": (
        "wrong-kind", STORIES, "campaign: talk\nstories:\n  - story: a\n    tale:\n      Mon 2026-03-02 10:00: nothing\n"),
    "a campaign that is there not": (
        "unknown-campaign", STORIES, "campaign: tlak\nstories:\n  - story: a\n    tale:\n      - Mon 2026-03-02 10:00: nothing\n"),
    "no tale": ("missing-key", STORIES, "campaign: talk\nstories:\n  - story: a\n"),
    "a zone that is there not": (
        "unknown-zone", STORIES,
        "campaign: talk\nstories:\n  - story: a\n    lead: {zone: Berlin}\n    tale:\n      - Mon 2026-03-02 10:00: nothing\n"),
    "a field of the lead that is there not": (
        "unknown-key", STORIES,
        "campaign: talk\nstories:\n  - story: a\n    lead: {lead.size: 3}\n    tale:\n      - Mon 2026-03-02 10:00: nothing\n"),
}  # fmt: skip
