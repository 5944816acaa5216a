"""The words of a tale: what a lead and sales can do, and what can be expected."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from nurture.authoring.checking import Words
from nurture.authoring.kinds import DICTIONARY
from nurture.domain.campaign import Campaign
from nurture.domain.consent_policy import BASES
from nurture.domain.outcomes import outcomes
from nurture.domain.replies import TASK as REPLY
from nurture.domain.stages import STAGES
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.send import Send
from nurture.domain.steps.task import Task

GONE = ("unsubscribed", "complained", "bounced", "erased")
TAKEN_OUT = ("left", "replaced")
"""What other campaigns do to her: it ends the journeys, and she may come in again."""
TOUCHES = {
    "clicks": "email.clicked",
    "opens": "email.opened",
    "replies": "email.replied",
    "answers": "survey.answered",
    "bounces": "email.bounced",
}
"""What she does with a mail -> the event it is."""
REASSIGNED = "reassigned"
ON_TASKS = ("acts", REASSIGNED)
"""What is done with an open handoff that is not its answer."""
RETURNED = "returned"
GIVEN_BACK = ("rejected", RETURNED)
WITH_SALES, FREE = "with-sales", "free-of-sales"
"""Another campaign hands her over; sales has answered that."""
SALES_SAY = ("accepted", "qualified", "rejected", RETURNED, "done", "skipped", *ON_TASKS)
OF_TASKS = ("done", "skipped")
"""What is said of a task, with its name; the others are answers to a handoff."""
OWNER, NOBODY = "owner", "nobody"
"""Whose the lead is now; nobody's, while it waits in the queue of a team."""
SLA, VERDICTS = "sla", ("met", "missed")
"""Whether somebody acted in time."""
SCANNERS = ("clicks", "opens")
IS = "is"
"""The stage that she has at a moment, whenever she reached it."""
PREFERS = "prefers"
"""What she chooses at the preference page."""
PAUSE, WITHOUT, WITH = "pause", "without", "with"
CHOICES = ("weekly", "monthly", "any", PAUSE, WITHOUT, WITH)
ELSEWHERE = "elsewhere"
"""Another campaign sends her a marketing message."""


@dataclass(frozen=True)
class Told:
    """What the items of a tale may name."""

    campaign: Campaign
    words: Words
    others: Collection[str] = ()
    """The other campaigns."""

    @property
    def sends(self) -> Collection[str]:
        return [name for name, step in self.campaign.steps.items() if isinstance(step, Send)]

    @property
    def skippable(self) -> Collection[str]:
        return [name for name, step in self.campaign.steps.items() if isinstance(step, Send | Awaiting)]

    @property
    def calls(self) -> Collection[str]:
        """Steps that call a webhook."""
        steps = self.campaign.steps.items()
        return [name for name, step in steps if "webhook" in getattr(step, "actions", ())]

    @property
    def tasks(self) -> Collection[str]:
        """Also the one that asks somebody to answer a reply."""
        return [REPLY, *(name for name, step in self.campaign.steps.items() if isinstance(step, Task))]

    @property
    def tests(self) -> Collection[str]:
        return self.campaign.tests

    @property
    def outcomes(self) -> Collection[str]:
        return outcomes(self.campaign)


@dataclass(frozen=True)
class Takes:
    """One argument of a word. ``known``: what it may be; None: anything."""

    what: str
    rule: str
    known: Callable[[Told], Collection[str]] | None = None
    where: str = "this campaign"
    says: str = ""
    """What to say of another value, with ``{}`` for it."""
    optional: bool = False
    rest: bool = False
    """Takes all that is left of the item."""


