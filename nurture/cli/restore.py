"""`nurture restore`: a backup brought back, and the gap since then settled."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from nurture.cli.opening import Data, Json, Opened, opened, settings_of
from nurture.cli.output import print_json
from nurture.cli.restoring import Restored, bring_back
from nurture.cli.wording import hanging, moment, of_them, span
from nurture.domain.errors import NurtureError
from nurture.services import gap

AT_ONCE = 500
SETTLE = """Nothing is sent until the gap is settled:
  nurture restore --reconcile LOG  with the mail server's log since the backup
  nurture restore --accept         without one: what may have gone is given up"""


class OneThing(NurtureError):
    def __init__(self) -> None:
        super().__init__(
            "Give a backup FILE, or --reconcile LOG, or --accept.", "One of them, or none to see the gap."
        )


def restore(
    file: Annotated[Path | None, typer.Argument(help="What `nurture backup` wrote.")] = None,
    reconcile: Annotated[
        Path | None, typer.Option(metavar="LOG", help="A complete log that names the Message-IDs sent since.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="There is no log: give up what is in doubt.")
    ] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Bring a backup back. Nothing is sent until the time since then is reconciled, so that no lead gets a
    mail twice: --reconcile LOG with a log of the mails that were sent, --accept when there is none.

    Stop everything first. Without a FILE it shows what is in doubt.
    """
    if sum(map(bool, (file, reconcile, accept))) > 1:
        raise OneThing
    if file:
        print(_restored(bring_back(settings_of(data), file), file))
        return
    with opened(data) as at:
        if reconcile:
            print(reconcile_log(at, reconcile))
        elif accept:
            counts = at.store.write_sync(gap.close, at.clock, gap.GIVEN_UP)
            given_up = of_them(counts["given_up"], "mail")
            print(f"{given_up} given up. What was planned before the restore is not sent.")
        else:
            found = at.store.read_sync(gap.doubts)
            print_json(found) if json else print("\n".join(_doubts(found)))


def _restored(done: Restored, file: Path) -> str:
    lines = [
        hanging(f"Restored {file}, of {moment(done.began)}, {span(done.ended - done.began)} before now.", 2),
        hanging(f"What was there is kept as {done.aside}.", 2) if done.aside else "",
        hanging(f"On their way then: {of_them(done.on_their_way, 'mail')}; see `nurture restore`.", 2),
        hanging(f"{of_them(done.started, 'journey')} to begin anew from the rows.", 2),
        hanging(done.temporal, 2),
        SETTLE,
    ]
    return "\n".join(line for line in lines if line)


def reconcile_log(at: Opened, log: Path) -> str:
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            new = sum(at.store.write_sync(gap.report, at.clock, page) for page in _pages(gap.numbers(lines)))
    except OSError as error:
        raise NurtureError(f"{log} cannot be read ({error.strerror}).") from error
    counts = at.store.write_sync(gap.close, at.clock, gap.KNOWN)
    return (
        f"{of_them(new, 'Message-ID')} read. Of the mails on their way {counts['sent']:,} had been sent, "
        f"{counts['due_again']:,} are due again.\nSending goes on."
    )


def _pages(numbers: Any) -> Iterator[list[str]]:
    page: list[str] = []
    for number in numbers:
        page.append(number)
        if len(page) == AT_ONCE:
            yield page
            page = []
    yield page


def _doubts(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"The gap: from {moment(found['backup'])} to {moment(found['restore'])}."
    yield f"{of_them(found['mails_in_all'], 'mail')} on their way at the backup's time:"
    for mail in found["mails"]:
        yield f"  {mail['id']}  {mail['reason']}"
    yield f"{of_them(found['journeys_in_all'], 'journey')} due in it, which may have sent:"
    for row in found["journeys"]:
        yield f"  {row['journey']}  {row['step']}"
    yield SETTLE
