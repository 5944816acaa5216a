"""The answer of one line, and of several lines together, with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from nurture.conditions.program import Program
from nurture.conditions.scene import Scene
from nurture.domain.conditions import Answer

MISSING = "No value with name"


def answer_of(program: Program, result: object, scene: Scene) -> Answer:
    """``result``: what CEL made of the line: a yes/no, or the text of its error."""
    text = program.source.text
    if result is True:
        return Answer(True, f"{text} holds", scene.seen)
    if result is False:
        return Answer(False, f"{text}{_values(scene)}", scene.seen)
    if scene.errors:
        return Answer(False, "", scene.seen, error=f"{text}: {scene.errors[0]}")
    empty = (*[name for name in program.fields if name not in scene.seen], *scene.empty)
    if empty and (scene.empty or MISSING in str(result)):
        return Answer(
            False,
            f"{text}: {' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} empty",
            scene.seen,
            empty,
        )
    return Answer(False, "", scene.seen, error=f"{text}: {str(result).partition(': ')[2] or result}")


def joined(answers: Sequence[Answer], every: bool) -> Answer:
    """All must hold, or one is enough. The order of the lines does not matter, also not for an error."""
    inputs = {name: value for answer in answers for name, value in answer.inputs.items()}
    empty = tuple(dict.fromkeys(name for answer in answers for name in answer.empty))
    deciding = [answer for answer in answers if answer.holds is not every and not answer.error]
    if deciding:
        return Answer(not every, deciding[0].reason, inputs, empty)
    if failed := [answer.error for answer in answers if answer.error]:
        return Answer(False, "", inputs, empty, failed[0])
    return Answer(every, "; ".join(answer.reason for answer in answers), inputs, empty)


def _values(scene: Scene) -> str:
    """What a person needs to see to believe that the line does not hold."""
    told = [f"{name} is {value}" for name, value in scene.seen.items() if not isinstance(value, bool)]
    return f": {', '.join(told)}" if told else " does not hold"
