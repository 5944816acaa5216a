"""``nurture publish``: what is checked becomes what new journeys follow."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.changes import print_changes
from nurture.cli.move import By, person, run_move, say_moved, say_preview
from nurture.cli.opening import Data, Opened, opened
from nurture.services.move_preview import preview
from nurture.services.moving_rows import Target
from nurture.services.opening import open_desk
from nurture.services.publish import PublishedNow


class Apply(StrEnum):
    new = "new"
    next_step = "next-step"
    drain = "drain"


def publish(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Campaigns or their files; without any, all of the content in use.", show_default=False
        ),
    ] = None,
    apply: Annotated[
        Apply, typer.Option(help="New leads; or those under way too; or nobody new before they are done.")
    ] = Apply.new,
    copy: Annotated[
        bool, typer.Option("--copy", help="Journeys under way get the new texts, and keep their steps.")
    ] = False,
    by: By = "",
    data: Data = None,
) -> int:
    """Publish campaigns with their messages, and the policies. Nothing is published while a problem is left.

    New journeys take the new version; journeys under way stay on theirs, or take it at their next step.
    Policies apply to all from now on. `nurture move` takes journeys along, `nurture rollback` goes back.
    """
    from nurture.authoring.problems import errors, render
    from nurture.cli.content import files_of, select
    from nurture.services.publish_content import publish_content

    with opened(data) as at:
        selected = select(files_of(paths or [at.settings.content_dir], at.settings.content_dir))
        problems = [problem for content in selected.contents.values() for problem in content.problems]
        if problems:
            print(render(problems), end="\n\n")
        if errors(problems):
            print("Nothing is published.")
            return 1
        for content in selected.contents.values():
            names = [name for name, file in content.campaigns.items() if selected.wants(file.path)]
            who = by or person()
            for done in at.store.write_sync(publish_content, at.clock, content, who, names, apply.value):
                _say(done)
                _say_mended(done.mended)
                if done.parked and not copy:
                    _say_parked(done)
                if apply is Apply.next_step and done.staying and not done.waits:
                    move_at_next_step(at, done.name, done.hash)
            for name in names if copy else ():
                _copy(at, name)
    return 0


def move_at_next_step(at: Opened, campaign: str, version: str) -> None:
    """Waits under way keep their end."""
    desk = open_desk(at.store, at.settings)
    target = Target(campaign, version, keeps_waits=True)
    say_preview(at.store.read_sync(preview, desk, target), target)
    say_moved(run_move(at, desk, target), target)


def _say(done: PublishedNow) -> None:
    print(_line(done))
    print_changes(done.changes)
    if done.waits:
        print(f"  It is not live yet: a second person runs `nurture approve {done.name}`.")


def _say_parked(done: PublishedNow) -> None:
    waiting = "1 of them waits" if done.parked == 1 else f"{done.parked:,} of them wait"
    print(f"  {waiting} for a mended text still; `nurture attention` says which.")


def _say_mended(count: int) -> None:
    if count:
        had, go = ("1 of them had", "goes") if count == 1 else (f"{count:,} of them had", "go")
        print(f"  {had} waited for a mended text, and now {go} on.")


def _line(done: PublishedNow) -> str:
    if not done.news:
        return f"{done.name}: unchanged."
    if done.waits:
        return f"{done.name}: {done.hash[:12]} waits for approval."
    stay = f" {done.staying:,} under way stay on theirs." if done.staying else ""
    return f"{done.name}: published as {done.hash[:12]}.{stay}"


def _copy(at: Opened, campaign: str) -> None:
    from nurture.services.copying import copy_texts
    from nurture.services.library import Library

    copied = at.store.write_sync(copy_texts, at.clock, Library(), campaign)
    texts = ", ".join(copied.messages) or "no text differs"
    print(f"{campaign}: {copied.journeys:,} under way have the new texts ({texts}).")
    _say_mended(copied.mended)
