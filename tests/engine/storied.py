"""The leads of stories in the real engine: they do what the tale says, and the rows tell what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, select

from nurture.authoring.stories.choosing import MONTHS
from nurture.authoring.stories.examples import example_of
from nurture.authoring.stories.items import SCORE, value_of
from nurture.authoring.stories.playing import Rules
from nurture.authoring.stories.story import Item, Story
from nurture.authoring.stories.words import FREE, GONE, PAUSE, WITH, WITH_SALES, WITHOUT
from nurture.domain.campaign import Campaign
from nurture.domain.effects import Change
from nurture.domain.scoring import total
from nurture.domain.stages import STAGES
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.send import Send
from nurture.services import tracking
from nurture.services.changes import apply, set_stage
from nurture.services.consents import Consent, record_consents
from nurture.services.desk import Desk
from nurture.services.enrol import enrol
from nurture.services.event_leads import LeadRef
from nurture.services.experiments import decide_by_hand
from nurture.services.facts import entries, lead_fields, lead_row
from nurture.services.ingest import NewEvent, ingest
from nurture.services.leads import LeadInput, upsert
from nurture.services.preferences import Choice, choose, shown
from nurture.services.records import RecordRef
from nurture.services.suppress import suppress
from nurture.services.tracking import Visitor
from nurture.services.unsubscribe import unsubscribe
from nurture.store.tables import journeys, sends, timeline
from tests.engine.storied_records import record_id, stored
from tests.engine.storied_sales import sales, with_sales

PERSON = Visitor("GET", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "hash")
MACHINE = Visitor("GET", "python-requests/2.32", "other")
JUDGED_WITHIN = timedelta(minutes=3)
"""A click counts when no machine can have made it; a story does not wait for that."""
BOUNCED = "bounced"


@dataclass(frozen=True)
class Seen:
    """What happened to a lead, in the words of a tale."""

    at: datetime
    word: str
    what: str
    record: str = ""


@dataclass
class Life:
    """One story in the engine."""

    story: Story
    campaign: Campaign
    rules: Rules
    lead: str
    email: str
    numbers: Iterator[int] = field(default_factory=count)
    cannot: list[str] = field(default_factory=list)
    """What the tale has her do, and the engine does not let her."""

    def do(self, conn: Connection, desk: Desk, item: Item) -> None:
        try:
            DEEDS[item.word](self, conn, desk, *item.args)
        except (AssertionError, StopIteration) as error:
            self.cannot.append(f"the engine cannot at {desk.clock.now(conn)}: {item.text} {error}")

    def key(self) -> str:
        return f"{self.lead}/{next(self.numbers)}"

    def happens(
        self,
        conn: Connection,
        desk: Desk,
        kind: str,
        data: Mapping[str, object],
        send: Any = None,
        about: RecordRef | None = None,
    ) -> None:
        ref = LeadRef(id=self.lead)
        event = NewEvent("story", self.key(), kind, ref, data=data, send_id=send, record=about)
        (done,) = ingest(conn, desk.clock, [event])
        assert done.status == "accepted", done

    def send_of(self, conn: Connection, step: str) -> Row[Any]:
        query = select(sends).where(sends.c.lead_id == self.lead, sends.c.step == step)
        found = conn.execute(query.order_by(sends.c.created_at.desc()).limit(1)).one_or_none()
        assert found is not None, f"{self.story.title}: {step} was never sent"
        return found

    def seen(self, conn: Connection) -> list[Seen]:
        rows = conn.execute(
            select(timeline.c.at, timeline.c.kind, timeline.c.step, journeys.c.key)
            .outerjoin(journeys, journeys.c.id == timeline.c.journey_id)
            .where(timeline.c.lead_id == self.lead)
            .order_by(timeline.c.id)
        ).all()
        found = [
            Seen(row.at, *words, self._record(row.key))
            for row in rows
            if (words := self._words(row.kind, row.step))
        ]
        query = select(journeys).where(journeys.c.lead_id == self.lead, journeys.c.state == "ended")
        ends = [Seen(row.ended_at, "ends", row.outcome, self._record(row.key)) for row in conn.execute(query)]
        return found + ends

    def _record(self, key: str | None) -> str:
        """Its name in the story, where the lead has several."""
        several = len(self.story.lead.records) > 1
        return (key or "").removeprefix(record_id(self.lead)) if several else ""

    def _words(self, kind: str, step: str) -> tuple[str, str] | None:
        match kind, self.campaign.steps.get(step):
            case "sent", Send():
                return "gets", step
            case "skipped", Send() | Awaiting():
                return "skips", step
            case "handed", Awaiting(team=team):
                return "handed", f"to {team}"
            case "tasked", _:
                return "task", step
        return None


def _does(life: Life, conn: Connection, desk: Desk, happening: str, record: str = "") -> None:
    of = life.rules.dictionary.happenings[happening]
    kind = life.campaign.record
    about = (
        RecordRef(kind, record_id(life.lead, record))
        if kind and (record or not life.story.lead.records)
        else None
    )
    life.happens(conn, desk, of.event, example_of(of), about=about)


def _enters(life: Life, conn: Connection, desk: Desk, record: str = "") -> None:
    names = [record] if record else list(life.story.lead.records) or [""]
    for key in [record_id(life.lead, name) for name in names] if life.campaign.record else [""]:
        enrol(conn, desk, life.campaign.name, life.lead, life.key(), key)


def _clicks(life: Life, conn: Connection, desk: Desk, step: str, link: str = "*") -> None:
    send = life.send_of(conn, step)
    at = next(at for at, url in enumerate(send.links) if fnmatchcase(url, link))
    assert tracking.click(conn, desk.clock, send.id, at, PERSON)


def _opens(life: Life, conn: Connection, desk: Desk, step: str) -> None:
    tracking.opened(conn, desk.clock, life.send_of(conn, step).id, PERSON)


def _answers(life: Life, conn: Connection, desk: Desk, step: str, chosen: str) -> None:
    assert tracking.answer(conn, desk.clock, life.send_of(conn, step).id, chosen)


def _replies(life: Life, conn: Connection, desk: Desk, step: str) -> None:
    life.happens(conn, desk, "email.replied", {"step": step}, life.send_of(conn, step).id)


def _bounces(life: Life, conn: Connection, desk: Desk, step: str) -> None:
    suppress(conn, desk.clock, desk.secrets[0], life.email, BOUNCED)
    life.happens(conn, desk, "email.bounced", {"step": step}, life.send_of(conn, step).id)


def _becomes(life: Life, conn: Connection, desk: Desk, state: str, value: str | None = None) -> None:
    fields, now = life.rules.dictionary.fields, desk.clock.now(conn)
    if state == SCORE:
        give_score(life, conn, desk, int(value or 0))
    elif state in (WITH_SALES, FREE):
        with_sales(life, conn, desk, state)
    elif state == "unsubscribed":
        unsubscribe(conn, desk, life.lead, life.campaign.name, "page")
    elif state in GONE:
        suppress(conn, desk.clock, desk.secrets[0], life.email, state)
        life.happens(conn, desk, f"email.{state}", {})
    elif state in STAGES:
        if fields.get(f"lead.{state}") == "yes/no":
            apply(conn, desk, life.lead, Change("set", {f"lead.{state}": True}, ""), life.key(), now)
        set_stage(conn, desk, life.lead, state, life.key(), now)
    else:
        new = value_of(fields[state], value)
        assert new is not None
        kind, _, name = state.partition(".")
        if kind == life.campaign.record:
            about = RecordRef(kind, record_id(life.lead), {name: stored(new)})
            life.happens(conn, desk, f"{kind}.told", {}, about=about)
            return
        upsert(conn, desk.clock, life.rules.dictionary, LeadInput(life.email, {state: stored(new)}), "story")


def give_score(life: Life, conn: Connection, desk: Desk, score: int) -> None:
    rules, now = desk.library.rules(conn), desk.clock.now(conn)
    fields = lead_fields(lead_row(conn, life.lead), rules.dictionary)
    have = total(entries(conn, life.lead), rules.scoring, now, fields).total
    if score == have:
        return
    change = Change("score", score - have, "story")
    apply(conn, desk, life.lead, change, f"{life.lead}/story/{next(life.numbers)}", now)


def _stops(life: Life, conn: Connection, desk: Desk) -> None:
    life.happens(conn, desk, "sms.replied", {"text": "STOP"})


def _prefers(life: Life, conn: Connection, desk: Desk, what: str, which: str = "") -> None:
    now = shown(conn, desk, life.lead)
    wanted = frozenset(now.topics) - now.without
    wanted = wanted - {which} if what == WITHOUT else wanted | {which} if what == WITH else wanted
    often = now.often if what in (PAUSE, WITHOUT, WITH) else what
    months = MONTHS.get(which, 0) if what == PAUSE else None
    choose(conn, desk, life.lead, life.campaign.name, Choice(wanted, often, months, now.tracking))


def _consents(life: Life, conn: Connection, desk: Desk, basis: str) -> None:
    now = desk.clock.now(conn)
    ends = life.rules.dictionary.consent.ends(basis, now)
    record_consents(conn, [Consent(life.lead, now, life.key(), basis, ends)])


def _scanner(life: Life, conn: Connection, desk: Desk, what: str, step: str) -> None:
    send = life.send_of(conn, step)
    if what == "opens":
        tracking.opened(conn, desk.clock, send.id, MACHINE)
        return
    for link in (*range(len(send.links)), -1):
        tracking.click(conn, desk.clock, send.id, link, MACHINE)


def _decided(life: Life, conn: Connection, desk: Desk, step: str, way: str) -> None:
    decide_by_hand(conn, life.campaign, step, way, desk.clock.now(conn), "story")


def _created(_life: Life, _conn: Connection, _desk: Desk) -> None:
    """She is there from the beginning."""


DEEDS: Mapping[str, Callable[..., None]] = {
    "created": _created,
    "enters": _enters,
    "does": _does,
    "clicks": _clicks,
    "opens": _opens,
    "answers": _answers,
    "replies": _replies,
    "bounces": _bounces,
    "becomes": _becomes,
    "sales": sales,
    "scanner": _scanner,
    "stops": _stops,
    "prefers": _prefers,
    "consents": _consents,
    "decided": _decided,
}
