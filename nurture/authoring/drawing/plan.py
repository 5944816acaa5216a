"""From a campaign to its boxes and lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nurture.authoring.drawing.boxes import asking, box_of, is_asked, is_passage
from nurture.authoring.drawing.drawing import Box, Drawing, Line, Look
from nurture.authoring.explaining.tell import Tell
from nurture.authoring.graph import first, left_out
from nurture.domain.outcomes import NOT_AUDIENCE
from nurture.domain.steps.step import Step

START, FINISHED = "start", "finished"


def plan(tell: Tell, counts: Mapping[str, int] | None = None) -> Drawing:
    """``counts``: step -> leads who are there now; None: not asked for."""
    return Plan(tell, counts).drawing()


class Plan:
    def __init__(self, tell: Tell, counts: Mapping[str, int] | None) -> None:
        self.tell = tell
        self.campaign = tell.campaign
        self.counts = counts
        self.boxes: list[Box] = []
        self.lines: list[Line] = []

    def drawing(self) -> Drawing:
        self._begin()
        self._block(self.campaign.main, None)
        for name, steps in self.campaign.sections.items():
            self._block(steps, name)
        self._rules()
        return Drawing(
            name=self.campaign.name,
            title=self.campaign.title,
            boxes=self.boxes,
            lines=list(dict.fromkeys(self.lines)),
            sections=tuple(self.campaign.sections),
            notes=dict(self._notes()),
        )

    def _notes(self) -> Iterator[tuple[str, str]]:
        for leave in self.campaign.leave:
            yield leave.outcome, self.tell.condition(leave.when)
        if self.campaign.audience:
            yield NOT_AUDIENCE, f"no longer {self.tell.condition(self.campaign.audience)}"

    def _begin(self) -> None:
        enrol = self.campaign.document.get("enrol", {})
        how = enrol.get("on", enrol.get("at", enrol.get("every", "by hand")))
        words = ", ".join(map(str, how)) if isinstance(how, list) else str(how)
        self.boxes.append(Box(START, Look.START, words))
        self._line(START, self.campaign.main[0].name)

    def _block(self, steps: Sequence[Step], section: str | None) -> None:
        for step in steps:
            self._step(step, section)
            for arm in step.arms().values():
                self._block(arm, section)

    def _step(self, step: Step, section: str | None) -> None:
        if is_asked(step):
            question = asking(self.tell, step, section)
            self.boxes.append(question)
            yes, no = ("yes", "no") if step.if_ else ("no", "yes")
            self._line(question.id, step.name, yes, inside=True)
            self._line(question.id, self.campaign.after[step.name], no)
        if is_passage(step):
            return
        count = None if self.counts is None else self.counts.get(step.name, 0)
        self.boxes.append(box_of(self.tell, step, section, count))
        for to, words in self._ways(step):
            self._line(step.name, to, words)
        for arm, outcome in step.defaults().items():
            self._ending(step, section, outcome, _bare(step.arm_says(arm, self.tell)))

    def _ways(self, step: Step) -> Iterator[tuple[str | None, str]]:
        """Where a lead goes from here, and the words on the line."""
        below = self.campaign.after[step.name]
        for section in step.goes_to:
            yield first(self.campaign, section), "no, again"
        if step.below == "always" or (step.below == "maybe" and left_out(step)):
            yield below, self._words_below(step)
        for name, arm in step.arms().items():
            yield self.campaign.first_of(arm, below), _bare(step.arm_says(name, self.tell))

    def _words_below(self, step: Step) -> str:
        if step.goes_to:
            return "yes"
        if step.below == "maybe":
            if not step.arms() and not step.defaults():
                return ""
            return " or ".join(_bare(step.arm_says(name, self.tell)) for name in left_out(step))
        until = getattr(step, "until", None)
        return self.tell.condition(until) if until and step.arms() else ""

    def _ending(self, step: Step, section: str | None, outcome: str, words: str) -> None:
        look = Look.GOAL if outcome in self.campaign.goal else Look.END
        box = Box(f"{step.name}={outcome}", look, outcome, "", section)
        self.boxes.append(box)
        self.lines.append(Line(step.name, box.id, words))

    def _rules(self) -> None:
        for rule in self.campaign.rules:
            often = "again" if rule.again else "once"
            name = f"rule:{rule.name}"
            text = self.tell.condition(rule.when)
            self.boxes.append(Box(name, Look.RULE, f"{rule.name} ({often})", text))
            for step in rule.then:
                self._acts(name, step)

    def _acts(self, rule: str, step: Step) -> None:
        if is_passage(step):
            self.lines.append(Line(rule, self._entry(step.name, inside=True), anywhere=True))
            return
        self.boxes.append(box_of(self.tell, step, None, None))
        self.lines.append(Line(rule, step.name, anywhere=True))

    def _line(self, start: str, to: str | None, words: str = "", *, inside: bool = False) -> None:
        if to is None:
            to = FINISHED
            if all(box.id != FINISHED for box in self.boxes):
                look = Look.GOAL if FINISHED in self.campaign.goal else Look.END
                self.boxes.append(Box(FINISHED, look, FINISHED))
            self.lines.append(Line(start, to, words))
            return
        self.lines.append(Line(start, self._entry(to, inside=inside), words))

    def _entry(self, name: str, *, inside: bool = False) -> str:
        """The box at which a lead who goes to this step arrives. ``inside``: its question is behind her."""
        step = self.campaign.steps[name]
        if is_asked(step) and not inside:
            return f"{name}?"
        return self._entry(first(self.campaign, step.goes_to[0])) if is_passage(step) else name


def _bare(clause: str) -> str:
    return clause.removeprefix("if ")
