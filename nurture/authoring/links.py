"""Links that conditions ask for, by name or address: the message must have them, or nobody can click them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Place, Scalar
from nurture.authoring.problems import Problem
from nurture.authoring.source import address, suggestion
from nurture.conditions.expression import Call, Constant, walk
from nurture.conditions.program import Program
from nurture.delivery.source import NAME, MessageSource
from nurture.domain.campaign import Campaign
from nurture.domain.steps.send import Send

NAMED = (
    re.compile(r"""\btitle\s*=\s*["']([a-z0-9-]+)["']"""),
    re.compile(r"""\]\([^)\n]*\s["']([a-z0-9-]+)["']\s*\)"""),
    re.compile(r"""^\s*\[[^\]\n]+\]:\s*\S+\s+["']([a-z0-9-]+)["']""", re.MULTILINE),
)
"""A link's title, in HTML and in the two ways of Markdown."""
ADDRESS = re.compile(r"""https?://[^\s"'<>)]+""")
MADE = re.compile(
    r"""(?:href\s*=\s*["']|\]\()\s*[^"')\s]*\{[{%](?!\s*(?:unsubscribe_url|preferences_url|answer\.url)\b)"""
)
"""An address that is only known when the message is made."""
NO_LINK = 'A link is named by its title: [See the prices](https://... "prices").'


@dataclass(frozen=True)
class Asked:
    """``clicked("send", "link")`` in a condition, and where the link stands."""

    send: str
    link: str
    at: Place
    line: str


def links_asked(check: Checking) -> tuple[Asked, ...]:
    return tuple(found for asked in check.asked for found in _in_line(check, asked.line))


def link_problems(
    path: str, campaign: Campaign | None, asked: tuple[Asked, ...], sources: Mapping[str, MessageSource]
) -> Iterator[Problem]:
    for one in asked if campaign else ():
        assert campaign
        step = campaign.steps.get(one.send)
        messages = step.messages() if isinstance(step, Send) else ()
        texts = [_texts(sources[name]) for name in messages if name in sources]
        spoken = [_texts(of) for name in messages for of in _languages(sources.get(name))]
        missing = texts and not any(_has(text, one.link) for text in texts)
        if missing or not all(_has(text, one.link) for text in spoken):
            names = sorted({name for text in texts for name in _names(text)})
            text = f"the message of `{one.send}` has no link `{one.link}`"
            hint = _hint(one.link, names, texts)
            place = one.at.line, one.at.column
            yield Problem(path, *place, "unknown-link", text, hint, one.line, one.at.width)


def _hint(link: str, names: list[str], texts: list[str]) -> str:
    part = f"*{link.strip('*')}*"
    if "/" in link and any(_has(text, part) for text in texts):
        return f'An address is given whole, with `*` for what is left out: `"{part}"`.'
    return suggestion(link, names, "Its links are called") if names else NO_LINK


def _in_line(check: Checking, line: Scalar) -> Iterator[Asked]:
    program = check.words.conditions.program(line.text)
    if not isinstance(program, Program):
        return
    for node in walk(program.tree):
        if not isinstance(node, Call) or node.function != "clicked" or len(node.args) < 2:
            continue
        send, link = node.args[:2]
        if isinstance(send, Constant) and isinstance(link, Constant):
            offset = program.source.offset(link.at)
            at = address(line, check.source, offset, len(str(link.value)) + 2)
            excerpt = check.source.text.split("\n")[at.line - 1]
            yield Asked(str(send.value), str(link.value), at, excerpt)


def _languages(source: MessageSource | None) -> Iterator[MessageSource]:
    yield from source.languages.values() if source else ()


def _texts(source: MessageSource) -> str:
    return "\n".join((source.body, source.text or "", source.layout))


def _names(text: str) -> set[str]:
    return {name for form in NAMED for name in form.findall(text) if NAME.fullmatch(name)}


def _has(text: str, link: str) -> bool:
    if link in _names(text):
        return True
    if NAME.fullmatch(link):
        return False
    pattern = link.replace("[", "[[]")
    return bool(MADE.search(text)) or any(fnmatchcase(url, pattern) for url in ADDRESS.findall(text))
