"""``nurture check``: all that is wrong in campaigns, policies, messages and stories."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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
) -> int:
    """Check campaigns, policies, messages and stories, and show all problems at once."""
    from nurture.authoring.problems import render, render_github
    from nurture.cli.content import select
    from nurture.cli.output import print_json
    from nurture.cli.wording import of_them

    selected = select(paths)
    problems = sorted(set(selected.problems))
    if format is Format.json:
        print_json([problem.to_json() for problem in problems])
    elif format is Format.github:
        print(render_github(problems), end="\n" if problems else "")
    elif problems:
        print(render(problems))
        print(f"\n{len(problems)} problem{'s' if len(problems) > 1 else ''}.")
    else:
        count = sum(len(content.campaigns) for content in selected.contents.values())
        homes = ", ".join(str(home.resolve()) for home in selected.contents)
        print(f"No problems in {of_them(count, 'campaign')} of {homes}.")
    return 1 if problems else 0
