"""A directory of content, read and checked as a whole: campaigns, policies, messages, stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nurture.authoring.bombs import without_bombs
from nurture.authoring.calendars_file import check_calendars
from nurture.authoring.campaign_file import CampaignFile, check_campaign, name_of
from nurture.authoring.checking import Words
from nurture.authoring.codes import Pools, read_pools
from nurture.authoring.crm_file import check_crm
from nurture.authoring.dictionary_file import check_dictionary
from nurture.authoring.empty_fields import empty_fields
from nurture.authoring.holidays import holiday_problems
from nurture.authoring.lifecycle_file import check_lifecycle
from nurture.authoring.links import link_problems
from nurture.authoring.mail_looks import look_problems
from nurture.authoring.messages import read_messages
from nurture.authoring.nodes import Node, Plain
from nurture.authoring.overrides import override_problems
from nurture.authoring.problems import STORIES, Problem, errors, in_order
from nurture.authoring.proofs.chains import chain_problems
from nurture.authoring.reader import read_yaml
from nurture.authoring.routing_file import check_routing
from nurture.authoring.sales_file import check_sales
from nurture.authoring.scoring_file import check_scoring
from nurture.authoring.simulation.behaviour_file import check_behaviour
from nurture.authoring.source import WHOLE_FILE, Source
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.policies import check_policy_stories
from nurture.authoring.stories.reading import check_stories
from nurture.authoring.stories.story import StoriesFile
from nurture.conditions import Conditions
from nurture.delivery.source import MessageSource, message_names
from nurture.domain.calendars import load_calendars
from nurture.domain.campaign import Campaign
from nurture.domain.dictionary import load_dictionary, with_policies
from nurture.domain.routing_policy import load_routing
from nurture.domain.sales import load_sales
from nurture.domain.scoring import load_scoring

CAMPAIGNS, POLICIES, TEMPLATES = "campaigns", "policies", "templates"
UNREADABLE = ("encoding", "too-large", "yaml", "tab", "anchor")
DECLARED = {
    "dictionary": (
        "unknown-field",
        "unknown-happening",
        "unknown-list",
        "unknown-segment",
        "unknown-sender",
        "unknown-topic",
        "unknown-webhook",
        "unknown-window",
        "message",
        "scoring",
    ),
    "sales": ("unknown-team", "unknown-person", "unknown-reason"),
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
    calendars: Mapping[str, Plain] = field(default_factory=dict)
    behaviour: Mapping[str, Plain] = field(default_factory=dict)
    """How simulated people behave; nothing that is published."""
    routing: Mapping[str, Plain] = field(default_factory=dict)
    lifecycle: Mapping[str, Plain] = field(default_factory=dict)
    crm: Mapping[str, Plain] = field(default_factory=dict)
    codes: Pools = field(default_factory=dict)
    stories: Sequence[StoriesFile] = ()
    policy_stories: Sequence[StoriesFile] = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems without the warnings: what must be mended before it is published."""
        return errors(self.problems)

    def rules(self) -> Rules:
        """The policies, loaded, for playing stories."""
        dictionary = with_policies(load_dictionary(self.dictionary), self.scoring, self.lifecycle)
        conditions = Conditions(dictionary)
        return Rules(
            dictionary,
            conditions,
            load_sales(self.sales),
            load_scoring(self.scoring, conditions),
            load_calendars(self.calendars),
            {name: file.campaign.priority for name, file in self.campaigns.items() if file.campaign},
            load_routing(self.routing),
            {name: file.campaign for name, file in self.campaigns.items() if file.campaign},
        )


