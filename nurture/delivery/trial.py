"""Texts made once for a sample lead in a child process with limits, before they are published: what eats
time or memory there would eat a worker's. Run as ``python -m nurture.delivery.trial`` it is that child."""

from __future__ import annotations

import faulthandler
import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from nurture.delivery.render import Kind, RenderError, fill, line_of, parts_of, render, tree_of
from nurture.delivery.sandbox import all_ways
from nurture.delivery.source import MessageSource
from nurture.domain.errors import NurtureError

SECONDS = 1
"""Of work that one message may take, up to one more; the shipped ones take a hundredth of it."""
MEMORY = 768 << 20
WALL = 30.0
"""Seconds in which the child must come to an end, also on a machine with much else to do."""
COMPUTES = re.compile(r"\{[{%][^}]*(?:[*(\[]|\bset\b|\bfor\b)")
"""What a text without it need not be parsed for."""
BRANCHES = re.compile(r"\{%-?\s*if\b")
HERE = re.compile(r'File "<template>", line (\d+)')


class NoTrial(NurtureError):
    """The child did not run at all."""

    def __init__(self, said: str) -> None:
        last = (said.strip().splitlines() or ["it said nothing"])[-1][:200]
        super().__init__("The texts could not be tried in a process of their own.", f"It ended with: {last}")


@dataclass(frozen=True)
class Bomb:
    file: str
    line: int
    text: str


def heavy(source: MessageSource) -> bool:
    """Whether it computes anything at all: without lists of its own, powers and loops in loops a text can
    only take as long as it is long."""
    for part, kind in parts_of(source):
        if not COMPUTES.search(getattr(source, part)):
            continue
        try:
            tree = tree_of(kind, getattr(source, part))
        except TemplateSyntaxError:  # the other checks say so
            continue
        if any(_computes(node) for node in tree.find_all(nodes.Node)):
            return True
    return False


def _computes(node: nodes.Node) -> bool:
    if isinstance(node, nodes.For):
        return not isinstance(node.iter, nodes.Name) or any(True for _ in node.find_all(nodes.For))
    return isinstance(node, (nodes.List, nodes.Dict, nodes.Mul, nodes.Pow, nodes.Call)) or (
        isinstance(node, nodes.Tuple) and node.ctx == "load"
    )


def bombs(sources: Sequence[MessageSource], context: Mapping[str, Any]) -> Iterator[tuple[int, Bomb]]:
    """Those that do not come to an end within the limits, with their places. One child tries them all, and
    another one what is left when it died of one. Raises NoTrial."""
    place = 0
    while place < len(sources):
        said, stack = _tried(sources[place:], context)
        if not said:
            raise NoTrial(stack)
        for line in (line for line in said if line["done"]):
            if line["text"]:
                yield place, Bomb(line["file"], line["line"], line["text"])
            place += 1
        if place < len(sources):
            yield place, _died(sources[place], said, stack)
            place += 1


def _tried(sources: Sequence[MessageSource], context: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """What the child said line by line, and where it stood when it died."""
    given = {"context": context, "sources": [one.to_json() for one in sources]}
    child = subprocess.Popen(
        [sys.executable, "-m", "nurture.delivery.trial"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    with child:
        try:
            said, stack = child.communicate(json.dumps(given).encode(), WALL + SECONDS * len(sources))
        except subprocess.TimeoutExpired:
            child.kill()
            said, stack = child.communicate()
    lines = [json.loads(line) for line in said.splitlines() if line.endswith(b"}")]
    return lines, stack.decode(errors="replace")


def _died(source: MessageSource, said: Sequence[Mapping[str, Any]], stack: str) -> Bomb:
    part = next((line["part"] for line in reversed(said) if not line["done"]), "body")
    kind = dict(parts_of(source)).get(part, "text")
    place, found = source.place(part), HERE.search(stack)
    line = line_of(kind, getattr(source, part), int(found[1])) if found else 1
    text = f"to make this text takes more than {SECONDS + 1} seconds of work, or {MEMORY >> 20} MiB of memory"
    place = place.at(line)
    return Bomb(place.file, place.line, text)


def main() -> None:
    given = json.load(sys.stdin)
    with suppress(ValueError, OSError):  # not everywhere; the limit of work holds all the same
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Also out of a loop in C, which no signal handler of Python's interrupts.
    faulthandler.register(signal.SIGXCPU, all_threads=False, chain=True)
    for one in given["sources"]:
        _allow_more()
        print(json.dumps(_try(MessageSource.from_json(one), given["context"])), flush=True)


def _allow_more() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, hard))


def _try(source: MessageSource, context: dict[str, Any]) -> dict[str, Any]:
    """Says before each part which one it is. A value that is missing is another check's."""
    place = source.place("body")
    done: dict[str, Any] = {"done": True, "file": place.file, "line": place.line, "text": ""}
    try:
        for part, kind in parts_of(source):
            print(json.dumps({"done": False, "part": part}), flush=True)
            fill(source, part, kind, context)
            _every_branch(source, part, kind, context)
        render(source, context)
    except RenderError as error:
        if error.too_much:
            return done | {"file": error.file, "line": error.template_line, "text": error.message.rstrip(".")}
    except MemoryError:
        sys.exit(1)
    return done


def _every_branch(source: MessageSource, part: str, kind: Kind, context: dict[str, Any]) -> None:
    """Only what is too much counts: whatever else fails may be what the branch asked for."""
    if BRANCHES.search(getattr(source, part)):
        try:
            fill(source, part, kind, context, all_ways)
        except RenderError as error:
            if error.too_much:
                raise


if __name__ == "__main__":
    main()
