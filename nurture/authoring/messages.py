"""The messages that campaigns send: they exist, can be read, and use only words that there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.languages import stray_languages
from nurture.authoring.problems import Problem
from nurture.delivery.front_matter import SourceError
from nurture.delivery.mjml_source import MJML
from nurture.delivery.places import Place
from nurture.delivery.source import MessageSource, message_names, read_message
from nurture.delivery.source_check import SourceProblem, check_source
from nurture.delivery.titles import titled
from nurture.domain.dictionary import Dictionary
from nurture.domain.steps.send import SMS, Send

OF_EVERY_LEAD = frozenset({"lead.email"})
"""A column of its own, so that the dictionary need not declare it."""
MARKETING = "marketing"
SHOWS_ANSWERS = re.compile(r"\bin\s+answers\b")
SHOW_THEM = (
    "Put them into it: {% for answer in answers %}"
    '<a class="answer" href="{{ answer.url }}">{{ answer.label }}</a>{% endfor %}'
)


def read_messages(
    templates: Path, campaigns: Collection[CampaignFile], dictionary: Dictionary, problems: list[Problem]
) -> dict[str, MessageSource]:
    """The messages that can be read; what is wrong with any goes to ``problems``."""
    kinds = _kinds(campaigns)
    records = frozenset(field for field in dictionary.fields if field.partition(".")[0] in dictionary.records)
    known = (set(dictionary.fields) | OF_EVERY_LEAD) - records
    found: dict[str, MessageSource] = {}
    there = message_names(templates)
    problems += stray_languages(templates)
    for name, kind in kinds.items():
        if name not in there:  # the campaign that sends it says so
            continue
        try:
            found[name] = read_message(templates, name)
        except SourceError as error:
            text = error.message.removeprefix(f"{error.file}:{error.line}: ")
            problems.append(_problem(templates, error.file, error.line, 1, text, error.hint))
            continue
        own = _pools(name, campaigns) | _of_records(name, campaigns, records)
        shows_way_out = kind == MARKETING and found[name].format != "text"
        problems += [
            _problem(templates, wrong.file, wrong.line, wrong.column, wrong.text, _hint(wrong, records))
            for spoken in found[name].versions()
            for wrong in check_source(spoken, known | own, marketing=shows_way_out, types=dictionary.fields)
        ]
    for file in campaigns:
        problems += _unasked(file, found)
        problems += _wrong_channel(file, found)
        problems += _subjects(file, found, known, dictionary)
    return found


def _subjects(
    file: CampaignFile, sources: Mapping[str, MessageSource], known: set[str], dictionary: Dictionary
) -> Iterator[Problem]:
    """What is wrong with the subjects that variants have of their own."""
    own = known | {f"codes.{pool}" for pool in file.document.get("codes", {})}
    own |= {field for field in dictionary.fields if field.partition(".")[0] == file.document.get("for")}
    for step in file.campaign.steps.values() if file.campaign else ():
        for name in step.subjects if isinstance(step, Send) else ():
            assert isinstance(step, Send)
            source = sources.get(step.message)
            if source is None:
                continue
            here = replace(titled(source, step, name), places={**source.places, "subject": Place(name, 1)})
            for wrong in check_source(here, own, marketing=False, types=dictionary.fields):
                if wrong.file == name:
                    at, line = (
                        file.positions[step.name],
                        _line(Path(file.path), file.positions[step.name].line),
                    )
                    text = f"the subject of `{name}`: {wrong.text[:1].lower()}{wrong.text[1:].rstrip('.')}"
                    yield Problem(file.path, at.line, at.column, "message", text, wrong.hint, line, at.width)


def _pools(message: str, campaigns: Collection[CampaignFile]) -> set[str]:
    """What the message may name of codes: the pools that every campaign has that sends it."""
    senders = [file for file in campaigns if file.campaign and message in file.campaign.messages()]
    pools = [{f"codes.{pool}" for pool in file.document.get("codes", {})} for file in senders]
    return set.intersection(*pools) if pools else set()


def _of_records(message: str, campaigns: Collection[CampaignFile], records: Collection[str]) -> set[str]:
    """Fields of a deal only where every campaign that sends the message is for one."""
    senders = [file for file in campaigns if file.campaign and message in file.campaign.messages()]
    kinds = {file.document.get("for") for file in senders}
    return {field for field in records if kinds == {field.partition(".")[0]}}


def _hint(wrong: SourceProblem, records: Collection[str]) -> str:
    field = wrong.text.partition(" ")[0]
    kind = field.partition(".")[0]
    return (
        f"Write `for: {kind}` in every campaign that sends this message." if field in records else wrong.hint
    )


def _unasked(file: CampaignFile, sources: Mapping[str, MessageSource]) -> Iterator[Problem]:
    """Steps with answers whose message does not show them: nobody could click any."""
    for step in file.campaign.steps.values() if file.campaign else ():
        for name in step.messages() if isinstance(step, Send) and step.answers else ():
            if name in sources and not _shows_answers(sources[name]):
                at = file.positions[step.name]
                excerpt = _line(Path(file.path), at.line)
                text = f"this asks a question, but the message `{name}` shows no answers"
                yield Problem(file.path, at.line, at.column, "message", text, SHOW_THEM, excerpt, at.width)


def _shows_answers(source: MessageSource) -> bool:
    return all(SHOWS_ANSWERS.search(one.body) for one in source.versions())


def _wrong_channel(file: CampaignFile, sources: Mapping[str, MessageSource]) -> Iterator[Problem]:
    """A text message that is to go by mail, or a mail by text message."""
    for step in file.campaign.steps.values() if file.campaign else ():
        for name in step.messages() if isinstance(step, Send) else ():
            assert isinstance(step, Send)
            if name in sources and (sources[name].format == "text") != (step.via == SMS):
                at = file.positions[step.name]
                written = "a text message" if step.via != SMS else "a mail"
                hint = f"Write templates/{name}.sms.txt." if step.via == SMS else "Add `via: sms`."
                text = f"this goes by {step.via}, but `{name}` is {written}"
                yield Problem(
                    file.path,
                    at.line,
                    at.column,
                    "message",
                    text,
                    hint,
                    _line(Path(file.path), at.line),
                    at.width,
                )


def _kinds(campaigns: Collection[CampaignFile]) -> Mapping[str, str]:
    """Message -> ``marketing`` if any step sends it so."""
    kinds: dict[str, str] = {}
    for file in campaigns:
        for step in file.campaign.steps.values() if file.campaign else ():
            for name in step.messages() if isinstance(step, Send) else ():
                assert isinstance(step, Send)
                kinds[name] = MARKETING if kinds.get(name) == MARKETING else step.kind
    return kinds


def _problem(templates: Path, file: str, line: int, column: int, text: str, hint: str) -> Problem:
    word = text.partition(" ")[0]
    said = (text if word.isupper() else text[:1].lower() + text[1:]).rstrip(".")
    path = templates / file
    if path.suffix == MJML:
        column = max(_line(path, line).find(word) + 1, 1)
    return Problem(str(path), line, column, "message", said, hint, _line(path, line))


def _line(path: Path, line: int) -> str:
    if not path.is_file():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[line - 1] if 0 < line <= len(lines) else ""
