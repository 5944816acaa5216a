"""Which of her records a line of a tale is about."""

from __future__ import annotations

from collections.abc import Iterable

from nurture.authoring.checking import Checking
from nurture.authoring.source import suggestion
from nurture.authoring.stories.story import Lead, Moment
from nurture.authoring.stories.words import EXPECTED, GIVENS, RECORD


def check_records_told(check: Checking, kind: str | None, lead: Lead, tale: Iterable[Moment]) -> None:
    for item in (item for moment in tale for item in moment.items):
        takes = {**GIVENS, **EXPECTED}[item.word]
        if RECORD not in takes or len(item.args) < len(takes) or item.args[-1] in lead.records:
            continue
        name = item.args[-1]
        if lead.records:
            hint = suggestion(name, lead.records, "There are")
            check.report("story", item.place, f"the lead has no {kind} `{name}`", hint)
        elif item.word in EXPECTED:
            hint = f"Give them names: `lead: {{records: {{{name}: {{}}}}}}`." if kind else "Leave it out."
            check.report("story", item.place, f"`{name}` is too much here: no record has a name", hint)
