"""A directory of content, read and checked as a whole: campaigns, policies, messages, stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nurture.authoring.campaign_file import CampaignFile, check_campaign
from nurture.authoring.checking import Words
from nurture.authoring.dictionary_file import check_dictionary
from nurture.authoring.messages import read_messages
from nurture.authoring.nodes import Node, Plain
from nurture.authoring.problems import Problem
from nurture.authoring.reader import read_yaml
from nurture.authoring.sales_file import check_sales
from nurture.authoring.source import WHOLE_FILE, Source
from nurture.delivery.source import MessageSource, message_names
from nurture.domain.dictionary import Dictionary, load_dictionary
from nurture.domain.sales import SalesPolicy, load_sales

CAMPAIGNS, POLICIES, TEMPLATES = "campaigns", "policies", "templates"
STORIES = ".stories.yaml"
UNREADABLE = ("encoding", "too-large", "yaml", "tab", "anchor")
DECLARED = {
    "dictionary": (
        "unknown-field",
        "unknown-happening",
        "unknown-list",
        "unknown-segment",
        "unknown-window",
        "message",
    ),
    "sales": ("unknown-team",),
}
"""Policy -> the rules that look into it."""


@dataclass(frozen=True)
class Content:
    campaigns: Mapping[str, CampaignFile]
    """By the campaign's name; also those with problems."""
    dictionary: Mapping[str, Plain]
    sales: Mapping[str, Plain]
    scoring: Mapping[str, Plain]
    messages: Mapping[str, MessageSource]
    problems: list[Problem] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return _words(load_dictionary(self.dictionary), load_sales(self.sales), frozenset(self.messages))


def read_content(content: Path) -> Content:
    problems: list[Problem] = []
    dictionary = _policy(content, "dictionary", problems, check_dictionary)
    sales = _policy(content, "sales", problems, check_sales)
    words = _words(
        load_dictionary(dictionary), load_sales(sales), frozenset(message_names(content / TEMPLATES))
    )
    campaigns = _campaigns(content, words, problems)
    messages = read_messages(content / TEMPLATES, campaigns.values(), words.dictionary, problems)
    return Content(campaigns, dictionary, sales, {}, messages, _own(problems))


def _own(problems: list[Problem]) -> list[Problem]:
    """Without those that only follow from a policy that could not be read."""
    unread = {Path(problem.file).stem for problem in problems if problem.rule in UNREADABLE}
    following = {rule for policy, rules in DECLARED.items() if policy in unread for rule in rules}
    return sorted({problem for problem in problems if problem.rule not in following})


def _policy(
    content: Path,
    name: str,
    problems: list[Problem],
    check: Callable[[Source, Node], Mapping[str, Plain]],
) -> Mapping[str, Plain]:
    """A policy that is not there is empty: what names something in it says so."""
    path = content / POLICIES / f"{name}.yaml"
    if not path.is_file():
        return {}
    source, root = read_yaml(str(path), path.read_bytes())
    found = {} if root is None else check(source, root)
    problems += source.problems
    return found


def _campaigns(content: Path, words: Words, problems: list[Problem]) -> dict[str, CampaignFile]:
    found: dict[str, CampaignFile] = {}
    for path in sorted((content / CAMPAIGNS).glob("*.yaml")):
        if path.name.endswith(STORIES):
            continue
        source, root = read_yaml(str(path), path.read_bytes())
        if root is not None:
            _add(found, check_campaign(source, root, words), source)
        problems += source.problems
    return found


def _add(found: dict[str, CampaignFile], file: CampaignFile, source: Source) -> None:
    name = file.document.get("campaign")
    if name in found:
        text = f"the campaign `{name}` is in {found[name].path} already"
        source.report("duplicate-name", WHOLE_FILE, text, "Give one of the two another name.")
    elif name is not None:
        found[name] = file


def _words(dictionary: Dictionary, sales: SalesPolicy, messages: frozenset[str]) -> Words:
    return Words(dictionary, frozenset(sales.teams), frozenset(sales.reasons), messages)
