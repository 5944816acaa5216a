"""The words of conditions: one entry per function, read by the checker, the evaluation and the docs test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nurture.conditions import functions
from nurture.conditions.scene import Run


class Takes(StrEnum):
    """What an argument names; the checker knows which names there are."""

    SEND = "a send"
    SURVEY = "a send with answers"
    TASK = "a task"
    LINK = "a link"
    HAPPENING = "a happening"
    WINDOW = "a length of time"
    STAGE = "a stage"
    SEGMENT = "a segment"
    LIST = "a list"
    TAG = "a tag"
    SCORE = "a score"
    GRADE = "a grade"
    FIELD = "a field"


@dataclass(frozen=True)
class Function:
    usage: str
    takes: tuple[tuple[Takes, ...], ...]
    """Each way of calling it: what its arguments name."""
    run: Run
    returns: str = "yes/no"
    tokens: tuple[str, ...] = ()
    """What of the outside can change it, where that does not depend on the argument."""
    says: tuple[str, ...] = ()
    """How people read each way of calling it: ``{0}`` is the first argument. Of a number, ``{n}`` stands for
    what it is compared with, such as ``at least twice``."""


FUNCTIONS: dict[str, Function] = {
    "sent": Function(
        'sent("welcome")',
        ((Takes.SEND,),),
        functions.sent,
        tokens=("event:email.sent",),
        says=("{0} was sent",),
    ),
    "opened": Function(
        'opened("welcome")',
        ((Takes.SEND,),),
        functions.opened,
        tokens=("event:email.opened", "event:email.clicked"),
        says=("{0} was opened",),
    ),
    "clicked": Function(
        'clicked("welcome") or clicked("welcome", "/prices*")',
        ((Takes.SEND,), (Takes.SEND, Takes.LINK)),
        functions.clicked,
        tokens=("event:email.clicked",),
        says=("{0} was clicked", "the link {1} in {0} was clicked"),
    ),
    "replied": Function(
        'replied("welcome")',
        ((Takes.SEND,),),
        functions.replied,
        tokens=("event:email.replied",),
        says=("{0} was replied to",),
    ),
    "bounced": Function(
        'bounced("welcome")',
        ((Takes.SEND,),),
        functions.bounced,
        tokens=("event:email.bounced",),
        says=("{0} has bounced",),
    ),
    "answered": Function(
        'answered("your-interest")',
        ((Takes.SURVEY,),),
        functions.answered,
        tokens=("event:survey.answered",),
        says=("{0} was answered",),
    ),
    "answer": Function(
        'answer("your-interest") == "soon"',
        ((Takes.SURVEY,),),
        functions.answer,
        returns="text",
        tokens=("event:survey.answered",),
        says=("the answer to {0}",),
    ),
    "done": Function(
        'done("call-her")',
        ((Takes.TASK,),),
        functions.done,
        tokens=("event:handoff.answered", "event:task.answered"),
        says=("{0} is done",),
    ),
    "happened": Function(
        'happened("demo-booked")', ((Takes.HAPPENING,),), functions.happened, says=("{0} has happened",)
    ),
    "count": Function(
        'count("prices-page", "7d") >= 2',
        ((Takes.HAPPENING, Takes.WINDOW),),
        functions.count,
        returns="number",
        says=("{0} has happened {n} {1}",),
    ),
    "changed": Function(
        'changed(lead.industry) or changed(lead.industry, "7d")',
        ((Takes.FIELD,), (Takes.FIELD, Takes.WINDOW)),
        functions.changed,
        says=("{0} has changed", "{0} has changed {1}"),
    ),
    "known": Function("known(lead.industry)", ((Takes.FIELD,),), functions.known, says=("{0} is known",)),
    "stage_at_least": Function(
        'stage_at_least("MQL")',
        ((Takes.STAGE,),),
        functions.stage_at_least,
        tokens=("stage",),
        says=("the stage is {0} or beyond",),
    ),
    "grade_at_least": Function(
        'grade_at_least("B")',
        ((Takes.GRADE,),),
        functions.grade_at_least,
        tokens=("score",),
        says=("the grade is {0} or better",),
    ),
    "score_of": Function(
        'score_of("planning") >= 40',
        ((Takes.SCORE,),),
        functions.score_of,
        returns="number",
        tokens=("score",),
        says=("the score of {0}",),
    ),
    "in_segment": Function(
        'in_segment("big-companies")',
        ((Takes.SEGMENT,),),
        functions.in_segment,
        says=("the lead is in the segment {0}",),
    ),
    "on_list": Function(
        'on_list("competitors")',
        ((Takes.LIST,),),
        functions.on_list,
        tokens=("list",),
        says=("the lead is on the list {0}",),
    ),
    "tagged": Function(
        'tagged("webinar-2026")',
        ((Takes.TAG,),),
        functions.tagged,
        tokens=("tag",),
        says=("the lead is tagged {0}",),
    ),
}

WORDS = {
    "now": "date",
    "score": "number",
    "fit": "number",
    "engagement": "number",
    "bant": "number",
    "account_score": "number",
    "stage": "text",
    "with_sales": "yes/no",
    "asks_again": "yes/no",
}
"""Words that need no brackets -> their type."""
WORDS_SAY = {
    "with_sales": "sales is to do something about the lead",
    "asks_again": "the lead is asking for mail again after unsubscribing",
}
"""Of those that are a yes or a no: how people read them."""

METHODS = ("contains", "startsWith", "endsWith", "matches")
"""Of texts: ``lead.title.contains("Head")``."""

MAKERS = ("duration", "timestamp")
"""``duration("72h")`` and ``timestamp("2026-03-01T00:00:00Z")``."""

OPERATORS = {
    "_==_": "==",
    "_!=_": "!=",
    "_>_": ">",
    "_>=_": ">=",
    "_<_": "<",
    "_<=_": "<=",
    "@in": "in",
    "_&&_": "&&",
    "_||_": "||",
    "!_": "!",
    "_+_": "+",
    "_-_": "-",
    "_*_": "*",
    "_/_": "/",
    "-_": "-",
    "_?_:_": "? :",
}
"""CEL's name of an operator -> how it is written."""
