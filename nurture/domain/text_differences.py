"""What is different between the texts of two versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from nurture.domain.differences import Difference
from nurture.domain.worded import quoted

ONE_LINE = ("subject", "preheader")
BODIES = {"body": "text", "text": "plain text", "layout": "layout", "layout_text": "plain layout"}
Texts = Mapping[str, Mapping[str, Any]]
"""Message -> its source, as published."""


def text_differences(old: Texts, new: Texts) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield Difference("removed", name, f"the message `{name}` is no longer sent")
        elif name not in old:
            subject = new[name].get("subject") or ""
            yield Difference("added", name, f"a new message `{name}`: {quoted(subject)}")
        else:
            yield from _message(name, old[name], new[name])


def _message(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Where a text stands in its file does not count."""
    for part in ONE_LINE:
        if (was := old.get(part)) != (now := new.get(part)):
            words = f"message `{name}`: {part} is {quoted(now or 'empty')}, was {quoted(was or 'empty')}"
            yield Difference("changed", name, words)
    for part, called in BODIES.items():
        was, now = old.get(part) or "", new.get(part) or ""
        if was != now:
            yield Difference("changed", name, f"message `{name}`: {called}, {_lines(was, now)}")


def _lines(was: str, now: str) -> str:
    before, after = was.splitlines(), now.splitlines()
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    new = sum(end - start for tag, _, _, start, end in codes if tag != "equal")
    gone = sum(end - start for tag, start, end, _, _ in codes if tag != "equal")
    return f"{new} lines new, {gone} gone, {len(after)} in all"
