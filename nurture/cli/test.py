"""``nurture test``: the stories of campaigns, played in virtual time."""

from pathlib import Path
from typing import Annotated

import typer


def play_stories(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Content directories, or files in one; without any, the content in use."),
    ] = None,
) -> int:
    """Play the stories of campaigns in virtual time; a story that fails is shown as a timeline."""
    from nurture.authoring.problems import render as render_problems
    from nurture.authoring.stories.telling import told
    from nurture.authoring.stories.verdict import render
    from nurture.cli.content import select

    selected = select(paths)
    if selected.errors:
        print(render_problems(selected.errors))
        print("\nStories are played when these problems are solved.")
        return 1
    failed = played = 0
    for content in selected.contents.values():
        for file in content.stories:
            campaign = content.campaigns[file.campaign]
            if campaign.campaign is None or not (selected.wants(file.path) or selected.wants(campaign.path)):
                continue
            for verdict in told(file, campaign.campaign, content.rules()):
                played += 1
                if not verdict.holds:
                    failed += 1
                    print(render(verdict, file.path), end="\n\n")
    stories = f"{played} {'story' if played == 1 else 'stories'}"
    print(f"{stories}, {failed} failed." if failed else f"{stories}, as told.")
    return 1 if failed else 0
