"""``nurture check``: all that is wrong in campaigns, policies, messages and stories."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nurture.authoring.campaign_file import CampaignFile
from nurture.authoring.problems import Problem, errors, render, render_github
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
    strict: Annotated[bool, typer.Option("--strict", help="Warnings are errors.")] = False,
) -> int:
    """Check campaigns, policies, messages and stories, and show all problems at once."""
    selected = select(paths)
    problems = sorted(set(selected.problems))
    if format is Format.json:
        print_json([problem.to_json() for problem in problems])
    elif format is Format.github:
        print(render_github(problems), end="\n" if problems else "")
    else:
        if problems:
            print(render(problems), end="\n\n")
        print(_sum(selected, problems))
        if not errors(problems):
            for line in _purposes(selected):
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


def _purposes(selected: Selected) -> Iterator[str]:
    for content in selected.contents.values():
        for name, file in content.campaigns.items():
            if selected.wants(file.path) and (words := _mix(file)):
                yield wrapped(words, 2, f"{name}: ")


def _mix(file: CampaignFile) -> str:
    found = mix(file.campaign) if file.campaign else {}
    return ", ".join(f"{count} {purpose or 'without a purpose'}" for purpose, count in found.items())
