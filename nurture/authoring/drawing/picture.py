"""A drawing as a picture, by Graphviz, which comes with the extra ``graph``."""

from __future__ import annotations

import threading
from typing import Literal

from nurture.domain.errors import NurtureError

Picture = Literal["svg", "png", "pdf"]
Layout = Literal["dot", "neato"]
ALONE = threading.Lock()
"""Graphviz draws one picture at a time in a process."""


class NoGraphviz(NurtureError):
    def __init__(self) -> None:
        super().__init__(
            "Pictures need Graphviz, which is not installed here.",
            "Run `pip install 'nurture[graph]'`; a graph can be --format mermaid, a forecast .svg.",
        )


def picture(dot: str, kind: Picture, layout: Layout = "dot") -> bytes:
    """``layout`` neato: everything is pinned to its place. Raises NoGraphviz."""
    try:
        import pygraphviz  # noqa: PLC0415 - an extra
    except ImportError:
        raise NoGraphviz from None
    with ALONE:
        drawn = pygraphviz.AGraph(string=dot).draw(format=kind, prog=layout)
    assert isinstance(drawn, bytes)
    return drawn
