"""A suggested policy as a file that a person reads and edits, with the evidence beside each rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nurture.domain.scoring import load_scoring
from nurture.services.outcomes.backtesting import Group, Report, backtest
from nurture.services.outcomes.fitting import Suggestion
from nurture.services.outcomes.mapping import FIELD
from nurture.services.outcomes.rows import Outcomes
from nurture.services.outcomes.text import interval, percent

TOP = "# yaml-language-server: $schema=../schema/scoring.schema.json\n"
WHY = {
    "totals": "what the lead did, as another system has counted it",
    "fit": "who the lead is",
}


def policy_text(suggestion: Suggestion, found: Outcomes) -> str:
    return TOP + "\n".join(_lines(suggestion, found, backtest(found, load_scoring(suggestion.learned.doc))))


def _lines(suggestion: Suggestion, found: Outcomes, report: Report) -> Iterator[str]:
    doc = suggestion.learned.doc
    yield f"# Learned from {len(found.rows):,} leads, of whom {found.won:,} were won."
    yield f"# On leads that it had not seen: AUC {interval(suggestion.unseen)};"
    yield f"# on those that it was learned from: {suggestion.seen.value:.3f}. Edit it, and try again:"
    yield "# nurture score backtest FILE --policy THIS_FILE."
    yield "#"
    yield "# It reads these fields; declare them in policies/dictionary.yaml:"
    read = dict.fromkeys(one.field for one in suggestion.learned.rules.values())
    yield from (f"#   {name}: {found.types[name]}" for name in read)
    yield ""
    of = {one.name: one for one in report.rules}
    for part, why in WHY.items():
        if part in doc:
            yield f"{part}:  # {why}"
            for name, spec in doc[part].items():
                yield from _rule(name, spec, of[name], report.others[name])
            yield ""
    if "caps" in doc:
        yield "caps:"
        yield f"  fit: {doc['caps']['fit']}  # no more than half of all points"
        yield ""
    yield "thresholds:"
    at = report.threshold
    yield f"  MQL: {doc['thresholds']['MQL']}  # {percent(at.precision)} of those who reach it were won, and"
    yield f"  # {percent(at.recall)} of all who were won reach it"
    yield ""


def _rule(name: str, spec: dict[str, Any], there: Group, others: Group) -> Iterator[str]:
    yield f"  {name}:  # {there.leads:,} leads, {percent(there.rate)} won; the others {percent(others.rate)}"
    for key, value in spec.items():
        yield f"    {key}: {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = str(value)
    if FIELD.match(text):
        return text
    plain = text.replace(" ", "").isalpha() and text.casefold() not in ("yes", "no", "true", "false", "null")
    return text if plain else json.dumps(text, ensure_ascii=False)
