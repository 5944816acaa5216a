"""What is wrong with a scoring policy, before it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nurture.domain.dictionary import Dictionary
from nurture.domain.scoring.check_bands import CHECKS, check_bands
from nurture.domain.scoring.check_rules import RULE_KEYS, check_fit, check_rule
from nurture.domain.scoring.check_together import check_together, same_rules
from nurture.domain.scoring.problems import (
    Path,
    Problems,
    ScoringProblem,
    half_life,
    unknown_keys,
    whole,
)

KEYS = ("half_life", "explicit_share", "rules", "totals", "fit", *CHECKS)


def check_scoring(doc: object, dictionary: Dictionary) -> list[ScoringProblem]:
    """All problems at once, in the order of the document. Conditions are checked by whoever knows CEL."""
    if not isinstance(doc, Mapping):
        return [ScoringProblem((), "expected the keys " + ", ".join(KEYS))]
    found = [*unknown_keys((), doc, KEYS), *half_life((), doc)]
    if "explicit_share" in doc:
        found += whole(("explicit_share",), doc["explicit_share"], least=0, most=100)
    found += _each(doc, "rules", lambda path, spec: check_rule(path, spec, dictionary, doc))
    found += _each(doc, "totals", lambda path, spec: check_fit(path, spec, dictionary))
    found += _each(doc, "fit", lambda path, spec: check_fit(path, spec, dictionary))
    found += [*check_bands(doc), *same_rules(doc, dictionary)]
    return found or list(check_together(doc))


def _each(doc: Mapping[str, Any], key: str, check: Callable[[Path, Mapping[str, Any]], Problems]) -> Problems:
    table = doc.get(key, {})
    if not isinstance(table, Mapping):
        yield ScoringProblem((key,), "expected rules with their names")
        return
    for name, spec in table.items():
        path = (key, str(name))
        if not isinstance(spec, Mapping):
            yield ScoringProblem(path, "expected a rule", f"the keys of a rule are {', '.join(RULE_KEYS)}")
        else:
            yield from check(path, spec)
