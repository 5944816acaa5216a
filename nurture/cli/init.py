"""``nurture init``: a content directory to begin with."""

from pathlib import Path
from shutil import copy2, copytree
from typing import Annotated

import typer

STARTER = "nurture/starter"
SHARED = ("templates/layouts", "policies/calendars.yaml")
"""Taken as they are shipped."""


def init(
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.", show_default=False)],
) -> int:
    """Make a small content directory: one campaign with its story, its messages, and the policies.

    It passes `nurture check` and `nurture test` as it is.
    """
    from nurture.cli.schema import schema
    from nurture.domain.errors import NurtureError
    from nurture.settings import CHECKOUT

    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise NurtureError(
            f"{directory} is there already, and not empty.", "Name a new directory: nothing is written over."
        )
    copytree(CHECKOUT / STARTER, directory, dirs_exist_ok=True)
    for name in SHARED:
        of = CHECKOUT / name
        (copytree if of.is_dir() else copy2)(of, directory / name)
    schema(directory / "schema")
    print(f"Now: cd {directory}; nurture check; nurture test")
    return 0
