"""``nurture format``: content files in the house style."""

from pathlib import Path
from typing import Annotated

import typer


def format_files(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Content directories, or files in one; without any, the content in use."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; say which would be changed.")
    ] = False,
) -> int:
    """Put campaigns, stories and policies into the house style. Comments stay; what a file says too."""
    from nurture.authoring.campaign_file import FIELDS
    from nurture.authoring.style import in_house_style
    from nurture.cli.content import yaml_files
    from nurture.cli.wording import of_them

    changed, unread = [], []
    for path, is_campaign in yaml_files(paths):
        text = path.read_bytes().decode("utf-8", "replace")
        found = in_house_style(text, tuple(FIELDS) if is_campaign else ())
        if found is None:
            unread.append(path)
        elif found != text:
            changed.append(path)
            if not check:
                path.write_text(found, encoding="utf-8", newline="\n")
    for path in unread:
        print(f"{path} cannot be read: `nurture check` says why.")
    for path in changed:
        print(f"{path} {'is not in the house style.' if check else 'was laid out anew.'}")
    if not changed and not unread:
        print("All files are in the house style.")
    elif changed and check:
        print(f"{of_them(len(changed), 'file')}: `nurture format` lays them out.")
    return 1 if unread or (check and changed) else 0
