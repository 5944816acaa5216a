"""The lines of a diff."""

from __future__ import annotations

from collections.abc import Iterable

from nurture.cli.wording import wrapped
from nurture.domain.differences import Difference

SIGNS = {"added": "+", "removed": "-", "renamed": ">", "changed": "~", "placed": "^"}


def print_changes(found: Iterable[Difference]) -> None:
    for one in found:
        print(wrapped(one.words, 4, f"  {SIGNS[one.kind]} "))
