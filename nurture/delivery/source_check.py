"""What is wrong with a message's texts, found before anything is rendered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import lru_cache

from jinja2 import TemplateSyntaxError, nodes

from nurture.delivery.always import always_shown
from nurture.delivery.filter_types import Misfit, misfits
from nurture.delivery.foot_words import NAMES
from nurture.delivery.nesting import CLOSE, TOO_DEEP, in_a_template, line_at
from nurture.delivery.places import Place
from nurture.delivery.render import ENVIRONMENTS, Kind
from nurture.delivery.sandbox import Reference, read, references
from nurture.delivery.source import MessageSource

NOTHING: Mapping[str, str] = {}
STANDARD_NAMES = frozenset(
    {
        "sender.name",
        "sender.address",
        "owner.name",
        "owner.address",
        "owner.booking",
        "company.name",
        "company.address",
        "unsubscribe_url",
        "preferences_url",
        "answers",
    }
    | NAMES
)
"""What every message may use, besides the declared fields of lead and account."""
LAYOUT_NAMES = frozenset({"content", "subject", "preheader"})
REQUIRED = {
    "unsubscribe_url": "Add a link to {{ unsubscribe_url }}, or use the default layout.",
    "company.address": "Add {{ company.address }}, or use the default layout.",
}
FOREIGN = re.compile(
    r"\*\|\w+\|\*|%%\w+%%|\$\{\w[\w.]*\}|<%=?\s*[\w.]+\s*%>|(?<!\{)\{(?:\w*_?name|company|email)\}(?!\})"
)
LIQUID = re.compile(r"\|\s*\w+\s*:")
"""A filter as another language of templates writes it."""
LAYOUTS_TOO = 256
"""Texts whose reading is kept."""
DECLARE = {
    "": "Declare it in policies/dictionary.yaml.",
    "codes": "Name the pool under `codes:` of every campaign that sends this message.",
}
"""First part of a name -> where it is declared."""
REQUIRED_TEXTS = {
    "unsubscribe_url": "no unsubscribe link",
    "company.address": "no postal address",
}


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """`file` is relative to the templates folder; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    text: str
    hint: str = ""


def check_source(
    source: MessageSource,
    known_names: set[str],
    *,
    marketing: bool = True,
    types: Mapping[str, str] = NOTHING,
) -> list[SourceProblem]:
    """`known_names`: dotted, such as lead.first_name; "handoff.*" stands for all names below. `types`: of
    the fields among them.

    A `marketing` message must show a way out and a postal address, in both of its parts.
    """
    known = known_names | STANDARD_NAMES
    used: dict[str, set[str]] = {}
    always: dict[str, frozenset[str]] = {}
    problems = []
    for part, kind in _parts(source):
        text = getattr(source, part)
        allowed = known | LAYOUT_NAMES if part.startswith("layout") else known
        try:
            tree, reads = _read(kind, text)
        except TemplateSyntaxError as error:
            problems.append(_broken(error, text, source.place(part)))
            continue
        problems += [_misfit(wrong, text, source.place(part)) for wrong in misfits(tree, types)]
        used[part] = {reference.dotted for reference in reads}
        always[part] = always_shown(tree) & used[part]
        problems += [
            _unknown(reference, allowed, text, source.place(part))
            for reference in reads
            if not _is_known(reference.dotted, allowed)
        ]
        if part.startswith("layout") and "content" not in used[part]:
            problems.append(SourceProblem(source.place(part).file, 1, 1, "{{ content }} is missing."))
    problems += [*_foreign(source), *_deep(source)]
    # Of a text that cannot be read nobody knows what it shows.
    whole = len(used) == len(list(_parts(source)))
    if marketing and whole:
        problems += _lacking(source, always, used)
    return problems


def _deep(source: MessageSource) -> Iterator[SourceProblem]:
    for part, kind in _parts(source):
        text = getattr(source, part)
        at = None if kind == "text" else in_a_template(text)
        if at is not None:
            place = source.place(part).at(line_at(text, at))
            yield SourceProblem(place.file, place.line, 1, f"{TOO_DEEP.capitalize()}.", CLOSE)


