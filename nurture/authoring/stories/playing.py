"""Playing a story: the pure walk in virtual time, with a lead who does what the tale says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nurture.authoring.stories.chains import tell_end
from nurture.authoring.stories.digests import DIGEST, due_digest, note, tell
from nurture.authoring.stories.door import Door
from nurture.authoring.stories.hearing import hear
from nurture.authoring.stories.journey import Happened, Journey
from nurture.authoring.stories.known import seen
from nurture.authoring.stories.lead import PlayedLead
from nurture.authoring.stories.lines import PLAIN, said, told_of
from nurture.authoring.stories.mailing import send
from nurture.authoring.stories.people import ask, close_left
from nurture.authoring.stories.sales_desk import SalesDesk
from nurture.authoring.stories.sending import Held
from nurture.authoring.stories.stage_limits import overdue, tell_overdue
from nurture.authoring.stories.steady import steady
from nurture.authoring.stories.words import COMPLETE
from nurture.conditions import Conditions
from nurture.domain.calendars import Calendars
from nurture.domain.campaign import Campaign
from nurture.domain.caps import Message
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import ARM, Line, Result
from nurture.domain.enrolment import Past, follows_at
from nurture.domain.facts import Facts
from nurture.domain.precedence import Rival
from nurture.domain.replacing import replaced
from nurture.domain.routing_policy import TEAMS_TURN, RoutingPolicy
from nurture.domain.sales import SalesPolicy
from nurture.domain.scoring import ScoringPolicy
from nurture.domain.steps.awaiting import Awaiting
from nurture.domain.steps.send import Send
from nurture.domain.walk import Pending, Walk, opening, walk

MOST_TURNS = 2000
LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Rules:
    """The policies that a story is played under."""

    dictionary: Dictionary
    conditions: Conditions
    sales: SalesPolicy
    scoring: ScoringPolicy
    calendars: Calendars = field(default_factory=Calendars)
    priorities: Mapping[str, int] = field(default_factory=dict)
    """Of each campaign."""
    routing: RoutingPolicy = TEAMS_TURN
    others: Mapping[str, Campaign] = field(default_factory=dict)
    """All campaigns: the end of one may let leads into another."""


@dataclass
class Play:
    campaign: Campaign
    rules: Rules
    lead: PlayedLead
    now: datetime
    journeys: list[Journey] = field(default_factory=list)
    journey: Journey | None = None
    """The one in hand: its sends and tasks are those that the lead has before her."""
    happened: list[Happened] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    refusals: list[Happened] = field(default_factory=list)
    """Each time that the campaign did not let her in, and why."""
    """Reasons since what happened last."""
    mails: list[Message] = field(default_factory=list)
    """Marketing messages, for the caps."""
    rivals: list[Rival] = field(default_factory=list)
    """What other campaigns are going to send her."""
    digests: set[tuple[datetime, str]] = field(default_factory=set)
    """When which team, or address, is told what was gathered for them."""
    turns: int = 0
    people: SalesDesk | None = None
    """None: nobody was asked yet."""
    tells_owners: bool = False
    """Whether the tale says who gets the lead."""
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        self.lead.kind = self.campaign.record or ""
        self.door = Door(self.campaign, self.rules.dictionary, self.rules.conditions, self.lead, self.now)

    @property
    def facts(self) -> Facts:
        return seen(self)

    def say(self, word: str, what: str = "") -> None:
        record = self.lead.record if word in COMPLETE and len(self.lead.told.records) > 1 else ""
        self.happened.append(Happened(self.now, word, what, tuple(self.because), record))
        self.because.clear()

    def until(self, at: datetime) -> None:
        """Everything that is due, up to and with ``at``."""
        while True:
            if self.lead.news:
                hear(self)
            journey = self._next(at)
            by = journey.pending.due if journey else at
            if self.people and (back := self.people.back(by)):
                self._back(*back)
                continue
            if self.digests and (due := due_digest(self, by)):
                tell(self, due)
                continue
            if self.rules.dictionary.lifecycle.limits and (due := overdue(self, by)):
                tell_overdue(self, due)
                continue
            scan = self.door.next(by)
            if scan is not None:
                self._scan(scan)
                continue
            if journey is None:
                break
            self.turns += 1
            if self.turns > MOST_TURNS:
                self.say("stops", f"more than {MOST_TURNS} turns")
                journey.open = False
                return
            self.now = max(self.now, journey.pending.due)
            self.take_up(journey)
            self._turn(journey)
            if len(self.lead.events) > self.door.looked:
                self._knock()
        self.now = at

    def _back(self, at: datetime, campaign: str) -> None:
        """Her rest is over: the sales policy names a campaign that she comes into."""
        self.now = max(self.now, at)
        self.say("enrols", campaign)
        if campaign == self.campaign.name:
            self.enter()

    def _scan(self, at: datetime) -> None:
        """Everybody is looked at, and so is she."""
        self.now = max(self.now, at)
        for key in self.door.scans(at):
            self.enter(key)
        self._knock()

    def _knock(self) -> None:
        for key, event in self.door.knocks(self.now):
            self.enter(key, event.type, follows_at(event.type, event.at))

    def _next(self, by: datetime) -> Journey | None:
        """The journey that is due first."""
        first: Journey | None = None
        for journey in self.journeys:
            due = journey.pending.due
            if journey.open and due <= by and (first is None or due < first.pending.due):
                first = journey
        return first

    def enter(self, key: str = "", event: str = "", follows: datetime | None = None) -> None:
        """A new journey, if the campaign lets her in. ``event``: the type of what brings her."""
        own = (Past(journey.key, journey.ended, journey.entered) for journey in self.journeys)
        before = [*self.lead.told.before, *own]
        self.lead.record = key if self.campaign.record else ""
        if reason := self.door.refused(key, before, self.now, event, follows):
            self.because.append(f"not let in: {reason}")
            self.refusals.append(Happened(self.now, "not let in", reason))
            return
        first = opening(
            self.campaign, self.rules.dictionary, self.rules.conditions, self.lead.facts(self.now, self.now)
        )
        journey = Journey(self.now, first.position, Pending(first.effect, first.due), key)
        journey.asks_again = self.lead.gone is not None
        self.journeys.append(journey)
        self.take_up(journey)
        self.take(journey, first)
        journey.asked = None  # the opening asks nothing
        self.until(self.now)

    def take_up(self, journey: Journey) -> None:
        self.journey = journey
        self.lead.record = journey.key if self.campaign.record else ""
        self.lead.sends, self.lead.handoffs = journey.sends, journey.handoffs

    def take_up_with(self, step: str) -> None:
        """The latest journey that has sent the step."""
        having = [journey for journey in self.journeys if step in journey.sends]
        if having and (self.journey is None or step not in self.journey.sends):
            self.take_up(having[-1])

    def look(self) -> None:
        """Something has happened: the journeys that listen for it are woken, and she may be let in."""
        hear(self)
        self.until(self.now)
        self._knock()

    def _turn(self, journey: Journey) -> None:
        if not self._stands(journey):
            decided = self.walk(journey, None)
            if decided.moved:
                self.take(journey, decided)
                return
        result = self._effect(journey)
        if isinstance(result, Held):
            self.because.append(result.reason)
            journey.pending = Pending(journey.pending.effect, result.until)
            if result.peace or journey.in_peace:
                planned = result.until if result.peace else self.now
                journey.position = replaced(journey.position, planned=planned)
            journey.in_peace = result.peace
        elif result is None:
            journey.pending = Pending(journey.pending.effect, self.now + LONGEST)
        else:
            self.take(journey, self.walk(journey, result))

    def _stands(self, journey: Journey) -> bool:
        """Whether asking again before the effect can only give the answers that were given when it was
        decided: nothing has happened since, and time alone makes nothing true."""
        position = journey.position
        return (
            journey.asked == len(self.lead.events)
            and not position.waiting
            and journey.pending.effect != "check_engagement"
            and steady(self.campaign, self.rules.conditions, position)
        )

    def walk(self, journey: Journey, result: Result | None) -> Walk:
        rules = self.rules
        return walk(
            self.campaign,
            rules.dictionary,
            rules.conditions,
            self.facts,
            journey.position,
            journey.pending,
            result,
        )

    def _effect(self, journey: Journey) -> Result | Held | None:
        """The one outside thing. None: nothing is to be done, the journey only waits for an event."""
        step = self.campaign.steps[journey.position.step]
        match journey.pending.effect:
            case "send_message":
                assert isinstance(step, Send)
                return send(self, journey, step)
            case "hand_off" | "create_task":
                assert isinstance(step, Awaiting)
                return ask(self, journey, step)
            case "notify" if isinstance(step, Awaiting):
                self.say("notify", step.team)
                return Result("reminded", self.now, "nobody answered yet")
            case "notify":
                return Result("done", self.now)
            case "call_webhook":
                self.say("calls", step.name)
                return Result("called", self.now)
            case "update_crm":
                return Result("updated", self.now)
        return None

    def take(self, journey: Journey, decided: Walk) -> None:
        """Records a decision."""
        for line in decided.lines:
            self._line(line)
        for change in decided.changes:
            if change.action == ARM:
                self.say("takes", f"{change.step} {change.value}")
                continue
            if change.action == "notify" and isinstance(change.value, dict) and DIGEST in change.value:
                note(self, change.value)
                continue
            stage = self.lead.change(change, self.now)
            for word, what in told_of(change.action, change.value, stage):
                self.say(word, what)
        close_left(self, journey, decided)
        journey.position = decided.position
        journey.pending = Pending(decided.effect, decided.due)
        journey.asked = len(self.lead.events)
        if decided.changes:
            for one in self.journeys:
                one.asked = None
        if decided.parked:
            self.because.append(decided.parked)
            self.say("stops", "needs attention")
            journey.open = False
        elif decided.outcome:
            self.say("ends", decided.outcome)
            journey.open, journey.ended = False, self.now
            tell_end(self, decided.outcome)

    def _line(self, line: Line) -> None:
        step = self.campaign.steps.get(line.step)
        if line.kind not in PLAIN:
            self.because.append(said(line))
        if line.kind == "skipped" and isinstance(step, Send | Awaiting):
            self.say("skips", line.step)
