"""The score: dated points for what a lead did, fading by half-lives, and points for who the lead is.

``policies/scoring.yaml``. Nothing here depends on the order in which events arrived: the score at an instant
is a function of the dated entries, the fields, the policy and the instant.
"""

from nurture.domain.scoring.booking import NEVER_SCORED, Worth, points_for, worth
from nurture.domain.scoring.coming import WEEKS, came_to
from nurture.domain.scoring.engagement import (
    MOST_ENTRIES,
    Entry,
    Score,
    bonuses,
    faded,
    rounded,
    scores,
    total,
)
from nurture.domain.scoring.explaining import ScoreLine, explain
from nurture.domain.scoring.fit import TESTS, fit
from nurture.domain.scoring.grading import account_score, cell, crossed, grade, level
from nurture.domain.scoring.loading import load_scoring
from nurture.domain.scoring.policy import LETTERS, MEANINGS, FitRule, PointRule, ScoringPolicy

__all__ = [
    "LETTERS",
    "MEANINGS",
    "MOST_ENTRIES",
    "NEVER_SCORED",
    "TESTS",
    "WEEKS",
    "Entry",
    "FitRule",
    "PointRule",
    "Score",
    "ScoreLine",
    "ScoringPolicy",
    "Worth",
    "account_score",
    "bonuses",
    "came_to",
    "cell",
    "crossed",
    "explain",
    "faded",
    "fit",
    "grade",
    "level",
    "load_scoring",
    "points_for",
    "rounded",
    "scores",
    "total",
    "worth",
]
