"""``nurture schema``: JSON Schema of the content files, for editors."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    directory: Annotated[
        Path, typer.Argument(help="Where the files go; content files refer to ../schema.")
    ] = Path("schema"),
) -> int:
    """Write the JSON Schema of campaigns, stories and policies, one file each."""
    from nurture.authoring.schema import NAME, SCHEMAS, written
    from nurture.cli.wording import of_them

    directory.mkdir(parents=True, exist_ok=True)
    for kind in SCHEMAS:
        (directory / NAME.format(kind=kind)).write_text(written(kind), encoding="utf-8")
    print(f"Wrote {of_them(len(SCHEMAS), 'file')} to {directory}.")
    return 0
