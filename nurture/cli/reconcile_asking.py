"""`nurture reconcile` without a log: every provider that can tell is asked, one mail after the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from nurture.cli.output import progress
from nurture.cli.wording import hanging, of_them
from nurture.delivery.asking import NOT_NOW, CannotTell, Lookup, OddQuestion
from nurture.delivery.asking_trial import why
from nurture.delivery.registry import lookups
from nurture.services.desk import Desk
from nurture.services.lookup import Unsettled, settle, to_ask, unknown_ones
from nurture.settings import Settings
from nurture.store.session import Store

GIVEN_UP_WITHIN = timedelta(days=3)
"""For about so long every provider keeps what became of a mail."""
NOT_FOUND, REFUSED = "not found", "that it takes no question about"


@dataclass
class OfAccount:
    """``found``: how many by what they are now."""

    found: Counter[str] = field(default_factory=Counter)
    trouble: str = ""


@dataclass(frozen=True)
class Answers:
    """``askable``: names of accounts. ``unknown``: mails that are so now."""

    accounts: dict[str, OfAccount]
    askable: tuple[str, ...]
    unknown: int


async def ask_all(store: Store, desk: Desk, settings: Settings) -> Answers:
    asked = lookups(settings, desk.accounts)
    waiting = store.read_sync(to_ask, desk, tuple(asked), timedelta(), GIVEN_UP_WITHIN)
    answers: dict[str, OfAccount] = {mail.account: OfAccount() for mail in waiting.mails}
    by_account = {name: [one for one in waiting.mails if one.account == name] for name in answers}
    shown = progress(len(waiting.mails), "mails") if waiting.mails else nullcontext(_nothing)
    try:
        with shown as advance:
            each = [
                _ask(store, desk, asked[name], mails, answers[name], advance)
                for name, mails in by_account.items()
            ]
            await asyncio.gather(*each)
    finally:
        for lookup in asked.values():
            await lookup.close()
    return Answers(answers, tuple(asked), store.read_sync(unknown_ones))


def _nothing(_done: int) -> None:
    """There is nothing to show."""


async def _ask(
    store: Store,
    desk: Desk,
    lookup: Lookup,
    mails: list[Unsettled],
    answer: OfAccount,
    advance: Callable[[int], None],
) -> None:
    """Until all are asked about, or the provider cannot tell."""
    for mail in mails:
        while not answer.trouble:
            try:
                found = await lookup.ask(mail.doubt)
            except OddQuestion:
                answer.found[REFUSED] += 1
                break
            except CannotTell as none:
                if none.kind == NOT_NOW:
                    await asyncio.sleep(none.wait)
                    continue
                answer.trouble = none.kind
                break
            state = NOT_FOUND
            if found:
                state = await store.write(settle, desk, lookup.name, mail.doubt, found)
            answer.found[state] += 1
            break
        advance(1)


def say(answers: Answers) -> None:
    for name, one in sorted(answers.accounts.items()):
        states = sorted(one.found, key=lambda state: (state in (NOT_FOUND, REFUSED), state))
        told = ", ".join(f"{one.found[state]:,} {state}" for state in states)
        if one.trouble:
            told = f"{told + '; then ' if told else ''}it cannot tell: {why(one.trouble)}"
        print(hanging(f"{name}: {told}"))
    if not answers.askable:
        print(hanging("No account can be asked what became of a mail: name a log (nurture reconcile LOG)."))
    elif not answers.accounts:
        print("There was no mail to ask about.")
    print(f"{of_them(answers.unknown, 'mail')} unknown now. Nothing was sent.")
