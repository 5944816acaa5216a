"""``nurture graph``: a campaign drawn."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from nurture.cli.opening import Data
from nurture.cli.output import write_file
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.authoring.drawing.drawing import Drawing
    from nurture.authoring.drawing.picture import Picture


class Format(StrEnum):
    svg = "svg"
    png = "png"
    pdf = "pdf"
    mermaid = "mermaid"
    dot = "dot"


SUFFIXES = {".mmd": Format.mermaid, ".md": Format.mermaid, ".gv": Format.dot}


def graph(
    campaign: Annotated[str, typer.Argument(help="Its name, or its file.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; - prints it.  [default: NAME.svg]")
    ] = None,
    format: Annotated[  # noqa: A002
        Format | None, typer.Option(help="By default what the name of the file says.")
    ] = None,
    counts: Annotated[bool, typer.Option("--counts", help="How many leads are at each step now.")] = False,
    content: Annotated[
        Path | None, typer.Option("--content", help="The content directory.  [default: the one in use]")
    ] = None,
    data: Data = None,
) -> None:
    """Draw a campaign: its steps as boxes, the ways between them with words."""
    from nurture.authoring.drawing.plan import plan
    from nurture.cli.content import one_campaign
    from nurture.cli.telling import tell_of

    of, found = one_campaign(campaign, content)
    kind = format or _format_of(out)
    here = _counts(found.name, data) if counts else None
    drawn = _drawn(plan(tell_of(of, found), here), kind)
    target = out or (None if kind in (Format.mermaid, Format.dot) else Path(f"{found.name}.{kind}"))
    _write(drawn, target)
    elsewhere = {step: count for step, count in (here or {}).items() if step not in found.steps}
    for step, count in elsewhere.items():
        typer.echo(f"{count:,} more at {step}, a step of another version.", err=True)


def _format_of(out: Path | None) -> Format:
    suffix = out.suffix.lower() if out else ".svg"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    if suffix.removeprefix(".") in list(Format):
        return Format(suffix.removeprefix("."))
    raise NurtureError(f"{out} does not say what to draw.", f"Add --format, one of {', '.join(Format)}.")


def _counts(campaign: str, data: Path | None) -> dict[str, int]:
    from nurture.cli.opening import opened
    from nurture.store.queries.places import places

    with opened(data) as at:
        return at.store.read_sync(lambda conn: places(conn, campaign, at.clock.now(conn)))


def _drawn(drawing: "Drawing", kind: Format) -> bytes:
    from nurture.authoring.drawing.dot import dot
    from nurture.authoring.drawing.mermaid import mermaid
    from nurture.authoring.drawing.picture import picture

    if kind is Format.mermaid:
        return mermaid(drawing).encode()
    text = dot(drawing)
    return text.encode() if kind is Format.dot else picture(text, cast("Picture", kind.value))


def _write(drawn: bytes, target: Path | None) -> None:
    if target is None or str(target) == "-":
        typer.echo(drawn, nl=False)
        return
    write_file(target, drawn)
    print(f"Drawn into {target}.")
