"""`nurture backup`: a consistent copy of the database while everything runs."""

from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.opening import Data, opened
from nurture.cli.wording import hanging, moment
from nurture.secrets_file import NAME
from nurture.services.backup import mark
from nurture.store.copies import back_up


def backup(
    file: Annotated[Path, typer.Argument(help="A new file; readable by you alone.")],
    data: Data = None,
) -> None:
    """Copy the database into one file, while everything goes on. `nurture restore FILE` brings it back.

    A PostgreSQL database is copied by pg_dump, which must be on the PATH.
    """
    with opened(data) as at:
        made = at.store.write_sync(mark, at.clock)
        back_up(at.store.url, file)
        given = at.settings.given_secrets
        secret = "NURTURE_SECRET" if given else str(at.settings.data_dir / NAME)
    size = f"{file.stat().st_size:,} bytes"
    print(hanging(f"{file} has everything until {moment(made)} ({size})."))
    print(hanging(f"The secret is not in it: keep {secret} too, or links and suppressions are void."))
