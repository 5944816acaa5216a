"""One item of a tale: ``clicks guide``, ``handed to inside-sales``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from nurture.authoring.checking import Checking
from nurture.authoring.nodes import Node, Scalar, Table
from nurture.authoring.source import suggestion
from nurture.authoring.stories.chance import fits_test
from nurture.authoring.stories.choosing import fits_choice
from nurture.authoring.stories.story import Item
from nurture.authoring.stories.words import (
    EXPECTED,
    FIELD,
    FREE,
    GIVENS,
    GONE,
    IS,
    OF_TASKS,
    PREFERS,
    REASSIGNED,
    RETURNED,
    TAKEN_OUT,
    WITH_SALES,
    Takes,
    Told,
)
from nurture.domain.facts import Value
from nurture.domain.stages import STAGES
from nurture.domain.steps.send import Send

SCORE = "score"
HAPPENS, ARRIVES = "Write `does` and a happening.", "Write `gets` and the send."
INSTEAD = {
    **dict.fromkeys(
        ("submits", "fills", "visits", "books", "views", "buys", "registers", "happens"), HAPPENS
    ),
    **dict.fromkeys(("sends", "sent", "receives", "send"), ARRIVES),
    **dict.fromkeys(("exits", "finishes", "stopped"), "Write `ends` and the outcome."),
    **dict.fromkeys(("assigned", "handoff"), "Write `handed to` and the team."),
    "changes": "Write `becomes` and the field with its new value: `becomes lead.employees 300`.",
    "unsubscribes": "Write `becomes unsubscribed`.",
    "waits": "Leave it out: the next line says when something happens.",
}
"""Words of a first try -> what a tale says."""
STATED = {SCORE: "score", IS: "stage"}
"""Word of a tale -> how it stands in a line as a state."""


def read_item(check: Checking, told: Told, node: Node) -> Item | None:
    if isinstance(node, Table) and len(node.entries) == 1:
        stated = _stated(check, node)
        return read_item(check, told, stated) if stated else None
    if not isinstance(node, Scalar) or not node.text.split():
        check.report("story", node, "expected what she does or what must happen, such as `gets guide`")
        return None
    word, *args = node.text.split()
    if any(one.endswith(",") for one in args[:-1]):
        hint = f"What happens at one time stands in brackets: `[{node.text}]`."
        check.report("story", node, "several things stand here", hint)
        return None
    takes = {**GIVENS, **EXPECTED}.get(word)
    if takes is None:
        hint = INSTEAD.get(word) or suggestion(word, [*GIVENS, *EXPECTED], "Words are")
        check.report("story", node, f"a tale has no word `{word}`", hint)
        return None
    found = _arguments(check, told, node, takes, args)
    if found is None or not _fits(check, told, node, word, found):
        return None
    text = f"{STATED[word]}: {found[0]}" if word in STATED and not node.index else node.text
    return Item(word, found, text, node.at)


def _stated(check: Checking, node: Table) -> Scalar | None:
    """``score: 65`` and ``stage: MQL``: what the lead has at this moment."""
    ((key, value),) = node.entries.items()
    word = next((word for word, stated in STATED.items() if stated == key), None)
    if word is not None and isinstance(value, Scalar) and value.value is not None:
        return Scalar(node.at, f"{word} {value.text}", f"{word} {value.text}")
    hint = suggestion(key, list(STATED.values()), "A line can state") if word is None else ""
    check.report("story", node.keys[key], "expected a state such as `score: 65` or `stage: MQL`", hint)
    return None


def _arguments(
    check: Checking, told: Told, node: Scalar, takes: Sequence[Takes], args: list[str]
) -> tuple[str, ...] | None:
    found: list[str] = []
    for take in takes:
        if not args and take.optional:
            break
        if not args:
            check.report("story", node, f"`{node.text}` needs a {take.what}", _usage(node, takes))
            return None
        value, args = (" ".join(args), []) if take.rest else (args[0], args[1:])
        if take.known is not None and value not in (known := take.known(told)):
            text = take.says.format(value) or f"there is no {take.what} `{value}` in {take.where}"
            check.report(
                take.rule, node, text, suggestion(value, known, "There are") if len(known) > 1 else ""
            )
            return None
        found.append(value)
    if args:
        check.report("story", node, f"`{' '.join(args)}` is too much here", _usage(node, takes))
        return None
    return tuple(found)


def _usage(node: Scalar, takes: Sequence[Takes]) -> str:
    parts = [f"[{take.what}]" if take.optional else take.what.upper() for take in takes]
    return f"Write `{' '.join([node.text.split()[0], *parts])}`."


def _fits(check: Checking, told: Told, node: Scalar, word: str, args: tuple[str, ...]) -> bool:
    if word == "answers":
        step = told.campaign.steps[args[0]]
        assert isinstance(step, Send)
        if args[1] not in step.answers:
            hint = suggestion(args[1], step.answers, "There are")
            check.report("answers", node, f"`{args[0]}` has no answer `{args[1]}`", hint)
            return False
    if word == "sales" and args in NEEDS:
        check.report("story", node, *NEEDS[args])
        return False
    if word == "sales" and len(args) > 1:
        return _says(check, told, node, args)
    if word == PREFERS:
        return fits_choice(check, told, node, args)
    if word in ("takes", "decided"):
        return fits_test(check, told, node, args[0], args[1])
    if word == SCORE and not args[0].lstrip("-").isdecimal():
        check.report("story", node, f"`{args[0]}` is not a score", "Write a whole number: `score 72`.")
        return False
    if word == "becomes":
        return _becomes(check, told, node, args)
    return True


def _says(check: Checking, told: Told, node: Scalar, args: tuple[str, ...]) -> bool:
    """The task that is done or skipped, or the reason of another answer."""
    says, which = args
    if says == RETURNED:
        return _is_day(check, node, which)
    if says == REASSIGNED:
        return _is_member(check, told, node, which)
    of_task = says in OF_TASKS
    known = told.tasks if of_task else told.words.reasons
    if which in known:
        return True
    what, where = ("task", "this campaign") if of_task else ("reason", "policies/sales.yaml")
    rule = "unknown-step" if of_task else "story"
    text = f"there is no {what} `{which}` in {where}"
    check.report(rule, node, text, suggestion(which, known, "There are") if len(known) > 1 else "")
    return False


NEEDS: Mapping[tuple[str, ...], tuple[str, str]] = {
    (REASSIGNED,): ("`sales reassigned` needs to whom", "Write the address of a member."),
    (RETURNED,): ("`sales returned` needs until when", "Write a day: `sales returned 2026-05-04`."),
}


def _is_day(check: Checking, node: Scalar, which: str) -> bool:
    if value_of("date", which) is not None:
        return True
    check.report("story", node, f"`{which}` is not a day", "Write it as `sales returned 2026-05-04`.")
    return False


def _is_member(check: Checking, told: Told, node: Scalar, which: str) -> bool:
    if which.lower() in told.words.people:
        return True
    hint = suggestion(which, told.words.people, "There are")
    check.report("unknown-person", node, f"there is no member `{which}` in policies/sales.yaml", hint)
    return False


def _becomes(check: Checking, told: Told, node: Scalar, args: tuple[str, ...]) -> bool:
    state, value = args[0], args[1] if len(args) > 1 else None
    fields = told.words.dictionary.fields
    if state == SCORE:
        if value is not None and value.lstrip("-").isdecimal():
            return True
        check.report("story", node, "expected a score such as `becomes score 72`")
        return False
    if value is None and state in (*STAGES, *GONE, *TAKEN_OUT, WITH_SALES, FREE):
        return True
    if state in fields:
        return _field(check, node, state, fields[state], value)
    known = [SCORE, *STAGES, *GONE, *TAKEN_OUT, WITH_SALES, FREE, *fields]
    check.report("story", node, f"a lead cannot become `{state}`", suggestion(state, known, "It can become"))
    return False


def _field(check: Checking, node: Scalar, field: str, kind: str, value: str | None) -> bool:
    if value_of(kind, value) is not None:
        return True
    check.report(
        "story", node, f"`{FIELD.what} {field}` is a {kind}", f"Write `becomes {field}` and a {kind}."
    )
    return False


def read_date(check: Checking, node: Node, name: str) -> datetime | None:
    """Without a zone where it is a day: it begins at midnight where the lead is."""
    found = value_of("date", node.text) if isinstance(node, Scalar) else None
    if isinstance(found, datetime):
        return found
    check.wrong(node, f"a date such as 2026-03-31, which `{name}` is")
    return None


def value_of(kind: str, value: str | None) -> Value | None:
    """The value of a field from the words of a tale; None if it is not one. A day has no zone."""
    if kind == "yes/no":
        return {"yes": True, "true": True, None: True, "no": False, "false": False}.get(value)
    if value is None:
        return None
    if kind == "number":
        try:
            return float(value)
        except ValueError:
            return None
    if kind == "date":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return value
