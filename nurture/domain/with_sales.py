"""Whether marketing leaves a lead in peace: somebody of sales has them, or wants a rest for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nurture.domain.facts import Facts

HOLD = "sales"
"""What holds a message; an answer of sales lets it go on."""
REST = "rest"
PEACE = (HOLD, REST)
"""Names of what holds a message for the sake of sales. It is not late for it, however long it took."""
STARTED = "sales/"
"""How the cause of a journey begins that somebody of sales has started; their user's id and a mark follow."""
LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class Peace:
    until: datetime
    name: str
    why: str


def peace(facts: Facts) -> Peace | None:
    """While a handoff is open somebody may be on the phone with them; what they start themselves goes."""
    if facts.handed and not facts.by_sales:
        return Peace(facts.now + LOOK_AGAIN, HOLD, "sales has the lead, and has not answered yet")
    if facts.rests and facts.rests > facts.now:
        return Peace(facts.rests, REST, "sales wants a rest for the lead")
    return None
