"""`nurture hold` and `nurture release`: everything outgoing stopped at once, and let go again."""

from typing import Annotated

import typer

from nurture.cli.opening import Data, opened
from nurture.cli.wording import moment
from nurture.services import channels
from nurture.services import hold as service
from nurture.services.wakes import Spread
from nurture.store.session import Store


def hold(
    reason: Annotated[str, typer.Argument(help="Why, for the others to read.")],
    data: Data = None,
) -> None:
    """Stop everything outgoing, on all machines, within 5 seconds. Waits go on; `nurture release` lets go.

    A mail that is being handed over at this moment is finished; no other is begun.
    """
    with opened(data) as at:
        at.store.write_sync(service.hold, at.clock, reason)
    print("Nothing goes out any more. Waits go on. `nurture release` lets it go again.")


def release(
    data: Data = None,
    rate: Annotated[float, typer.Option(min=0.1, help="Journeys that go on per second.")] = 20.0,
) -> None:
    """Let everything go out again that `nurture hold` stopped, each when its window and rate allow.

    It also ends the rest of a mail account that could not be used: say it once the trouble is mended.
    """
    with opened(data) as at:
        rested = at.store.write_sync(channels.end_rest)
        woken = wake_waiting(at.store, rate) if rested else 0
        try:
            reason, since = at.store.write_sync(service.release)
        except service.NotHeld:
            if not rested:
                raise
        else:
            print(f"Released. It was held since {moment(since)}: {reason}")
    if rested:
        print(f"The mail account is tried again: {', '.join(rested)}. Journeys that waited for it: {woken}")


def wake_waiting(store: Store, rate: float) -> int:
    """Those who wait for an account; how many."""
    after, count, more = None, 0, True
    while more:
        after, woken = store.write_sync(channels.wake_rested, after, Spread(rate, count))
        count, more = count + woken, after is not None
    return count
