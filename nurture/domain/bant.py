"""Budget, authority, need and timing: who said what, when; and which of it stands. Words of other attributes
that campaigns set and branch on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

BANT = ("budget", "authority", "need", "timing")
FIELDS = {item: f"lead.{item}" for item in BANT}
INFERRED, FORM, SALES = SOURCES = ("inferred", "form", "sales")
"""Whose word it is, the weakest first: concluded by us, told by the lead, told to a person of sales."""
STALE = timedelta(days=180)
"""What was said so long before gives way to anything newer."""
TOLD_BY = ("form.submitted", "survey.answered")
WORDS: Mapping[str, tuple[str, ...]] = {
    "lead.buying_stage": ("education", "evaluation", "decision"),
    "lead.aida": ("attention", "interest", "desire", "action"),
}
"""Field -> the words that it may hold, in their order."""
ALSO = frozenset(name.removeprefix("lead.") for name in WORDS)
LONGEST = 2000


@dataclass(frozen=True)
class Said:
    item: str
    value: str
    source: str
    at: datetime
    by: str = ""
    """Id of the user, the event, or the campaign's step."""


def standing(said: Iterable[Said], stale: timedelta = STALE) -> dict[str, Said]:
    """Item -> what counts, whatever order it came in. A weaker source gives way, unless the stronger word is
    old by then; of equal ones the newer counts."""
    found: dict[str, Said] = {}
    for one in sorted(said, key=lambda one: (one.at, SOURCES.index(one.source), one.value)):
        before = found.get(one.item)
        if before is None or _outdoes(one, before, stale):
            found[one.item] = one
    return found


def _outdoes(one: Said, before: Said, stale: timedelta) -> bool:
    weaker = SOURCES.index(one.source) < SOURCES.index(before.source)
    return not weaker or one.at - before.at > stale


Answers = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Step -> answer -> item -> what it says."""


def told(kind: str, data: Mapping[str, object], answers: Answers) -> Iterator[tuple[str, str]]:
    """What a lead says by a form or an answer: (item, value), also of the attributes of WORDS."""
    if kind not in TOLD_BY:
        return
    given: Mapping[str, object] = data
    if kind == "survey.answered":
        given = answers.get(str(data.get("step", "")), {}).get(str(data.get("answer", "")), {})
    for item in (*BANT, *sorted(ALSO)):
        value = str(given.get(item, "")).replace("\0", "").strip()[:LONGEST]
        if value and (item in BANT or value in WORDS[f"lead.{item}"]):
            yield item, value
