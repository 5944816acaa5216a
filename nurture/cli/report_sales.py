"""`nurture report sales`: acceptance, reasons, whether somebody acted in time, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.wording import of_them, span, wrapped
from nurture.clock import Clock
from nurture.domain.errors import NurtureError
from nurture.services.library import Library
from nurture.store.queries.sales_report import BY, Line, SalesReport, sales_report

HEAD = ("handed", "open", "accepted", "back", "no answer", "accept", "in time", "speed", "9 of 10")
WIDTHS = (8, 6, 10, 6, 11, 8, 9, 9, 9)
FORMATS = ["%Y-%m-%d"]


def report_sales(
    by: Annotated[str, typer.Option(help=f"One of {', '.join(BY)}; all if left out.")] = "",
    since: Annotated[datetime | None, typer.Option(formats=FORMATS, help="Handed over from then on.")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """What sales did with the leads: accepted, given back and why, in time or not, how soon, deals."""
    if by and by not in BY:
        raise NurtureError(f"A report is not by {by}.", f"Write --by with one of {', '.join(BY)}.")
    with opened(data) as at:
        report, reasons = at.store.read_sync(_read, at.clock, since)
    chosen = {name: found for name, found in report.by.items() if by in ("", name)}
    if json:
        found = {name: [_plain(line) for line in rows] for name, rows in chosen.items()}
        print_json({"all": _plain(report.whole), "handed_on": _plain(report.handed_on), **found})
        return
    print("\n".join(_text(report, chosen, reasons)))


def _read(conn: Connection, clock: Clock, since: datetime | None) -> tuple[SalesReport, dict[str, str]]:
    report = sales_report(conn, clock.now(conn), since.replace(tzinfo=UTC) if since else None)
    return report, dict(Library().rules(conn).sales.reasons)


def _text(report: SalesReport, chosen: dict[str, list[Line]], reasons: dict[str, str]) -> Iterator[str]:
    whole, on = report.whole, report.handed_on
    if not whole.handed and not on.handed:
        yield "Nobody was handed over yet."
        return
    for by, lines in chosen.items():
        yield f"{by:<20}" + "".join(f"{word:>{width}}" for word, width in zip(HEAD, WIDTHS, strict=True))
        yield from (_row(line) for line in lines)
        yield ""
    yield _row(whole)
    if on.handed:
        yield _row(on)
    told = [f"{count:,} {reasons.get(name) or name}" for name, count in whole.reasons.most_common()]
    if told:
        yield wrapped(", ".join(told), 9, "given back")
    if whole.won or whole.lost:
        amounts = ", ".join(f"{amount:,.0f} {name}".strip() for name, amount in sorted(whole.amounts.items()))
        yield wrapped(f"{whole.won:,} won ({amounts or '0'}), {whole.lost:,} lost", 9, "deals")
    yield ""
    begun = f"; clocks begun anew: {whole.restarts:,}" if whole.restarts else ""
    yield f"{of_them(whole.handed, 'lead')} handed over. Speed: to the first act of a person{begun}."
    if on.handed:
        yield f"{on.handed:,} handed on to a next team: in the lines of its people, and in `handed on`."


def _row(line: Line) -> str:
    numbers = (line.handed, line.open, line.accepted, line.given_back, line.expired)
    times = (line.median_speed, line.nine_of_ten)
    cells = [
        *(f"{number or '-'}" for number in numbers),
        *(f"{share:.0%}" if share is not None else "-" for share in (line.acceptance, line.in_time)),
        *(span(time) if time is not None else "-" for time in times),
    ]
    name = line.name if len(line.name) <= 19 else line.name[:18] + "…"
    return f"{name:<20}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))


def _plain(line: Line) -> dict[str, Any]:
    kept = {name: value for name, value in vars(line).items() if name != "speed"}
    speed = {"median_seconds": line.median_speed, "nine_of_ten_seconds": line.nine_of_ten}
    return {
        **kept,
        "amount": line.amount,
        "acceptance": line.acceptance,
        "sla_met": line.in_time,
        **{name: time.total_seconds() if time is not None else None for name, time in speed.items()},
    }
