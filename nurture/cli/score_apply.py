"""`nurture score preview` and `nurture score apply`: another scoring policy, before and after."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nurture.cli.opening import Data, Json, opened
from nurture.cli.output import listing, print_json, progress
from nurture.cli.wording import of_them
from nurture.domain.errors import NurtureError
from nurture.domain.scoring import WEEKS

if TYPE_CHECKING:
    from nurture.services.rescoring import Preview

WHO = ("email", "stage", "before", "after", "lead")


def preview(
    content: Annotated[
        Path | None, typer.Option("--content", help="The content directory.  [default: the one in use]")
    ] = None,
    who: Annotated[bool, typer.Option("--who", help="Name the leads who would cross one.")] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """What the scoring policy of the files would do to the leads: who would cross which threshold, and how
    many would come to it a week.

    Points of past events are reckoned by the new rules. Nothing is written.
    """
    from nurture.cli.content import select as selected
    from nurture.services.library import Library
    from nurture.services.rescoring import Preview, how_many, page_of, preview_page

    of = next(iter(selected([content] if content else None).contents.values()))
    if of.errors:
        raise NurtureError(f"The content has {len(of.errors)} problems.", "See them with `nurture check`.")
    other = of.rules().scoring
    found = Preview()
    with opened(data) as here:
        rules = here.store.read_sync(Library().rules)
        after: str | None = None
        with progress(here.store.read_sync(how_many), "Leads looked at") as advance:
            while ids := here.store.read_sync(page_of, after):
                now = here.store.read_sync(here.clock.now)
                here.store.read_sync(preview_page, rules, other, ids, now, found)
                after = ids[-1]
                advance(len(ids))
    if json:
        print_json(_plain(found, named=who))
        return
    print("\n".join(_told(found)))
    if who:
        print()
        listing([vars(one) for one in found.who], WHO, as_json=False, empty="Nobody would cross a threshold.")


def _plain(found: "Preview", *, named: bool) -> dict[str, Any]:
    parts = {"rises": found.rises, "falls": found.falls, "over": found.over}
    parts |= {f"came_in_{WEEKS}_weeks": found.came, f"would_in_{WEEKS}_weeks": found.would}
    told = {name: {stage: count for stage, count in of.items() if count} for name, of in parts.items()}
    crossing = {"who": [vars(one) for one in found.who]} if named else {}
    return {"leads": found.leads, "changed": found.changed, **told, **crossing}


def _told(found: "Preview") -> list[str]:
    lines = [f"{of_them(found.leads, 'lead')}; the score of {found.changed:,} would be another."]
    for stage, over in found.over.items():
        rises, falls = found.rises[stage], found.falls[stage]
        if over or falls or found.came[stage] or found.would[stage]:
            lines.append(f"{stage}: {over:,} over the threshold; {rises:,} newly, {falls:,} no longer.")
            came, would = (_weekly(of[stage]) for of in (found.came, found.would))
            lines.append(f"  In the last {WEEKS} weeks {came} came to it; by the new policy {would}.")
    return [*lines, "", "Stages that were reached stay. Next: `nurture publish`, `nurture score apply`."]


def _weekly(count: int) -> str:
    return f"{count:,} ({count / WEEKS:.1f} a week)"


def apply(data: Data = None) -> None:
    """Book the points of all past events anew, by the scoring policy that is live.

    Without it a new policy counts from now on. Who reaches a threshold by it gets the stage within a minute.
    A run that was stopped has done nothing by halves: run it again.
    """
    from nurture.services.library import Library
    from nurture.services.reapplying import apply_page
    from nurture.services.rescoring import how_many, page_of

    with opened(data) as here:
        rules = here.store.read_sync(Library().rules)
        after: str | None = None
        leads = changed = 0
        with progress(here.store.read_sync(how_many), "Leads scored") as advance:
            while ids := here.store.read_sync(page_of, after):
                changed += here.store.write_sync(apply_page, rules, ids, here.store.read_sync(here.clock.now))
                after, leads = ids[-1], leads + len(ids)
                advance(len(ids))
    print(f"{of_them(leads, 'lead')}; the points of {changed:,} are others now.")