SEND = Takes("send", "unknown-step", lambda told: told.sends)
STEP = Takes("send, handoff or task", "unknown-step", lambda told: told.skippable)
HAPPENING = Takes("happening", "unknown-happening", lambda told: told.words.dictionary.happenings, DICTIONARY)
TEAM = Takes("team", "unknown-team", lambda told: told.words.teams, "policies/sales.yaml")
VERDICT = Takes("verdict", "story", lambda _told: VERDICTS, says="an sla is met or missed, not `{}`")
PERSON = Takes("address", "unknown-person", lambda told: {*told.words.people, NOBODY}, "policies/sales.yaml")
CAMPAIGN = Takes(
    "campaign", "unknown-campaign", lambda told: told.words.campaigns or frozenset(), "campaigns/"
)
STAGE = Takes("stage", "unknown-stage", lambda _told: STAGES, "the lifecycle")
OUTCOME = Takes("outcome", "unknown-outcome", lambda told: told.outcomes)
FIELD = Takes("field", "unknown-field", lambda told: told.words.dictionary.fields, DICTIONARY)
TASK = Takes("task", "unknown-step", lambda told: told.tasks)
WHICH = Takes("task or reason", "story", optional=True)
TO = Takes("team", "story", lambda _told: ("to",), says="write `handed to` and the team, not `handed {}`")
RECORD = Takes("record", "story", optional=True)
LINK = Takes("link", "story", optional=True)
ANSWER = Takes("answer", "answers")
TEST = Takes("split or send with variants", "unknown-step", lambda told: told.tests)
WAY = Takes("way", "story")
TAG = Takes("tag", "story")
LIST = Takes("list", "story")
DO = Takes("step", "unknown-step", lambda told: told.calls)
NUMBER = Takes("number", "story")
STATE = Takes("state", "story")
VALUE = Takes("value", "story", optional=True, rest=True)
ANYTHING = Takes("text", "story", optional=True, rest=True)
SALES = Takes("answer", "story", lambda _told: SALES_SAY, says="sales cannot say `{}`")
OTHER = Takes("campaign", "unknown-campaign", lambda told: told.others, "campaigns/")
CHOICE = Takes(
    "choice", "story", lambda _told: CHOICES, says="a lead prefers {}, not `{{}}`".format(", ".join(CHOICES))
)
CHOSEN = Takes("topic or months", "story", optional=True, rest=True)
BASIS = Takes("basis", "story", lambda _told: BASES, says="a consent is express, or by purchase, not `{}`")
SCANNER = Takes("act", "story", lambda _told: SCANNERS, says="a scanner cannot do `{}`")

GIVENS: dict[str, tuple[Takes, ...]] = {
    "created": (),
    "enters": (RECORD,),
    "does": (HAPPENING, RECORD),
    "clicks": (SEND, LINK),
    "opens": (SEND,),
    "answers": (SEND, ANSWER),
    "replies": (SEND,),
    "bounces": (SEND,),
    "becomes": (STATE, VALUE),
    "sales": (SALES, WHICH),
    "scanner": (SCANNER, SEND),
    "stops": (),
    PREFERS: (CHOICE, CHOSEN),
    "consents": (BASIS,),
    "decided": (TEST, WAY),
    ELSEWHERE: (OTHER,),
}
EXPECTED: dict[str, tuple[Takes, ...]] = {
    "gets": (SEND, RECORD),
    "skips": (STEP, RECORD),
    "handed": (TO, TEAM, RECORD),
    "task": (TASK, RECORD),
    OWNER: (PERSON,),
    SLA: (VERDICT,),
    "stage": (STAGE,),
    "tag": (TAG,),
    "list": (LIST,),
    "calls": (DO,),
    "set": (FIELD, VALUE),
    "notify": (ANYTHING,),
    "digest": (ANYTHING,),
    "takes": (TEST, WAY),
    "enrols": (CAMPAIGN,),
    "leaves": (CAMPAIGN,),
    "score": (NUMBER,),
    IS: (STAGE,),
    "ends": (OUTCOME, RECORD),
    "nothing": (),
}
COMPLETE = ("gets", "skips", "handed", "task", "ends")
"""What a tale must list; the others count when they are written."""
