"""`nurture score preview` and `nurture score apply`: another scoring policy, before and after."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import func, select

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import print_json, progress
from nurture.cli.wording import of_them
from nurture.domain.errors import NurtureError

if TYPE_CHECKING:
    from nurture.cli.opening import Opened
    from nurture.services.rescoring import Preview


def preview(
    content: Annotated[
        Path | None, typer.Option("--content", help="The content directory.  [default: the one in use]")
    ] = None,
    json: Json = False,
    data: Data = None,
) -> None:
    """What the scoring policy of the files would do to the leads: who would cross which threshold.

    Points of past events are reckoned by the new rules. Nothing is written.
    """
    from nurture.cli.content import select as selected
    from nurture.services.library import Library
    from nurture.services.rescoring import Preview, page_of, preview_page

    of = next(iter(selected([content] if content else None).contents.values()))
    if of.errors:
        raise NurtureError(f"The content has {len(of.errors)} problems.", "See them with `nurture check`.")
    other = of.rules().scoring
    found = Preview()
    with opened(data) as here:
        rules = here.store.read_sync(Library().rules)
        after: str | None = None
        with progress(_leads(here), "Leads looked at") as advance:
            while ids := here.store.read_sync(page_of, after):
                now = here.store.read_sync(here.clock.now)
                here.store.read_sync(preview_page, rules, other, ids, now, found)
                after = ids[-1]
                advance(len(ids))
    if json:
        parts = {"rises": found.rises, "falls": found.falls, "over": found.over}
        told = {name: {stage: count for stage, count in of.items() if count} for name, of in parts.items()}
        print_json({"leads": found.leads, "changed": found.changed, **told})
        return
    print("\n".join(_told(found)))


def _told(found: "Preview") -> list[str]:
    lines = [f"{of_them(found.leads, 'lead')}; the score of {found.changed:,} would be another."]
    for stage, over in found.over.items():
        rises, falls = found.rises[stage], found.falls[stage]
        if over or falls:
            lines.append(f"{stage}: {over:,} over the threshold; {rises:,} newly, {falls:,} no longer.")
    return [*lines, "", "Stages that were reached stay. Next: `nurture publish`, `nurture score apply`."]


def apply(data: Data = None) -> None:
    """Book the points of all past events anew, by the scoring policy that is live.

    Without it a new policy counts from now on. Who reaches a threshold by it gets the stage within a minute.
    """
    from nurture.services.library import Library
    from nurture.services.reapplying import apply_page
    from nurture.services.rescoring import page_of

    with opened(data) as here:
        rules = here.store.read_sync(Library().rules)
        after: str | None = None
        with progress(_leads(here), "Leads scored") as advance:
            while ids := here.store.read_sync(page_of, after):
                here.store.write_sync(apply_page, rules, ids, here.store.read_sync(here.clock.now))
                after = ids[-1]
                advance(len(ids))


def _leads(here: "Opened") -> int:
    from nurture.store.tables import leads

    return here.store.read_sync(
        lambda conn: conn.execute(select(func.count()).select_from(leads)).scalar_one()
    )
