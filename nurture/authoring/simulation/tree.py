"""Lives that begin alike are lived once: a tree whose branches are what different leads did, and when.

Each node is a played lead (``stories.playing.Play``), which walks the same code as the engine. Leads who do
the same go on together; where they part, a copy is played on for each branch but the last, which takes the
original.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nurture.authoring.simulation.dice import salt
from nurture.authoring.simulation.forking import forked
from nurture.authoring.simulation.tally import IN_FLIGHT, REFUSED
from nurture.authoring.stories.acts import act
from nurture.authoring.stories.journey import Happened
from nurture.authoring.stories.playing import Play
from nurture.authoring.stories.story import Item
from nurture.domain.steps.send import Send

Branch = tuple[datetime, str, tuple[str, ...]] | None
"""What she does and when; None: she does nothing until something is due."""


NOT_LET_IN, NEVER_CAME = "not let in:", "nothing brought them"


class Mail:
    """One that a lead got at a node. ``salt``: what the chances of it are drawn from."""

    __slots__ = ("at", "reactions", "salt", "step")

    def __init__(self, step: Send, at: datetime, visit: int) -> None:
        self.step, self.at = step, at
        self.salt = salt(step.name, visit)
        self.reactions: dict[tuple[str, int], datetime] = {}


class Node:
    __slots__ = ("asked", "due", "happened", "left", "mails", "play", "tasks")

    def __init__(self, play: Play) -> None:
        self.play = play
        self.left = 0
        """Branches that are still to be played."""
        self.asked = len(play.lead.handoffs)
        self.due = min((one.pending.due for one in play.journeys if one.open), default=None)
        self.happened: list[Happened] = play.happened
        play.happened = []
        self.mails = tuple(self._mails())
        self.tasks = tuple(one for one in self.happened if one.word in ("handed", "task"))

    @property
    def ending(self) -> str:
        """How it stands with a lead who stays here."""
        if self.due is not None:
            return IN_FLIGHT
        if not self.play.journeys:
            return REFUSED
        last = next((one for one in reversed(self.happened) if one.word in ("ends", "stops")), None)
        return last.what if last else IN_FLIGHT

    @property
    def refused(self) -> str:
        """Why she was not let in, without what is known of her."""
        said = [one for one in self.play.because if one.startswith(NOT_LET_IN)]
        return said[-1].removeprefix(NOT_LET_IN).partition(":")[0].strip() if said else NEVER_CAME

    def next(self, branch: Branch) -> Node:
        """The last of ``left`` branches ends what this node was."""
        self.left -= 1
        return Node(self._played(branch, forked(self.play) if self.left else self.play))

    def _played(self, branch: Branch, play: Play) -> Play:
        if branch is None:
            assert self.due is not None
            play.until(self.due)
        else:
            at, word, args = branch
            play.until(at)
            act(play, Item(word, args, " ".join((word, *args))))
        return play

    def _mails(self) -> Iterator[Mail]:
        for one in self.happened:
            step = self.play.campaign.steps.get(one.what) if one.word == "gets" else None
            if isinstance(step, Send):
                visits = self.play.journey.position.visits if self.play.journey else {}
                yield Mail(step, one.at, visits.get(step.name, 1))
