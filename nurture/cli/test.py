"""``nurture test``: the stories of campaigns, played in virtual time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from nurture.authoring.content import Content
    from nurture.authoring.stories.story import StoriesFile
    from nurture.authoring.stories.verdict import Verdict
    from nurture.cli.content import Selected
    from nurture.domain.campaign import Campaign


@dataclass(frozen=True)
class Stories:
    """One file of stories, what it is about, and what came of each."""

    file: StoriesFile
    campaign: Campaign
    content: Content

    def verdicts(self) -> list[Verdict]:
        from nurture.authoring.stories.telling import told

        return list(told(self.file, self.campaign, self.content.rules()))


def play_stories(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Campaigns, content directories, or files; without any, the content in use."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write what happens into the stories, for you to read.")
    ] = False,
) -> int:
    """Play the stories of campaigns in virtual time; a story that fails is shown as a timeline."""
    from nurture.authoring.problems import STORIES
    from nurture.authoring.problems import render as render_problems
    from nurture.authoring.stories.verdict import render, render_half
    from nurture.cli.content import files_of, select
    from nurture.settings import load_settings

    paths = files_of(paths, load_settings().content_dir) if paths else None
    selected = select(paths)
    broken = frozenset(problem.file for problem in selected.errors)
    if broken:
        print(render_problems(selected.errors))
        print("\nStories are played when these problems are solved.")
    if (write and broken) or any(not file.endswith(STORIES) for file in broken):
        return 1
    if write:
        before = {path: text for stories in _wanted(selected) for path, text in _write(stories)}
        selected = select(paths)
        _take_back(selected, before)
    sound = [stories for stories in _wanted(selected) if stories.file.path not in broken]
    played = [(stories.file.path, verdict) for stories in sound for verdict in stories.verdicts()]
    if broken and not played:
        return 1
    failed = [(path, verdict) for path, verdict in played if not verdict.holds]
    for path, verdict in failed:
        print(render(verdict, path), end="\n\n")
    half = [text for path, verdict in played if (text := render_half(verdict, path))]
    if half:
        print("\n".join(half), end="\n\n")
    told = f"{len(played)} {'story' if len(played) == 1 else 'stories'}"
    beside = "Of the other files: " if broken else ""
    print(f"{beside}{told}, {len(failed)} failed." if failed else f"{beside}{told}, as told.")
    return 1 if failed or broken else 0


def _wanted(selected: Selected) -> Iterator[Stories]:
    for content in selected.contents.values():
        for file in content.policy_stories:
            if file.stand_in and selected.wants(file.path):
                yield Stories(file, file.stand_in, content)
        for file in content.stories:
            campaign = content.campaigns[file.campaign]
            if campaign.campaign and (selected.wants(file.path) or selected.wants(campaign.path)):
                yield Stories(file, campaign.campaign, content)


def _take_back(selected: Selected, before: Mapping[Path, str]) -> None:
    """Rather nothing written than a file that cannot be read."""
    from nurture.domain.errors import NurtureError

    if not (before and selected.errors):
        return
    for path, text in before.items():
        path.write_text(text, encoding="utf-8")
    where = selected.errors[0]
    raise NurtureError(
        f"{where.file}:{where.line} could not be written so that it can be read, so nothing was.",
        "Write each time of the tale on a line of its own, and try again.",
    )


def _write(stories: Stories) -> Iterator[tuple[Path, str]]:
    """The file, and its text before it was written."""
    from nurture.authoring.stories.telling import lived
    from nurture.authoring.stories.verdict import judge
    from nurture.authoring.stories.writing import written

    rules = stories.content.rules()
    found = [(story, lived(story, stories.campaign, rules)) for story in stories.file.stories]
    wrong = [(story, happened) for story, happened in found if not judge(story, happened).holds]
    if not wrong:
        return
    path = Path(stories.file.path)
    text = path.read_text(encoding="utf-8")
    path.write_text(written(text, wrong), encoding="utf-8")
    yield path, text
    for story, _ in wrong:
        print(f"Written: {story.title} ({path})")
    print("Read what was written: it is what happens, which may not be what you want.\n")
