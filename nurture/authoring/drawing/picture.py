"""A drawing as a picture, by Graphviz, which comes with the extra ``graph``."""

from __future__ import annotations

import threading
from typing import Literal

from nurture.domain.errors import NurtureError

Picture = Literal["svg", "png", "pdf"]
ALONE = threading.Lock()
"""Graphviz draws one picture at a time in a process."""


class NoGraphviz(NurtureError):
    def __init__(self) -> None:
        super().__init__(
            "Pictures need Graphviz, which is not installed here.",
            "Run `pip install 'nurture[graph]'`, or take --format mermaid or dot.",
        )


def picture(dot: str, kind: Picture) -> bytes:
    """Raises NoGraphviz."""
    try:
        import pygraphviz  # noqa: PLC0415 - an extra
    except ImportError:
        raise NoGraphviz from None
    with ALONE:
        drawn = pygraphviz.AGraph(string=dot).draw(format=kind, prog="dot")
    assert isinstance(drawn, bytes)
    return drawn
