"""`nurture reconcile`: what a mail server's log, or the providers, say of mails that nobody knows about."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from nurture.cli.errors import DONE, WRONG_INPUT
from nurture.cli.opening import Data, opened
from nurture.cli.reconcile_asking import ask_all, say
from nurture.cli.wording import of_them
from nurture.domain.errors import NurtureError
from nurture.services.gap import numbers
from nurture.services.opening import open_desk
from nurture.services.reconcile import settle_by_log


def reconcile(
    log: Annotated[
        Path | None, typer.Argument(help="A log that names Message-IDs, one or more to a line.")
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="The log is whole: what it lacks was not sent.")
    ] = False,
    data: Data = None,
) -> None:
    """Settle mails in the state unknown. None is sent again.

    Without LOG all providers that can tell are asked; with it, the log of the server that took them decides.
    """
    if log is None:
        if complete:
            raise NurtureError(
                "--complete is said of a log, and none is named.", "nurture reconcile mail.log"
            )
        raise typer.Exit(_by_providers(data))
    try:
        with log.open(encoding="utf-8", errors="replace") as lines:
            found = set(numbers(lines))
    except OSError as error:
        raise NurtureError(f"{log} cannot be read ({error.strerror}).") from error
    with opened(data) as at:
        sent, not_sent = at.store.write_sync(settle_by_log, at.clock, found, complete)
    rest = "" if complete else " The others stay unknown: give --complete if the log is whole."
    print(f"{of_them(sent, 'mail')} had arrived, {not_sent} had not.{rest}")


def _by_providers(data: Path | None) -> int:
    with opened(data) as at:
        desk = open_desk(at.store, at.settings)
        asked = asyncio.run(ask_all(at.store, desk, at.settings))
    say(asked)
    return WRONG_INPUT if any(one.trouble for one in asked.accounts.values()) else DONE