def read_content(content: Path) -> Content:
    problems: list[Problem] = []
    dictionary = _policy(content, "dictionary", problems, check_dictionary)
    calendars = _policy(content, "calendars", problems, check_calendars)
    scoring = _policy(
        content,
        "scoring",
        problems,
        lambda source, root: check_scoring(source, root, load_dictionary(dictionary)),
    )
    lifecycle = _policy(
        content,
        "lifecycle",
        problems,
        lambda source, root: check_lifecycle(
            source, root, with_policies(load_dictionary(dictionary), scoring, {})
        ),
    )
    files = _campaign_files(content, problems)
    names = frozenset(_name(source, root) for source, root in files)
    sales = _policy(content, "sales", problems, lambda source, root: check_sales(source, root, names))
    people = load_sales(sales)
    words = Words(
        with_policies(load_dictionary(dictionary), scoring, lifecycle),
        frozenset(people.teams),
        frozenset(people.reasons),
        frozenset(member.email for team in people.teams.values() for member in team.members),
        frozenset(message_names(content / TEMPLATES)),
        names,
    )
    campaigns = _campaigns(files, words, problems)
    problems += chain_problems(campaigns, words.dictionary)
    problems += override_problems(campaigns, people)
    dates = content / POLICIES / "calendars.yaml"
    problems += holiday_problems(dates, calendars, campaigns.values(), words.dictionary.fields)
    routing = _policy(content, "routing", problems, lambda source, root: check_routing(source, root, words))
    crm = _policy(content, "crm", problems, lambda source, root: check_crm(source, root, words))
    messages = read_messages(content / TEMPLATES, campaigns.values(), words.dictionary, problems)
    safe = without_bombs(content / TEMPLATES, messages, words.dictionary, problems)
    for file in campaigns.values():
        problems += link_problems(file.path, file.campaign, file.links, messages)
    wrong = {problem.file for problem in errors(problems)}
    for file in (file for file in campaigns.values() if file.path not in wrong):
        problems += empty_fields(content / TEMPLATES, file, safe, words)
        problems += look_problems(content / TEMPLATES, file, safe, words.dictionary)
    codes = read_pools(content, campaigns, problems)
    stories = _stories(content, words, campaigns, problems)
    behaviour = _policy(
        content,
        "behaviour",
        problems,
        lambda source, root: check_behaviour(source, root, words.dictionary),
    )
    policy_stories = _policy_stories(content, words, problems)
    return Content(
        campaigns,
        dictionary,
        sales,
        scoring,
        messages,
        calendars,
        behaviour,
        routing,
        lifecycle,
        crm,
        codes,
        stories,
        policy_stories,
        _own(problems),
    )


def _own(problems: list[Problem]) -> list[Problem]:
    """Without those that only follow from a policy that could not be read."""
    unread = {Path(problem.file).stem for problem in problems if problem.rule in UNREADABLE}
    following = {rule for policy, rules in DECLARED.items() if policy in unread for rule in rules}
    return in_order(problem for problem in problems if problem.rule not in following)


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


def _campaign_files(content: Path, problems: list[Problem]) -> list[tuple[Source, Node | None]]:
    problems += [_misnamed(path) for path in sorted((content / CAMPAIGNS).glob("*.yml"))]
    paths = sorted((content / CAMPAIGNS).glob("*.yaml"))
    return [read_yaml(str(path), path.read_bytes()) for path in paths if not path.name.endswith(STORIES)]


def _campaigns(
    files: Sequence[tuple[Source, Node | None]], words: Words, problems: list[Problem]
) -> dict[str, CampaignFile]:
    found: dict[str, CampaignFile] = {}
    for source, root in files:
        if root is not None:
            _add(found, check_campaign(source, root, words), source)
        problems += source.problems
    return found


def _name(source: Source, root: Node | None) -> str:
    """A campaign that cannot be read is taken to be called like its file."""
    return (name_of(root) if root is not None else "") or Path(source.file).stem


def _misnamed(path: Path) -> Problem:
    """It would be left out without a word."""
    hint = f"Rename it to {path.stem}.yaml."
    return Problem(str(path), 0, 0, "name", "the name of a campaign's file ends in .yaml", hint)


def _stories(
    content: Path, words: Words, campaigns: Mapping[str, CampaignFile], problems: list[Problem]
) -> Sequence[StoriesFile]:
    loaded: dict[str, Campaign | None] = dict.fromkeys(words.campaigns or ())
    loaded |= {name: file.campaign for name, file in campaigns.items()}
    found = []
    for path in sorted((content / CAMPAIGNS).glob(f"*{STORIES}")):
        source, root = read_yaml(str(path), path.read_bytes())
        if root is not None:
            found.append(check_stories(source, root, words, loaded))
        problems += source.problems
    return [file for file in found if file]


def _policy_stories(content: Path, words: Words, problems: list[Problem]) -> Sequence[StoriesFile]:
    found = []
    for path in sorted((content / POLICIES).glob(f"*{STORIES}")):
        source, root = read_yaml(str(path), path.read_bytes())
        if root is not None:
            found.append(check_policy_stories(source, root, words))
        problems += source.problems
    return [file for file in found if file]


def _add(found: dict[str, CampaignFile], file: CampaignFile, source: Source) -> None:
    name = file.document.get("campaign")
    if name in found:
        text = f"the campaign `{name}` is in {found[name].path} already"
        source.report("duplicate-name", WHOLE_FILE, text, "Give one of the two another name.")
    elif name is not None:
        found[name] = file
