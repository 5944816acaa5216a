"""Every function has its section in the docs, with a use that the checker accepts."""

from __future__ import annotations

import re
from pathlib import Path

from nurture.conditions.language import FUNCTIONS


def test_every_function_has_a_section(checkout: Path) -> None:
    page = (checkout / "docs" / "conditions.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### (\w+)\n\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL))
    assert sections.keys() == FUNCTIONS.keys()
    assert [name for name, text in sections.items() if f"`{name}(" not in text] == []
