"""People and machines in `nurture report`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from nurture.store.queries.visitors import Visitors

WIDTH = 19
"""Of a pair."""


def visitors_text(found: Sequence[Visitors]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield _line("", *(f"{what:>{WIDTH}}" for what in ("mails opened by", "mails clicked by", "clicks by")))
    yield _line("", *[_cells("people", "machines")] * 3)
    messages = Counter(one.step for one in found)
    for one in found:
        yield _line(
            one.step if messages[one.step] == 1 else one.message,
            _cells(one.opened_by_people, one.opened_by_machines),
            _cells(one.clicked_by_people, one.clicked_by_machines),
            _cells(one.clicks_by_people, one.clicks_by_machines),
        )


def _line(name: str, *pairs: str) -> str:
    short = name if len(name) <= 20 else name[:19] + "…"
    return f"  {short:<20}{''.join(pairs)}"


def _cells(people: object, machines: object) -> str:
    return f"{people or '-':>9}{machines or '-':>{WIDTH - 9}}"
