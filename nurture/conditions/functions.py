"""What each function of conditions means. Machines' clicks and opens are left out of the facts already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from fnmatch import fnmatchcase

from nurture.conditions.scene import Empty, Scene, Undecided
from nurture.domain.durations import Duration, parse_duration
from nurture.domain.facts import Click, EventFact, SendFact, changes_of
from nurture.domain.scoring.policy import LETTERS
from nurture.domain.stages import PATH, at_least

EVER = "ever"
SENT = ("sent", "delivered", "deferred", "retry", "bounced", "complained", "unknown")
"""States of the ledger in which a mail has left us, or may have."""
ANSWERED = ("accepted", "qualified", "done")


def _of_send(scene: Scene, step: str, what: Callable[[SendFact], object]) -> bool:
    send = scene.facts.sends.get(step)
    return send is not None and bool(what(send))


def sent(scene: Scene, step: str) -> bool:
    return _of_send(scene, step, lambda send: send.state in SENT)


def opened(scene: Scene, step: str) -> bool:
    """A click counts as an open: who clicks has seen the mail, whatever became of the pixel."""
    return _of_send(scene, step, lambda send: send.opened or send.clicks)


def clicked(scene: Scene, step: str, link: str = "*") -> bool:
    pattern = link.replace("[", "[[]")

    def fits(click: Click) -> bool:
        return link in (click.link, click.name) or fnmatchcase(click.link, pattern)

    return _of_send(scene, step, lambda send: any(fits(one) for one in send.clicks))


def replied(scene: Scene, step: str) -> bool:
    return _of_send(scene, step, lambda send: send.replied)


def bounced(scene: Scene, step: str) -> bool:
    return _of_send(scene, step, lambda send: send.bounced)


def answered(scene: Scene, step: str) -> bool:
    return _of_send(scene, step, lambda send: send.answers)


def answer(scene: Scene, step: str) -> str:
    """The latest answer."""
    send = scene.facts.sends.get(step)
    if send is None or not send.answers:
        raise Empty
    return send.answers[-1][1]


def done(scene: Scene, step: str) -> bool:
    """Sales accepted or qualified the latest handoff of the step, or did its latest task."""
    tasks = {visit: task for (name, visit), task in scene.facts.handoffs.items() if name == step}
    return bool(tasks) and tasks[max(tasks)].state in ANSWERED


def happened(scene: Scene, happening: str) -> bool:
    return any(True for _ in _happenings(scene, happening, scene.facts.entered))


def count(scene: Scene, happening: str, window: str) -> float:
    length = _length(window)
    found = list(_happenings(scene, happening, None))
    since = _before(scene, length) if found else None
    return float(sum(1 for event in found if since is None or event.at >= since))


def changed(scene: Scene, field: str, window: str | None = None) -> bool:
    since = scene.facts.entered if window is None else _before(scene, _length(window))
    kind = changes_of(field)
    return any(
        event.type == kind and field in _names(event)
        for event in scene.facts.events
        if since is None or event.at >= since
    )


def stage_at_least(scene: Scene, stage: str) -> bool:
    if stage not in PATH:
        raise Undecided(f"{stage} is not a stage that can be reached: expected one of {', '.join(PATH)}")
    return at_least(scene.facts.stage, stage)


def grade_at_least(scene: Scene, letter: str) -> bool:
    grade = scene.facts.grade
    if not grade:
        raise Undecided("policies/scoring.yaml gives no grades")
    return letter in LETTERS and LETTERS.index(grade) <= LETTERS.index(letter)


def score_of(scene: Scene, name: str) -> float:
    if name not in scene.facts.scores:
        raise Undecided(f"there is no score {name} in policies/scoring.yaml")
    return float(scene.facts.scores[name])


def in_segment(scene: Scene, segment: str) -> bool:
    return scene.segment(segment, scene)


def on_list(scene: Scene, name: str) -> bool:
    return name in scene.facts.lists


def tagged(scene: Scene, tag: str) -> bool:
    return tag in scene.facts.tags


def known(scene: Scene, field: str) -> bool:
    return field.replace(" ", "") in scene.facts.fields


def _names(event: EventFact) -> list[object]:
    fields = event.data.get("fields")
    return list(fields) if isinstance(fields, list | tuple) else []


def _length(window: str) -> Duration | None:
    """None: ever."""
    if window == EVER:
        return None
    try:
        return parse_duration(window)
    except ValueError as wrong:
        raise Undecided(str(wrong)) from None


def _before(scene: Scene, length: Duration | None) -> datetime | None:
    facts = scene.facts
    return length.before(facts.now, facts.zone, facts.calendar) if length else None


def _happenings(scene: Scene, name: str, since: datetime | None) -> Iterator[EventFact]:
    happening = scene.dictionary.happenings.get(name)
    if happening is None:
        raise Undecided(f"happening {name} is not in the dictionary")
    for event in scene.facts.events:
        if (since is None or event.at >= since) and happening.matches(event.type, event.data):
            yield event
