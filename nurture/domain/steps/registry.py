"""The verbs of the campaign file: one file each, registered here by hand."""

from __future__ import annotations

from nurture.domain.steps.choose import Choose
from nurture.domain.steps.do import Do
from nurture.domain.steps.end import EndAs
from nurture.domain.steps.go import GoTo
from nurture.domain.steps.handoff import Handoff
from nurture.domain.steps.send import Send
from nurture.domain.steps.split import Split
from nurture.domain.steps.step import Step
from nurture.domain.steps.task import Task
from nurture.domain.steps.wait import Wait

VERBS: dict[str, type[Step]] = {
    verb.verb: verb
    for verb in (
        Send,
        Wait,
        Choose,
        Split,
        Do,
        Task,
        Handoff,
        GoTo,
        EndAs,
    )
}
