"""Bytes of a YAML 1.2 file -> a tree with addresses, or the reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from nurture.authoring.nodes import Node, Place, Rows, Scalar, Table
from nurture.authoring.source import WHOLE_FILE, Source
from nurture.authoring.yaml_events import Event, events
from nurture.authoring.yaml_hints import explain, quoted

LARGEST = 256 * 1024
DEEPEST = 30
# Dates and times stay the text they are, and so do numbers that no program should take for one.
INTEGER = re.compile(r"^-?(0|[1-9][0-9]{0,14})$")
DECIMAL = re.compile(r"^-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}$")
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
# Control characters, half characters, and the line breaks that only YAML 1.1 knew.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Refused(Exception):
    """The file cannot be read further; the reason is in its problems."""


def read_yaml(file: str, data: bytes) -> tuple[Source, Node | None]:
    """The tree, or None when the source has a problem that makes it unreadable."""
    source = Source(file)
    try:
        source.text = _decoded(source, data)
        return source, _parsed(source)
    except Refused:
        return source, None


def _decoded(source: Source, data: bytes) -> str:
    if len(data) > LARGEST:
        size = f"{len(data) // 1024} KiB, more than {LARGEST // 1024} KiB"
        source.report("too-large", WHOLE_FILE, f"the file has {size}", "Split it into several files.")
        raise Refused
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.text = data.decode("utf-8", "replace")
        before = data[: error.start].decode("utf-8", "replace")
        place = Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        source.report(
            "encoding",
            place,
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            "Save the file as UTF-8 (in most editors: Save with encoding).",
        )
        raise Refused from None
    text = text.replace("\r\n", "\n")
    if found := UNREADABLE.search(text):
        source.text = text.replace(found[0], "?")
        place = _place(source.text, found.start())
        code = f"U+{ord(found[0]):04X}"
        source.report("encoding", place, f"the character {code} may not stand in a file", "Delete it.")
        raise Refused
    return text


def _place(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)


def _parsed(source: Source) -> Node | None:
    builder = Builder(source)
    try:
        for event in events(source.text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        began = _mark(error.context_mark)
        explain(source, _mark(mark) or WHOLE_FILE, str(error.problem or error.context or "not YAML"), began)
        raise Refused from None
    except (YAMLError, ValueError, OverflowError) as error:
        # Such as an escape out of range: without a mark.
        source.report("yaml", WHOLE_FILE, f"this is not YAML: {str(error).splitlines()[0]}")
        raise Refused from None
    if builder.root is None and not source.problems:
        source.report("empty", WHOLE_FILE, "the file is empty")
    return builder.root


def _mark(mark: Any) -> Place | None:
    return Place(mark.line + 1, mark.column + 1) if mark else None


@dataclass
class _Open:
    """A collection whose end has not come yet."""

    at: Place
    flow: bool
    table: bool
    key: Scalar | None = None
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)


@dataclass
class Builder:
    """Makes the tree from the parser's events, without recursion."""

    source: Source
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0

    def take(self, event: Event) -> None:
        self._refuse_tag(event)
        self._refuse_anchors(event)
        match type(event).__name__:
            case "ScalarEvent":
                self._add(self._scalar(event))
            case "MappingStartEvent" | "SequenceStartEvent":
                self._open(event)
            case "MappingEndEvent":
                top = self.stack.pop()
                self._add(Table(top.at, top.entries, top.keys, top.flow))
            case "SequenceEndEvent":
                top = self.stack.pop()
                self._add(Rows(top.at, tuple(top.items), top.flow))
            case _:
                pass

    def _open(self, event: Event) -> None:
        at = _at(event)
        if len(self.stack) >= DEEPEST:
            self.source.report("too-large", at, f"nested deeper than {DEEPEST} levels")
            raise Refused
        top = self.stack[-1] if self.stack else None
        if top and top.table and top.key is None:
            self.source.report(
                "yaml", at, "a key must be a word, not a list or a group", "Put quotes around it."
            )
            raise Refused
        self.stack.append(_Open(at, bool(event.flow_style), type(event).__name__ == "MappingStartEvent"))

    def _scalar(self, event: Event) -> Scalar:
        flow = any(top.flow for top in self.stack)
        text, at = event.value, _at(event)
        if found := UNREADABLE.search(text):
            self.source.report(
                "encoding", at, f"the character U+{ord(found[0]):04X} may not stand here", "Delete it."
            )
            raise Refused
        if event.implicit[0]:
            return Scalar(at, _typed(text), text, event.start_mark.index, flow)
        return Scalar(at, text, text, event.start_mark.index, flow)

    def _add(self, node: Node) -> None:
        if not self.stack:
            self._document(node)
            return
        top = self.stack[-1]
        if not top.table:
            top.items.append(node)
        elif top.key is None:
            assert isinstance(node, Scalar)
            top.key = node
        else:
            self._entry(top, top.key, node)
            top.key = None

    def _entry(self, top: _Open, key: Scalar, node: Node) -> None:
        if key.text in top.keys:
            first = top.keys[key.text].at.line
            self.source.report(
                "duplicate-key",
                key,
                f"`{key.text}` stands here a second time; the first is on line {first}",
                "Keep one of the two.",
            )
            return
        if isinstance(node, Scalar) and node.value is None and not node.text:
            node = Scalar(key.at, None, "", key.index, node.flow)
        top.keys[key.text] = key
        top.entries[key.text] = node

    def _document(self, node: Node) -> None:
        self.documents += 1
        if isinstance(node, Scalar) and node.value is None:
            return
        if self.documents > 1 or self.root is not None:
            self.source.report(
                "yaml", node, "a second document begins here", "One file holds one: remove `---`."
            )
            raise Refused
        self.root = node

    def _refuse_anchors(self, event: Event) -> None:
        name = getattr(event, "anchor", None)
        if name is None:
            return
        kind = "alias" if type(event).__name__ == "AliasEvent" else "anchor"
        sign = "*" if kind == "alias" else "&"
        self.source.report(
            "anchor",
            _at(event),
            f"`{sign}{name}` is a YAML {kind}, which content files do not use",
            "Write the text out. If it belongs to a text or a condition, put single quotes around the whole.",
        )
        raise Refused

    def _refuse_tag(self, event: Event) -> None:
        tag = getattr(event, "tag", None)
        if tag is None or getattr(event, "implicit", None) not in (False, (False, False)):
            return
        hint = quoted(self.source.line(event.start_mark.line + 1))
        hint = f"Put single quotes around the whole: {hint}" if hint else "Remove it."
        self.source.report("yaml", _at(event), f"YAML reads `{tag}` as a tag", hint)
        raise Refused


def _at(event: Event) -> Place:
    start, end = event.start_mark, event.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Place(start.line + 1, start.column + 1, max(1, width))


def _typed(text: str) -> str | int | float | bool | None:
    if text in WORDS:
        return WORDS[text]
    if INTEGER.match(text):
        return int(text)
    return float(text) if DECIMAL.match(text) else text
