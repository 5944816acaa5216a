"""What each kind of value looks like in JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nurture.domain.digests import DAILY
from nurture.domain.durations import UNITS
from nurture.domain.keys import NAME_PATTERN, Key, Kind
from nurture.domain.next_day import KINDS as NEXT_DAYS
from nurture.domain.sending_policy import PERIODS
from nurture.domain.stages import STAGES

Shape = Mapping[str, Any]

UNIT = "|".join(sorted(UNITS, key=lambda unit: (-len(unit), unit)))
DURATION: Shape = {"type": "string", "pattern": rf"^\s*\d{{1,4}}\s*({UNIT})\s*$"}
CLOCK = r"([01]?\d|2[0-3]):[0-5]\d"
DATE = rf"[a-z]+\.[a-z][a-z0-9_]*( *[+-] *\d{{1,4}} *({UNIT}))*( +at +{CLOCK})?"
"""A date of the lead, and how far from it."""
SPANS = (
    rf"up to +\d{{1,4}} *({UNIT})",
    "into +[a-z][a-z0-9-]*",
    rf"to +next +({'|'.join(NEXT_DAYS)}) +{CLOCK}",
    rf"to +{DATE}",
)
WAIT: Shape = {"anyOf": [DURATION, {"type": "string", "pattern": f"^({'|'.join(SPANS)})$"}]}
ANYTHING: Shape = {}
SCALAR: Shape = {"type": ["string", "number", "boolean"]}
TEXT = SCALAR
NAME: Shape = {"type": "string", "pattern": NAME_PATTERN}
WHOLE: Shape = {"type": "integer"}
YES_NO: Shape = {"enum": [True, False, "yes", "no"]}
SHARE: Shape = {
    "anyOf": [{"type": "integer", "minimum": 1, "maximum": 100}, {"type": "string", "pattern": "%$"}]
}


def one_or_more(shape: Shape) -> Shape:
    return {"anyOf": [shape, {"type": "array", "items": shape, "minItems": 1}]}


def named(shape: Shape, **more: object) -> Shape:
    """A table whose keys are the author's."""
    return {"type": "object", "additionalProperties": shape, **more}


def table(keys: Mapping[str, Shape], required: tuple[str, ...] = ()) -> Shape:
    found: dict[str, Any] = {"type": "object", "properties": dict(keys), "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def ref(name: str) -> Shape:
    return {"$ref": f"#/definitions/{name}"}


def rows(shape: Shape) -> Shape:
    return {"type": "array", "items": shape, "minItems": 1}


CONDITION = one_or_more({"type": ["string", "boolean"]})
CAP = named(
    {"type": "integer", "minimum": 1, "maximum": 50},
    propertyNames={"anyOf": [{"enum": list(PERIODS)}, {"pattern": DURATION["pattern"]}]},
)
ARM: Shape = {"anyOf": [{"const": "next"}, ref("steps")]}


def ways(decides: str, shape: Shape) -> Shape:
    return rows(table({"way": NAME, decides: shape, "then": ARM}, ("way", decides, "then")))


OF_100: Shape = {"type": "integer", "minimum": 1, "maximum": 100}
OF_KIND: Mapping[Kind, Shape] = {
    Kind.NAME: NAME,
    Kind.TEXT: TEXT,
    Kind.CONDITION: CONDITION,
    Kind.DURATION: DURATION,
    Kind.WAIT: WAIT,
    Kind.CAMPAIGN: NAME,
    Kind.NOTICE: table(
        {
            "team": NAME,
            "to": one_or_more(TEXT),
            "text": TEXT,
            "cc": one_or_more(TEXT),
            "digest": {"type": "string", "pattern": f"^{DAILY.pattern}$"},
        },
        ("text",),
    ),
    Kind.WINDOW: NAME,
    Kind.STEPS: ARM,
    Kind.SECTION: NAME,
    Kind.TEAM: NAME,
    Kind.MESSAGE: NAME,
    Kind.LABELS: named(TEXT, minProperties=1, maxProperties=4),
    Kind.SHARES: named(
        {"anyOf": [OF_100, table({"share": OF_100, "subject": TEXT}, ("share", "subject"))]}, minProperties=1
    ),
    Kind.CHANGES: named(SCALAR, minProperties=1),
    Kind.NAMES: one_or_more({"type": "string"}),
    Kind.LISTS: one_or_more({"type": "string"}),
    Kind.STAGE: {"enum": list(STAGES)},
    Kind.COUNT: {
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": r"^\d{1,4}( times?)?$"}]
    },
    Kind.POINTS: {"anyOf": [WHOLE, {"type": "string", "pattern": r"^\+\d{1,6}$"}]},
    Kind.CAP: CAP,
    Kind.WAYS: ways("when", CONDITION),
    Kind.SHARED_WAYS: ways("share", SHARE),
    Kind.SENDER: NAME,
    Kind.WEBHOOK: {"anyOf": [TEXT, table({"url": TEXT, "keep": named(TEXT)}, ("url",))]},
    Kind.WINNER: table({"by": NAME, "after": TEXT, "tie": NAME, "auto": YES_NO}, ("by",)),
}


def of_key(key: Key) -> Shape:
    """A kind that is not told here may hold anything: its own check says what is wrong."""
    shape = {"enum": list(key.words)} if key.kind is Kind.WORD else OF_KIND.get(key.kind, ANYTHING)
    return {"description": key.help, **shape}
