"""``nurture publish``: what is checked becomes what new journeys follow."""

from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.changes import print_changes
from nurture.cli.opening import Data, Opened, opened


def publish(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Campaign files; without any, all of the content in use.", show_default=False),
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Journeys under way get the new texts, and keep their steps.")
    ] = False,
    data: Data = None,
) -> int:
    """Publish campaigns with their messages, and the policies. Nothing is published while a problem is left.

    New journeys take the new version; journeys under way stay on theirs. Policies apply to all from now on.
    """
    from nurture.authoring.problems import errors, render
    from nurture.cli.content import select
    from nurture.services.publish_content import publish_content

    with opened(data) as at:
        selected = select(paths or [at.settings.content_dir])
        problems = [problem for content in selected.contents.values() for problem in content.problems]
        if problems:
            print(render(problems), end="\n\n")
        if errors(problems):
            print("Nothing is published.")
            return 1
        for content in selected.contents.values():
            names = [name for name, file in content.campaigns.items() if selected.wants(file.path)]
            for done in at.store.write_sync(publish_content, at.clock, content, "nurture publish", names):
                print(_line(done.name, done.hash, done.news, done.staying))
                print_changes(done.changes)
            for name in names if copy else ():
                _copy(at, name)
    return 0


def _line(name: str, version: str, news: bool, staying: int) -> str:
    if not news:
        return f"{name}: unchanged."
    stay = f" {staying:,} under way stay on theirs." if staying else ""
    return f"{name}: published as {version[:12]}.{stay}"


def _copy(at: Opened, campaign: str) -> None:
    from nurture.services.copying import copy_texts
    from nurture.services.library import Library

    copied = at.store.write_sync(copy_texts, at.clock, Library(), campaign)
    texts = ", ".join(copied.messages) or "no text differs"
    mended = f", {copied.mended:,} of them go on after their text is mended" if copied.mended else ""
    print(f"{campaign}: {copied.journeys:,} under way have the new texts ({texts}){mended}.")
