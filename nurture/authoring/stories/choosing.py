"""``prefers weekly``, ``prefers pause 2 months``, ``prefers without news``: the preference page in a tale."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from nurture.authoring.checking import Checking, unknown
from nurture.authoring.kinds import DICTIONARY
from nurture.authoring.nodes import Scalar
from nurture.authoring.stories.words import PAUSE, WITH, WITHOUT, Told
from nurture.domain.durations import Duration
from nurture.domain.preferences import OFTEN, PAUSES, Wishes

MONTHS = {f"{count} month{'s' if count > 1 else ''}": count for count in PAUSES}
OVER = "over"
"""``prefers pause over``: she wants our mails again."""


def fits_choice(check: Checking, told: Told, node: Scalar, args: tuple[str, ...]) -> bool:
    what, which = args[0], args[1] if len(args) > 1 else ""
    if what == PAUSE and which not in (*MONTHS, OVER):
        text = f"a pause lasts {', '.join(MONTHS)}, or is {OVER}"
        check.report("story", node, text, "Write `prefers pause 2 months`.")
        return False
    topics = told.words.dictionary.topics
    if what in (WITH, WITHOUT) and which not in topics:
        unknown(check, "unknown-topic", Scalar(node.at, which, which), "topic", topics, DICTIONARY)
        return False
    if what not in (PAUSE, WITH, WITHOUT) and which:
        check.report("story", node, f"`{which}` is too much here", f"Write `prefers {what}`.")
        return False
    return True


def chosen(before: Wishes, what: str, which: str, now: datetime, zone: ZoneInfo) -> Wishes:
    """What she wants from now on."""
    if what == PAUSE:
        months = MONTHS.get(which)
        return replace(before, paused=Duration(months, "months").after(now, zone) if months else None)
    if what == WITHOUT:
        return replace(before, without=before.without | {which})
    if what == WITH:
        return replace(before, without=before.without - {which})
    return replace(before, often=what if what in OFTEN else None)
