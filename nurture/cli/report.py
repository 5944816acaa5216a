"""`nurture report`: the funnel of each campaign, in numbers that add up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from sqlalchemy import Connection, select

from nurture.cli.known_campaigns import UnknownCampaign
from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json
from nurture.cli.success_text import success_text
from nurture.cli.visitors_text import visitors_text
from nurture.cli.wording import of_them, span, wrapped
from nurture.services.library import Library
from nurture.store.queries.aims import Aim, aims
from nurture.store.queries.report import Funnel, Step, funnel, mails, names
from nurture.store.queries.success import Success, success
from nurture.store.queries.visitors import Visitors, visitors
from nurture.store.tables import campaigns

COLUMNS = ("entered", "sent", "opened", "clicked", "replied", "bounced", "other")


def report(
    campaign: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """How many entered, got each mail, opened, clicked and replied, how it ended, and the sales tasks."""
    with opened(data) as at:
        found = at.store.read_sync(_read, campaign)
    funnels, ledger = found.funnels, found.ledger
    other = ledger.pop("", 0)
    if json:
        rows = [
            {
                **asdict(one),
                **found.success(one.campaign).to_json(),
                "messages": [asdict(message) for message in found.visitors[one.campaign]],
                "aims": [asdict(aim) for aim in found.aims.get(one.campaign, ())],
            }
            for one in funnels
        ]
        print_json({"campaigns": rows, "ledger": ledger, "other_mail": other})
        return
    texts = ["\n".join(_text(one, found)) for one in funnels]
    print("\n\n".join(texts) or "Nothing is published yet.")
    mailed, shown = sum(ledger.values()), sum(step.mails for one in funnels for step in one.steps)
    if campaign is None and funnels:
        also = f", besides {of_them(other, 'other mail')}" if other else ""
        print(f"\nThe ledger has {of_them(mailed, 'mail')} of campaigns{also}; the tables show {shown:,}.")


@dataclass(frozen=True)
class Read:
    funnels: list[Funnel]
    ledger: dict[str, int]
    goals: Mapping[str, tuple[str, ...]]
    successes: Mapping[str, Success]
    aims: Mapping[str, Sequence[Aim]]
    visitors: Mapping[str, Sequence[Visitors]]

    def success(self, campaign: str) -> Success:
        return self.successes.get(campaign, Success())


def _read(conn: Connection, only: str | None) -> Read:
    known = names(conn)
    if only and only not in known:
        raise UnknownCampaign(only, known)
    library = Library()
    live = {row.name: row.live for row in conn.execute(select(campaigns.c.name, campaigns.c.live))}
    files = {name: library.campaign(conn, version).campaign for name, version in live.items()}
    orders = {name: files[name].steps if name in files else () for name in ([only] if only else known)}
    funnels = [funnel(conn, name, order) for name, order in orders.items()]
    who = {name: visitors(conn, name, order) for name, order in orders.items()}
    goals = {name: tuple(file.goal) for name, file in files.items()}
    shown = {one.campaign for one in funnels}
    came = {name: success(conn, file) for name, file in files.items() if name in shown}
    why = {name: aims(conn, file) for name, file in files.items() if name in shown}
    return Read(funnels, mails(conn), goals, came, why, who)


def _text(found: Funnel, read: Read) -> Iterator[str]:
    goal = read.goals.get(found.campaign, ())
    ended = sum(found.outcomes.values())
    parked = f" + {found.attention:,} need attention" if found.attention else ""
    sums = f"{found.in_flight:,} in flight + {ended:,} ended{parked}"
    yield f"{found.campaign}: {found.enrolled:,} entered = {sums}"
    if found.steps:
        yield ""
        yield f"  {'':<20}" + "".join(f"{column:>8}" for column in COLUMNS)
        yield from map(_row, found.steps)
        yield "  Opened counts machines too; clicked and replied are people's."
        yield from visitors_text(read.visitors[found.campaign])
    if found.outcomes:
        parts = [
            f"{count:,} {name}{' (goal)' if name in goal else ''}"
            for name, count in sorted(found.outcomes.items(), key=lambda item: (-item[1], item[0]))
        ]
        yield ""
        yield wrapped(", ".join(parts), 9, "  ended")
    if found.tasks.tasks:
        yield wrapped(_tasks(found), 9, "  tasks")
    yield from _aims(read.aims.get(found.campaign, ()))
    yield from success_text(read.success(found.campaign))


def _row(step: Step) -> str:
    other = step.unknown + step.waiting + step.not_sent
    numbers = (step.entered, step.sent, step.opened, step.clicked, step.replied, step.bounced, other)
    name = step.step if len(step.step) <= 20 else step.step[:19] + "…"
    return f"  {name:<20}" + "".join(f"{number or '-':>8}" for number in numbers)


def _tasks(found: Funnel) -> str:
    tasks = found.tasks
    parts = ", ".join(f"{count:,} {state}" for state, count in sorted(tasks.states.items()))
    if tasks.median_answer is None or tasks.nine_of_ten is None:
        return f"{tasks.tasks:,}: {parts}"
    times = (
        f"answered after {span(tasks.median_answer)} (median), nine of ten within {span(tasks.nine_of_ten)}"
    )
    return f"{tasks.tasks:,}: {parts}; {times}"


def _aims(found: Sequence[Aim]) -> Iterator[str]:
    if found:
        yield ""
    for one in found:
        came = of_them(one.journeys, "journey")
        yield wrapped(f"{came} came to {one.section}: {one.aim}", 9, "  aim")
