"""`nurture reconcile`: what a mail server's log says of mails that nobody knows about."""

from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.opening import Data, opened
from nurture.cli.wording import of_them
from nurture.domain.errors import NurtureError
from nurture.services.gap import numbers
from nurture.services.reconcile import settle_by_log


def reconcile(
    log: Annotated[Path, typer.Argument(help="A log that names Message-IDs, one or more to a line.")],
    complete: Annotated[
        bool, typer.Option("--complete", help="The log is whole: what it lacks was not sent.")
    ] = False,
    data: Data = None,
) -> None:
    """Settle mails in the state unknown by the log of the server that took them. None is sent again."""
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            found = set(numbers(lines))
    except OSError as error:
        raise NurtureError(f"{log} cannot be read ({error.strerror}).") from error
    with opened(data) as at:
        sent, not_sent = at.store.write_sync(settle_by_log, at.clock, found, complete)
    rest = "" if complete else " The others stay unknown: give --complete if the log is whole."
    print(f"{of_them(sent, 'mail')} had arrived, {not_sent} had not.{rest}")
