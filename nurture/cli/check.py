"""``nurture check``: all that is wrong in campaigns, policies, messages and stories."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nurture.authoring.bounds import Bounds, bounds, durations_of
from nurture.authoring.bounds.words import sentences
from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.problems import Problem, errors, in_order, render, render_github
from nurture.authoring.purposes import mix
from nurture.cli.content import Selected, select
from nurture.cli.output import print_json
from nurture.cli.wording import of_them, wrapped


class Format(StrEnum):
    text = "text"
    json = "json"
    github = "github"


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Content directories, or files in one; without any, the content in use."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the problems.")] = Format.text,  # noqa: A002
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the problems and the bounds of every campaign as JSON.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
) -> int:
    """Check campaigns, policies, messages and stories, and show all problems at once."""
    selected = select(paths)
    problems = in_order(selected.problems)
    if as_json:
        print_json(_all(selected, problems))
    elif format is Format.json:
        print_json([problem.to_json() for problem in problems])
    elif format is Format.github:
        print(render_github(problems), end="\n" if problems else "")
    else:
        if problems:
            print(render(problems), end="\n\n")
        print(_sum(selected, problems))
        if not errors(problems):
            for line in _campaigns(selected):
                print(line)
    return 1 if errors(problems) or (strict and problems) else 0


def _sum(selected: Selected, problems: Sequence[Problem]) -> str:
    wrong = len(errors(problems))
    advice = of_them(len(problems) - wrong, "warning") if len(problems) > wrong else ""
    if wrong:
        return f"{of_them(wrong, 'problem')}{f' and {advice}' if advice else ''}."
    count = sum(len(content.campaigns) for content in selected.contents.values())
    homes = ", ".join(str(home.resolve()) for home in selected.contents)
    return f"No problems in {of_them(count, 'campaign')} of {homes}{f'; {advice}' if advice else ''}."


def _campaigns(selected: Selected) -> Iterator[str]:
    """What is certain about each campaign, and what its messages are for."""
    for name, found in _bounds(selected).items():
        yield wrapped("; ".join(sentences(found)), 2, f"{name}: ")
    for content in selected.contents.values():
        for name, file in content.campaigns.items():
            if selected.wants(file.path) and (words := _mix(file)):
                yield wrapped(words, 2, f"{name}: ")


def _bounds(selected: Selected) -> Mapping[str, Bounds]:
    found: dict[str, Bounds] = {}
    for content in selected.contents.values():
        if not content.errors:
            rules = content.rules()
            durations = durations_of(rules.calendars)
            for name, file in content.campaigns.items():
                if selected.wants(file.path) and file.campaign:
                    found[name] = bounds(file.campaign, rules.dictionary, rules.sales, durations)
    return found


def _all(selected: Selected, problems: Sequence[Problem]) -> Mapping[str, object]:
    of = {name: found.to_json() for name, found in _bounds(selected).items()}
    return {
        "problems": [problem.to_json() for problem in problems],
        "campaigns": [{"campaign": name, **found} for name, found in of.items()],
    }


def _mix(file: CampaignFile) -> str:
    found = mix(file.campaign) if file.campaign else {}
    return ", ".join(f"{count} {purpose or 'without a purpose'}" for purpose, count in found.items())
