"""``nurture simulate``: what a campaign would do with thousands of leads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurture.cli.opening import Data, Json
from nurture.cli.output import print_json
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.authoring.content import Content
    from nurture.authoring.simulation.behaviour import Behaviour
    from nurture.authoring.simulation.summary import Summary

BEHAVIOUR = Path("policies") / "behaviour.yaml"

DATABASE, MADE_UP = "database", 3000
PICTURES = (".svg", ".png")


def simulate(  # noqa: PLR0913, PLR0917
    campaign: Annotated[str, typer.Argument(help="Its name, or its file.")],
    leads: Annotated[
        int | None, typer.Option(min=1, help="How many leads enter.  [default: 3000 made-up ones, or all]")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--from", help=f"Leads of this CSV file instead, or of the database: {DATABASE}."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=1830, help="For how long is looked.")] = 60,
    over: Annotated[int, typer.Option(min=1, help="In how many days they enter, on working days.")] = 30,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day.  [default: next Monday]")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number draws other chances.")] = 1,
    behaviour: Annotated[
        Path | None, typer.Option(help=f"How people behave.  [default: {BEHAVIOUR} of the content]")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="The same people through another as well: a campaign or its file; "
            "live, or a version, of the same campaign as it is in the database."
        ),
    ] = None,
    content: Annotated[
        Path | None, typer.Option("--content", help="The content directory.  [default: the one in use]")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw it into this file too: a name that ends in .svg or .png.")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """Forecast a campaign: made-up or real leads behave as described, and live through it in seconds.

    Shows what each message does, how leads end, and how many mails and sales tasks come on a day. The same
    seed gives the same numbers. Nothing is sent, and nothing is written.
    """
    from nurture.authoring.simulation.forecast import simulate as simulated
    from nurture.authoring.simulation.people import Arrivals
    from nurture.authoring.simulation.summary import as_json, summary
    from nurture.authoring.simulation.text import beside, render
    from nurture.cli.content import one_campaign
    from nurture.cli.simulate_sides import Side, other_side, people

    if picture and picture.suffix.lower() not in PICTURES:
        raise NurtureError(f"{picture} does not say what to draw.", "Let its name end in .svg or .png.")
    of, found = one_campaign(campaign, content)
    natures, ours = _behaviour(behaviour, of), Side(campaign, found, of.rules())
    sides = [ours, other_side(against, ours, of, content, data)] if against else [ours]
    told = people(file, ours, next(iter(natures.zones)), leads, data) if file else None
    entering = Arrivals((start or next_monday()).replace(tzinfo=UTC), leads or MADE_UP, over, seed, told)
    forecasts = [summary(simulated(one.campaign, one.rules, natures, entering, days)) for one in sides]
    names = [one.name for one in sides]
    if picture:
        _draw(picture, forecasts, names)
    if json:
        print_json([as_json(one) for one in forecasts])
    elif against:
        print(beside(forecasts[0], forecasts[1], names))
    else:
        print(render(forecasts[0]))


def _draw(target: Path, found: "list[Summary]", names: list[str]) -> None:
    from nurture.authoring.drawing.picture import picture
    from nurture.authoring.simulation.charts.page import page
    from nurture.authoring.simulation.charts.pinned import pinned
    from nurture.authoring.simulation.charts.svg import svg
    from nurture.cli.output import write_file

    sheet = page(found, names)
    drawn = svg(sheet) if target.suffix.lower() == ".svg" else picture(pinned(sheet), "png", "neato")
    write_file(target, drawn)
    typer.echo(f"Drawn into {target}.", err=True)


def next_monday() -> datetime:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


def _behaviour(path: Path | None, of: "Content") -> "Behaviour":
    from nurture.authoring.problems import render
    from nurture.authoring.simulation.behaviour import load_behaviour
    from nurture.authoring.simulation.behaviour_file import read_behaviour

    if path is None:
        if not of.behaviour.get("people"):
            raise NurtureError(
                f"Nothing says how people behave: there is no {BEHAVIOUR} without mistakes.",
                "Write one, or name another with --behaviour FILE; see docs/simulation.md.",
            )
        return load_behaviour(of.behaviour)
    if not path.is_file():
        raise NurtureError(f"There is no file {path}.")
    found, problems = read_behaviour(path, of.rules().dictionary)
    if found is None:
        raise NurtureError(f"{path} has mistakes:\n\n{render(problems)}\n\nNothing was forecast.")
    return found
