"""The month itself: time goes on to the next thing that happens, and everybody does their part."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from nurture.demo.acts import Act, Diary, Fetch, Submit, Tell
from nurture.demo.browser import Browser
from nurture.demo.mailbox import Mail, Mailbox
from nurture.demo.people import Person
from nurture.demo.reactions import react
from nurture.demo.sales import Sales
from nurture.demo.stepper import Stepper
from nurture.domain.errors import NurtureError

OK = (200, 202, 302)


class Unwelcome(NurtureError):
    """Our own web app refused what somebody of the demo did."""


@dataclass
class Counts:
    """Of what has happened so far."""

    mails: int = 0
    requests: int = 0
    events: int = 0
    instants: int = 0


@dataclass
class Play:
    stepper: Stepper
    mailbox: Mailbox
    browser: Browser
    sales: Sales
    people: Mapping[str, Person]
    """By address."""
    api_key: str
    seed: int
    diary: Diary = field(default_factory=Diary)
    counts: Counts = field(default_factory=Counts)
    _came: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    async def run(self, until: datetime, show: Callable[[datetime], Awaitable[None]]) -> None:
        await self.stepper.settle()
        while True:
            now = await self.stepper.now()
            self.counts.instants += 1
            await self._live(now)
            await show(now)
            if now >= until:
                return
            own = [at for at in (self.diary.next_at, self.sales.next_at) if at]
            await self.stepper.on(min([until, *own]))

    async def _live(self, now: datetime) -> None:
        """All of one instant: what was planned for it, and what machines do at once with new mail."""
        self._open_mail(now)
        while acts := self.diary.due(now):
            await self._act(acts)
            self._open_mail(now)
        await self.sales.notice()
        if await self.sales.answer(now):
            await self.stepper.settle()
            await self._live(now)

    def _open_mail(self, now: datetime) -> None:
        mails = self.mailbox.new()
        self.counts.mails += len(mails)
        for mail in mails:
            self.diary.plan(self._reactions(mail, now))

    def _reactions(self, mail: Mail, now: datetime) -> Sequence[Act]:
        person = self.people.get(mail.recipient)
        if person is None:  # a reminder to sales
            return ()
        key = (mail.recipient, mail.campaign, mail.step)
        self._came[key] += 1
        return list(react(person, mail, self._came[key] - 1, now, self.seed))

    async def _act(self, acts: Sequence[Act]) -> None:
        """What they do at our pages comes before what others report of them, so that runs are alike."""
        pages = [act for act in acts if not isinstance(act.deed, Tell)]
        await asyncio.gather(*(self._visit(list(one)) for _, one in groupby(pages, lambda act: act.who)))
        if any(isinstance(act.deed, Submit) for act in pages):  # opens and clicks are judged later
            await self.stepper.settle()
        if told := [act for act in acts if isinstance(act.deed, Tell)]:
            await self._tell(told)
            await self.stepper.settle()

    async def _visit(self, acts: Sequence[Act]) -> None:
        """One person, one thing after the other."""
        for act in acts:
            match act.deed:
                case Fetch(method, url, agent):
                    status = await self.browser.fetch(method, url, agent)
                case Submit(url, form, agent):
                    status = await self.browser.submit(url, form, agent)
                case Tell():
                    continue
            self.counts.requests += 1
            if status not in OK:
                raise Unwelcome(
                    f"A page of ours answered {status}.", "Look at the log in the data directory."
                )

    async def _tell(self, acts: Sequence[Act]) -> None:
        events = [
            {
                "id": f"{act.at.isoformat()}/{act.who}/{number}",
                "type": act.deed.type,
                "lead": {"email": act.who},
                "occurred_at": act.at.isoformat(),
                "data": dict(act.deed.data),
            }
            for number, act in enumerate(acts)
            if isinstance(act.deed, Tell)
        ]
        answer = await self.browser.post_events(self.api_key, events)
        self.counts.events += len(events)
        if answer.get("accepted") != len(events):
            raise Unwelcome(
                f"Of {len(events)} events {answer.get('accepted')} were accepted.", str(answer)[:500]
            )
