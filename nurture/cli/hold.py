"""`nurture hold` and `nurture release`: everything outgoing stopped at once, and let go again."""

from typing import Annotated

import typer

from nurture.cli.opening import Data, opened
from nurture.cli.wording import moment
from nurture.services import hold as service


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


def release(data: Data = None) -> None:
    """Let everything go out again that `nurture hold` stopped, each when its window and rate allow."""
    with opened(data) as at:
        reason, since = at.store.write_sync(service.release)
    print(f"Released. It was held since {moment(since)}: {reason}")
