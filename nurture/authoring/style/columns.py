"""In which column each line of a content file begins in the house style."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from nurture.authoring.nodes import Node, Rows, Table

STEP = 2
DASH = re.compile(r"^ *-( +|$)")


@dataclass
class Columns:
    lines: Sequence[str]
    wanted: dict[int, int] = field(default_factory=dict)
    """Line (from 0) -> the column (from 0) of its first sign; of lines that begin a key or an item."""

    def lay_out(self, node: Node, indent: int) -> None:
        if isinstance(node, Table) and not node.flow:
            for name, key in node.keys.items():
                self._begins(key.at.line, key.at.column, indent)
                self._below(node.entries[name], indent)
        elif isinstance(node, Rows) and not node.flow:
            for item in node.items:
                self._item(item, indent)

    def _below(self, value: Node, indent: int) -> None:
        if not isinstance(value, Rows) or value.flow:
            self._begins(value.at.line, value.at.column, indent + STEP)
        self.lay_out(value, indent + STEP)

    def _item(self, item: Node, indent: int) -> None:
        dash = self._dash(item)
        if dash is None:
            return
        self.wanted.setdefault(dash, indent)
        self._begins(item.at.line, item.at.column, indent + STEP)
        self.lay_out(item, indent + STEP)

    def _dash(self, item: Node) -> int | None:
        """The line of an item's dash: its own, or one above."""
        line = item.at.line - 1
        if DASH.match(self.lines[line]) and self.lines[line][: item.at.column - 1].count("-") == 1:
            return line
        above = (number for number in range(line - 1, -1, -1) if self.lines[number].strip())
        before = next(above, None)
        return before if before is not None and self.lines[before].strip() == "-" else None

    def _begins(self, line: int, column: int, indent: int) -> None:
        if not self.lines[line - 1][: column - 1].strip():
            self.wanted.setdefault(line - 1, indent)
