"""Every verb with its keys, from the registry."""

from __future__ import annotations

from collections.abc import Mapping
from sys import modules

from nurture.authoring.campaign_file import RULE_VERBS
from nurture.authoring.schema.shapes import Shape, of_key, ref, table
from nurture.domain.steps.registry import VERBS
from nurture.domain.steps.step import COMMON_KEYS, Step


def definitions() -> Mapping[str, Shape]:
    return {
        "steps": {"type": "array", "minItems": 1, "items": _one_of(tuple(VERBS), following=True)},
        "rule_steps": {"type": "array", "minItems": 1, "items": _one_of(RULE_VERBS, following=False)},
        **{verb: _step(of) for verb, of in VERBS.items()},
    }


def _one_of(verbs: tuple[str, ...], *, following: bool) -> Shape:
    """By its verb, so that an editor complains of the step that is meant."""
    chosen = [{"if": {"type": "object", "required": [verb]}, "then": ref(verb)} for verb in verbs]
    known: list[Shape] = [{"type": "object", "required": [verb]} for verb in verbs]
    return {"anyOf": [*known, *([{"const": "next"}] if following else [])], "allOf": chosen}


def _step(verb: type[Step]) -> Shape:
    keys = {verb.verb: verb.head, **verb.keys, **COMMON_KEYS}
    required = (verb.verb, *(name for name, key in verb.keys.items() if key.required))
    doc = getattr(modules[verb.__module__], "__doc__", "") or ""
    return {
        "description": " ".join(doc.split()),
        **table({name: of_key(key) for name, key in keys.items()}, required),
    }
