"""What happens in a story, and one lead's way through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from nurture.domain.campaign import Campaign
from nurture.domain.facts import HandoffFact, SendFact
from nurture.domain.position import Position
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.handoff import Handoff
from nurture.domain.walk import Pending


@dataclass(frozen=True)
class Happened:
    """Something that the engine did, in the words of a tale."""

    at: datetime
    word: str
    what: str
    because: tuple[str, ...] = ()
    record: str = ""
    """Of which of her records it is told; empty if she has one at most."""

    @property
    def text(self) -> str:
        return " ".join(part for part in (self.word, self.what, self.record) if part)


@dataclass
class Journey:
    """One lead's way, as the journey row keeps it."""

    entered: datetime
    position: Position
    pending: Pending
    key: str = ""
    ended: datetime | None = None
    open: bool = True
    sends: dict[str, SendFact] = field(default_factory=dict)
    handoffs: dict[tuple[str, int], HandoffFact] = field(default_factory=dict)
    asked: int | None = None
    """How many events there were when all that may move it was asked last, and did not. None: ask again."""

    in_peace: bool = False
    """Whether sales holds what it is about to send."""
    woken: bool = False
    """Whether it is to decide anew, whatever it listens for: somebody has answered its task."""

    asks_again: bool = False
    """Whether she had unsubscribed when she came in, and asks for mail again."""

    def waits_for_sales(self, campaign: Campaign) -> bool:
        """Whether somebody is to do something for her by this journey."""
        step = campaign.steps.get(self.position.step)
        return self.open and self.position.waiting and isinstance(step, Awaiting)

    def with_sales(self, campaign: Campaign) -> bool:
        """Whether somebody of sales has her by this journey."""
        step = campaign.steps.get(self.position.step)
        waits = self.open and self.position.waiting and isinstance(step, Handoff)
        return waits or any(
            task.state == "open" for key, task in self.handoffs.items() if key[0] not in campaign.steps
        )
