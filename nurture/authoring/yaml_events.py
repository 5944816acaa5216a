"""The events of a YAML file. From libyaml where it takes the file, which is twenty times as fast; else from
ruamel.yaml, which reads as YAML 1.2 says and has the better words about what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import yaml
from ruamel.yaml import YAML

Event = Any
"""Both have the same classes, with the same names and attributes."""
FAST = getattr(yaml, "CSafeLoader", None)
"""None: PyYAML was built without libyaml."""


def events(text: str) -> Iterable[Event]:
    """Raises YAMLError of ruamel.yaml while it is gone through."""
    if FAST and "\t" not in text:  # libyaml takes tabs where nobody should write them
        with suppress(yaml.YAMLError):
            found = list(yaml.parse(text, Loader=FAST))
            if not any(_is_refused(event) for event in found):
                return found
    return careful(text)


def careful(text: str) -> Iterable[Event]:
    return YAML(typ="safe", pure=True).parse(text)  # type: ignore[no-any-return]


def _is_refused(event: Event) -> bool:
    """Anchors and tags, of whose names the two have different views."""
    return bool(getattr(event, "anchor", None) or getattr(event, "tag", None))
