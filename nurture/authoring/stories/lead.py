"""The lead of a story: all that the engine would know of her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from nurture.authoring.stories.examples import example_of
from nurture.authoring.stories.story import Lead
from nurture.domain.actions.tag import changed
from nurture.domain.bant import BANT, FIELDS, FORM, INFERRED, Said, standing, told
from nurture.domain.calendars import COUNTRIES, Calendars
from nurture.domain.consent_policy import consents_in, stronger
from nurture.domain.date_fields import all_at_home
from nurture.domain.dictionary import Dictionary
from nurture.domain.effects import Change
from nurture.domain.facts import Click, EventFact, Facts, HandoffFact, SendFact, Value
from nurture.domain.preferences import NO_WISHES, Wishes
from nurture.domain.records import about, of_record
from nurture.domain.replacing import replaced
from nurture.domain.scoring import (
    Entry,
    Score,
    ScoringPolicy,
    account_score,
    crossed,
    grade,
    level,
    points_for,
    scores,
    total,
)
from nurture.domain.stages import LEVELS, PATH, at_least
from nurture.domain.waking import tokens_of

NO_SCORE = Score(0, 0)
UNKNOWN = Facts(datetime.fromtimestamp(0, UTC), ZoneInfo("UTC"), datetime.fromtimestamp(0, UTC))
NOTHING: Mapping[str, object] = {}
STORY = "story"
"""The rule under which a story gives points."""


@dataclass
class PlayedLead:
    told: Lead
    dictionary: Dictionary
    scoring: ScoringPolicy
    began: datetime
    calendars: Calendars = field(default_factory=Calendars)
    fields: dict[str, Value] = field(default_factory=dict)
    stage: str = "lead"
    level: str = LEVELS[-1]
    """How warm she is by her score."""
    tags: frozenset[str] = frozenset()
    points: list[Entry] = field(default_factory=list)
    sends: dict[str, SendFact] = field(default_factory=dict)
    events: list[EventFact] = field(default_factory=list)
    handoffs: dict[tuple[str, int], HandoffFact] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    """Lists that the campaign has put her on."""
    replied: datetime | None = None
    with_sales: bool = False
    """Another campaign handed her over."""
    rests: datetime | None = None
    no_sms: bool = False
    wishes: Wishes = NO_WISHES
    consent: tuple[str, datetime | None] | None = None
    """(basis, until) of what she has allowed."""
    gone: str | None = None
    id: str = ""
    said: list[Said] = field(default_factory=list)
    """Her budget, authority, need and timing, as they were told."""
    kind: str = ""
    """Of the records that the campaign is for."""
    record: str = ""
    """The one in hand."""
    records: dict[str, dict[str, Value]] = field(default_factory=dict)
    winners: dict[str, str] = field(default_factory=dict)
    """Tests that are decided: step -> way."""
    scored: bool = True
    """False: nothing asks for the score, which is not reckoned then."""
    reckoned: tuple[object, Score] = ((), NO_SCORE)
    """The score, and for which instant, points and fields it was reckoned."""
    news: set[str] = field(default_factory=set)
    """What has changed of her since her journeys were woken last, as conditions name what they read."""
    listed: tuple[object, frozenset[str]] = ((), frozenset())
    """The lists that she is on, and for which address and domain that was found."""

    def __post_init__(self) -> None:
        self.fields, self.stage, self.tags = dict(self.told.fields), self.told.stage, self.told.tags
        self.gone, self.joined = self.told.gone, self.told.lists
        self.events = list(self.told.history)
        if self.told.consent:
            self.consents(self.told.consent, self.began)
        self.records = {name: dict(fields) for name, fields in self.told.records.items()}
        if self.told.score is not None:
            self.set_score(self.told.score, self.began)
            self.news.clear()

    def facts(self, now: datetime, entered: datetime) -> Facts:
        """For one decision: shares what the lead goes on to change."""
        score = self._total(now)
        record = self.records.get(self.record)
        return replaced(
            UNKNOWN,
            now=now,
            zone=self.told.zone,
            entered=entered,
            calendar=self.calendars.of(self.fields),
            fields={**self.fields, **record} if record else self.fields,
            stage=self.stage,
            tags=self.tags,
            lists=self._lists() | self.joined,
            score=score.total,
            fit=score.fit,
            engagement=score.engagement,
            account_score=account_score([score.total], self.scoring),
            scores=scores(self.points, self.scoring, now, self.fields) if self._several() else {},
            grade=grade(score.fit, self.scoring),
            sends=self.sends,
            events=of_record(self.kind, self.record, self.events) if self.kind else self.events,
            handoffs=self.handoffs,
            replied=self.replied,
            handed=self.with_sales,
            rests=self.rests,
            no_sms=self.no_sms,
            wishes=self._wishes(now),
            gone=self.gone,
            lead=self.id,
            winners=self.winners,
        )

    def _wishes(self, now: datetime) -> Wishes:
        policy = self.dictionary.consent
        if not policy.needed:
            return self.wishes
        country = next((str(self.fields[name]) for name in COUNTRIES if name in self.fields), "")
        basis, until = self.consent or (None, None)
        barred = policy.barred(country, basis, until, now)
        return replace(self.wishes, barred=barred)

    def consents(self, basis: str, at: datetime) -> None:
        """Whoever has unsubscribed is not asked again."""
        if self.gone is None:
            self.consent = stronger(self.consent, (basis, self.dictionary.consent.ends(basis, at)))

    def _several(self) -> bool:
        return self.scored and bool(self.scoring.scores)

    def _total(self, now: datetime) -> Score:
        """Reckoned once for an instant, as long as nothing it depends on has changed."""
        if not self.scored:
            return NO_SCORE
        seen = (now, len(self.points), *self.fields.items())
        if seen != self.reckoned[0]:
            self.reckoned = seen, total(self.points, self.scoring, now, self.fields)
        return self.reckoned[1]

    def event(self, kind: str, at: datetime, data: Mapping[str, object]) -> str | None:
        """Something that happened to her, and the stage that its points bring her to."""
        self._happened(kind, at, data)
        said = told(kind, data, self.dictionary.lifecycle.answers)
        self.tell([Said(item, value, FORM, at) for item, value in said], at)
        found = points_for(kind, data, self.scoring, self.dictionary.happenings)
        return self._score([Entry(rule, points, at) for rule, points in found], at)

    def hear(self, kind: str, data: Mapping[str, object] = NOTHING) -> None:
        """An event of the engine that a story needs only for who listens for it."""
        self.news.update(tokens_of(kind, data))

    def own(self, kind: str, at: datetime, data: Mapping[str, object]) -> str | None:
        """An event of the engine's own; kept where a happening, or the scoring, is made of it."""
        if kind in self.dictionary.heard or kind in self.scoring.heard:
            return self.event(kind, at, data)
        self.hear(kind, data)
        return None

    def _happened(self, kind: str, at: datetime, data: Mapping[str, object]) -> None:
        self.events.append(EventFact(kind, at, data))
        for _, basis in consents_in(self.dictionary, kind, data) if self.dictionary.consent.given_by else ():
            self.consents(basis, at)
        self.hear(kind, data)

    def happening(self, name: str, at: datetime, record: str = "") -> str | None:
        happening = self.dictionary.happenings[name]
        data = example_of(happening) | (about(self.kind, record) if record else {})
        return self.event(happening.event, at, data)

    def set_score(self, score: int, at: datetime) -> str | None:
        now = total(self.points, self.scoring, at, self.fields).total
        if score == now:
            return None
        self.hear("score.changed")
        return self._score([Entry(STORY, score - now, at)], at)

    def touch(self, step: str, what: str, at: datetime, detail: str = "") -> None:
        """What she did with the mail of a step, before it is an event."""
        send = self.sends[step]
        match what:
            case "clicks":
                send = replace(send, clicks=(*send.clicks, Click(at, detail)), opened=send.opened or at)
            case "opens":
                send = replace(send, opened=send.opened or at)
            case "replies":
                send = replace(send, replied=send.replied or at)
            case "answers":
                send = replace(send, answers=(*send.answers, (at, detail)))
            case "bounces":
                send = replace(send, bounced=True, state="bounced")
        self.sends[step] = send

    def change(self, change: Change, at: datetime) -> str | None:
        """What an action of the campaign wrote. The stage that points bring her to."""
        match change.action, change.value:
            case "set", Mapping() as values:
                self._set(values, at)
            case "tag", (str() | list()) as value:
                self.tags = changed(self.tags, value)
                return self.own("tag.changed", at, {"tags": value})
            case "list", (str() | list()) as value:
                self.joined = changed(self.joined, value)
                return self.own("list.changed", at, {"lists": value})
            case "stage", str() as stage:
                self.reach(stage, at)
            case "score", int() as points:
                self.hear("score.changed")
                return self._score([Entry(f"step {change.step}", points, at)], at)
        return None

    def _set(self, given: Mapping[str, Value], at: datetime) -> None:
        values = all_at_home(given, self.told.zone)
        of_it = {name for name in values if self.kind and name.startswith(f"{self.kind}.")}
        own = {name: value for name, value in values.items() if name not in of_it}
        words = [Said(item, str(own.pop(name)), INFERRED, at) for item, name in FIELDS.items() if name in own]
        self.tell(words, at)
        if own:
            self.fields.update(own)
            self._happened("lead.changed", at, {"fields": list(own)})
        if of_it:
            self.records.get(self.record, self.fields).update({name: values[name] for name in of_it})
            data = {"fields": sorted(of_it), **about(self.kind, self.record)}
            self._happened(f"{self.kind}.changed", at, data)

    def tell(self, said: Sequence[Said], at: datetime) -> None:
        """Budget, authority, need and timing, and what else she says of herself: what stands of it."""
        if not said:
            return
        self.said += [one for one in said if one.item in BANT]
        new: dict[str, Value] = {f"lead.{one.item}": one.value for one in said if one.item not in BANT}
        stands = standing(self.said, self.dictionary.lifecycle.stale)
        new |= {FIELDS[item]: one.value for item, one in stands.items()}
        changed = {name: value for name, value in new.items() if self.fields.get(name) != value}
        if changed:
            self.fields.update(changed)
            self._happened("lead.changed", at, {"fields": sorted(changed)})

    def _score(self, entries: list[Entry], at: datetime) -> str | None:
        if not entries or not self.scored:
            return None
        self.news.add("score")
        before = total(self.points, self.scoring, at, self.fields).total
        self.points += entries
        after = total(self.points, self.scoring, at, self.fields).total
        self._warm(after, at)
        stage = crossed(before, after, self.scoring)
        if stage is None or self.stage not in PATH or at_least(self.stage, stage):
            return None
        return stage if self.reach(stage, at) else None

    def _warm(self, score: int, at: datetime) -> None:
        """``score.crossed``, as the engine announces it."""
        before, self.level = self.level, level(score, self.scoring, self.level)
        if self.level != before:
            data = {"level": self.level, "from": before, "score": score}
            self._happened("score.crossed", at, data)

    def reach(self, stage: str, at: datetime) -> bool:
        """Whether she comes to it: where she may, and is not yet."""
        before = self.stage
        if stage == before:
            return False
        told = {"stage": stage, "from": before}
        if not self.dictionary.lifecycle.allows(before, stage):
            self._happened("stage.refused", at, told)
            return False
        self.stage = stage
        self._happened("stage.changed", at, told)
        return True

    def _lists(self) -> frozenset[str]:
        named = (self.fields.get("lead.email", ""), self.fields.get("account.domain"))
        if named != self.listed[0]:
            self.listed = named, self.dictionary.lists_naming(self.fields)
        return self.listed[1]
