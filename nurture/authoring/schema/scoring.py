"""The schema of ``policies/scoring.yaml``."""

from __future__ import annotations

from collections.abc import Mapping

from nurture.authoring.schema.shapes import (
    DURATION,
    SCALAR,
    TEXT,
    WHOLE,
    Shape,
    named,
    one_or_more,
    rows,
    table,
)
from nurture.domain.scoring import MEANINGS
from nurture.domain.scoring.check import KEYS
from nurture.domain.scoring.check_bands import CELLS, GRADE_KEYS, LEVEL_KEYS, SUMS
from nurture.domain.scoring.check_rules import FIT_KEYS, RULE_KEYS
from nurture.domain.stages import PATH

MOST: Shape = {"type": "integer", "minimum": 1}


def scoring() -> Shape:
    again = table({"times": WHOLE, "within": DURATION, "points": WHOLE}, ("times", "within", "points"))
    shapes: Mapping[str, Shape] = {
        "on": TEXT,
        "match": named(SCALAR),
        "if": one_or_more(TEXT),
        "points": WHOLE,
        "times": named(named({"type": "number"})),
        "again": again,
        "cap": MOST,
        "group": TEXT,
        "half_life": DURATION,
        "says": TEXT,
        "field": TEXT,
    }
    rule = table({key: shapes.get(key, {}) for key in RULE_KEYS}, ("on", "points"))
    fit = table({key: shapes.get(key, {}) for key in FIT_KEYS}, ("points",))
    whole = {**_bands(), "half_life": DURATION, "rules": named(rule), "totals": named(fit), "fit": named(fit)}
    return table({key: whole.get(key, {}) for key in KEYS})


def _bands() -> Mapping[str, Shape]:
    names, cell = rows(TEXT), rows({"enum": list(CELLS)})
    return {
        "explicit_share": {"type": "integer", "minimum": 0, "maximum": 100},
        "thresholds": table(dict.fromkeys(PATH, WHOLE)),
        "levels": table(dict.fromkeys(LEVEL_KEYS, WHOLE)),
        "grades": table(dict.fromkeys(GRADE_KEYS, WHOLE)),
        "matrix": table({"bands": rows(WHOLE), "cells": table(dict.fromkeys(MEANINGS, cell))}),
        "caps": table(dict.fromkeys(SUMS, WHOLE)),
        "groups": named(MOST),
        "scores": named(table({"rules": names, "totals": names, "fit": names})),
        "inactivity": table({"after": DURATION, "half_life": DURATION}, ("after", "half_life")),
        "accounts": table({"best": MOST}),
    }