def _foreign(source: MessageSource) -> Iterator[SourceProblem]:
    """Placeholders of other systems, which would be printed as they stand."""
    for part in ("subject", "preheader", "body"):
        for number, line in enumerate(getattr(source, part).split("\n")):
            if found := FOREIGN.search(line):
                place = source.place(part).at(number + 1)
                said = f"{found[0]} would be printed as it stands."
                hint = 'Write {{ lead.first_name|default("there") }}, with the field that is meant.'
                yield SourceProblem(place.file, place.line, found.start() + 1, said, hint)


@lru_cache(LAYOUTS_TOO)
def _read(kind: Kind, text: str) -> tuple[nodes.Template, list[Reference]]:
    """The same layout frames many messages, and is read once."""
    tree = read(ENVIRONMENTS[kind], text)
    return tree, references(tree)


def _parts(source: MessageSource) -> Iterator[tuple[str, Kind]]:
    if source.format == "text":
        yield "body", "text"
        return
    yield "subject", "text"
    yield "preheader", "text"
    yield "body", source.format
    if source.text is not None:
        yield "text", "text"
    yield "layout", "html"
    yield "layout_text", "text"


def _broken(error: TemplateSyntaxError, text: str, place: Place) -> SourceProblem:
    line = text.split("\n")[error.lineno - 1 : error.lineno]
    place = place.at(error.lineno)
    column = max(line[0].find("{"), 0) + 1 if line else 1
    if LIQUID.search(line[0] if line else ""):
        hint = 'Write {{ lead.first_name|default("there") }}.'
        said = "What a filter takes stands in brackets."
        return SourceProblem(place.file, place.line, column, said, hint)
    message = (error.message or "this cannot be read").rstrip(".")
    said, _, hint = message.rpartition(": ") if ": " in message else (message, "", "")
    return SourceProblem(place.file, place.line, column, _sentence(said), _sentence(hint))


def _misfit(wrong: Misfit, text: str, place: Place) -> SourceProblem:
    column = max(text.split("\n")[wrong.line - 1].find(wrong.field), 0) + 1
    place = place.at(wrong.line)
    return SourceProblem(place.file, place.line, column, wrong.text, wrong.hint)


def _unknown(reference: Reference, known: set[str], text: str, place: Place) -> SourceProblem:
    line = text.split("\n")[reference.line - 1]
    column = max(line.find(reference.dotted), 0) + 1
    near = get_close_matches(reference.dotted, sorted(known), n=1, cutoff=0.7)
    hint = f"Did you mean {near[0]}?" if near else DECLARE.get(reference.dotted.split(".")[0], DECLARE[""])
    place = place.at(reference.line)
    return SourceProblem(place.file, place.line, column, f"{reference.dotted} is not known.", hint)


def _is_known(dotted: str, known: set[str]) -> bool:
    return dotted in known or any("*" in name and fnmatchcase(dotted, name) for name in known)


def _lacking(
    source: MessageSource, always: Mapping[str, frozenset[str]], used: Mapping[str, set[str]]
) -> Iterator[SourceProblem]:
    """``used``: also where not every lead sees it."""
    text_part = "text" if source.text is not None else "body"
    shown = {"body": _around("body", "layout", always), "text": _around(text_part, "layout_text", always)}
    for name, add in REQUIRED.items():
        lacking = [part for part in shown if name not in shown[part]]
        if not lacking:
            continue
        place = source.place("text" if lacking == ["text"] and source.text is not None else "body")
        which = "" if len(lacking) > 1 else f" in the {'HTML' if lacking == ['body'] else 'plain text'} part"
        said, hint = f"There is {REQUIRED_TEXTS[name]}{which}.", add
        parts = {"body": ("body", "layout"), "text": (text_part, "layout_text")}
        if any(name in used.get(one, ()) for part in lacking for one in parts[part]):
            said = f"There is {REQUIRED_TEXTS[name]}{which} for some leads: it hangs on a condition."
            hint = f"Show {{{{ {name} }}}} outside of it, or in each of its ways with {{% else %}}."
        yield SourceProblem(place.file, place.line, 1, said, hint)


def _around(part: str, layout: str, always: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What stands in a part of the mail: the text, and the layout around it."""
    framed = always.get(layout, frozenset())
    return framed | always.get(part, frozenset()) if "content" in framed else framed


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""
