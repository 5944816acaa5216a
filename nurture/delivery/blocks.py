"""Blocks: what several messages say alike, written once and put in when a message is read. What is published
has them in it, so that a version never changes with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nurture.delivery.front_matter import SourceError, front_matter, nearest, read_text

BLOCKS = "blocks"
DEEPEST = 4
"""Blocks in blocks."""
INCLUDE = re.compile(r"\{%-?\s*include\b(.*?)-?%\}")
WORDS = re.compile(r"""\s*(["'])([^"']*)\1\s*(?:with\s+(.*?))?\s*""")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ARGUMENT = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:=\s*(.*\S))?\s*", re.DOTALL)
EXAMPLE = '{% include "offer" with title="Spring", link="https://..." %}'
TAKES = "takes"
TAKEN = frozenset({"lead", "account", "deal", "sender", "owner", "company", "codes", "answers", "content"})
"""Names that messages have already."""

Line = tuple[str, int]
"""A file, and the line in it."""


@dataclass(frozen=True)
class Around:
    """The text into which blocks are put."""

    templates: Path
    ends: tuple[str, ...]
    """Of the files that fit here, the best first, such as ``.md``."""
    language: str = ""
    inside: tuple[str, ...] = ()
    """The blocks around it."""


def put_in(around: Around, text: str, file: str, first: int) -> tuple[str, tuple[Line, ...]]:
    """The text with its blocks, and where each of its lines stands; no lines where it has none. Raises
    SourceError."""
    if not INCLUDE.search(text):
        return text, ()
    done: list[str] = []
    places: list[Line] = []
    for number, line in enumerate(text.split("\n"), first):
        whole, lines = _line(around, line, (file, number))
        done.append(whole)
        places += lines
    return "\n".join(done), tuple(places)


def _line(around: Around, line: str, at: Line) -> tuple[str, list[Line]]:
    """A line with its blocks, which may be several lines, and where these stand. Of what stands in the line
    itself the place is the line's."""
    text, places, end = "", [at], 0
    for found in INCLUDE.finditer(line):
        alone = line.strip() == found[0]
        block, lines = _block(around, found[1], at, alone=alone)
        text += line[end : found.start()] + block
        places = lines if alone else [*places, *lines[1:]]
        end = found.end()
    return text + line[end:], places


def _block(around: Around, words: str, at: Line, *, alone: bool) -> tuple[str, list[Line]]:
    """``alone``: on a line of its own, so that what it is given can stand on another one than its text."""
    read = WORDS.fullmatch(words)
    if not read:
        raise SourceError(*at, "This names no block.", f"Write it so: {EXAMPLE}.")
    name, given = read[2], _arguments(read[3] or "", at)
    if name in around.inside or len(around.inside) >= DEEPEST:
        said = f"The block {name!r} is in itself." if name in around.inside else "Blocks nest too deeply."
        raise SourceError(*at, said, "Write one of them out.")
    file = _file(around, name, at)
    headers, body, first = front_matter(file, read_text(around.templates, file), (TAKES,))
    takes = _takes(file, headers)
    _check(name, takes, given, at)
    inner = Around(around.templates, around.ends, around.language, (*around.inside, name))
    body = body.strip("\n")
    text, lines = put_in(inner, body, file, first)
    own = list(lines) or [(file, first + number) for number in range(body.count("\n") + 1)]
    values = {**{one: value for one, value in takes.items() if value is not None}, **given}
    if not values:
        return text, own
    said = ", ".join(f"{one}={value}" for one, value in values.items())
    if alone:
        return f"{{% with {said} -%}}\n{text}{{% endwith %}}", [at, *own]
    return f"{{% with {said} %}}{text}{{% endwith %}}", own


def _file(around: Around, name: str, at: Line) -> str:
    """In the reader's language, as far as there is one."""
    folder = around.templates / BLOCKS
    spoken = [f"{name}.{around.language}", name] if around.language else [name]
    for stem in spoken if NAME.fullmatch(name) else ():
        for end in around.ends:
            if (folder / f"{stem}{end}").is_file():
                return f"{BLOCKS}/{stem}{end}"
    known = sorted({path.name.partition(".")[0] for path in folder.glob("*.*")})
    if name in known:
        said = f"The block {name!r} has no file that fits here."
        raise SourceError(*at, said, f"Write templates/{BLOCKS}/{name}{around.ends[0]}.")
    raise SourceError(*at, f"There is no block {name!r}.", nearest(name, known))


def _takes(file: str, headers: Mapping[str, tuple[str, int]]) -> dict[str, str | None]:
    """What the block wants to know: name -> what it is when nothing is said, None where something must be."""
    words, line = headers.get(TAKES, ("", 1))
    found = dict(_split(words, (file, line)))
    if wrong := sorted(TAKEN & found.keys()):
        said = f"{wrong[0]} is a name that every message has."
        raise SourceError(file, line, said, "Take another name for it.")
    return found


def _arguments(words: str, at: Line) -> dict[str, str]:
    found = dict(_split(words, at))
    for name, value in found.items():
        if value is None:
            raise SourceError(
                *at, f"The value of {name} is missing.", f'Write {name}="..." or {name}=lead.first_name.'
            )
    return {name: value for name, value in found.items() if value is not None}


def _check(name: str, takes: Mapping[str, str | None], given: Mapping[str, str], at: Line) -> None:
    for one in given:
        if one not in takes:
            hint = nearest(one, takes) if takes else f"Name it at the top of the block: {TAKES}: {one}."
            raise SourceError(*at, f"The block {name!r} takes no {one}.", hint)
    for one, value in takes.items():
        if value is None and one not in given:
            said = f"The block {name!r} wants to know {one}."
            raise SourceError(*at, said, f'Write {{% include "{name}" with {one}="..." %}}.')


def _split(words: str, at: Line) -> Iterator[tuple[str, str | None]]:
    """``a="x, y", b=lead.name`` at the commas between them."""
    for part in _parts(words):
        read = ARGUMENT.fullmatch(part)
        if not read:
            said = f"{part.strip() or 'Nothing'} cannot be read here."
            raise SourceError(*at, said, 'Write names with values, and commas between them: title="Spring".')
        yield read[1], read[2]


def _parts(words: str) -> Sequence[str]:
    if not words.strip():
        return ()
    parts, depth, quote = [""], 0, ""
    for letter in words:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        depth += (letter in "([{") - (letter in ")]}") if not quote else 0
        if letter == "," and not quote and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
