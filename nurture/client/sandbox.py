"""The sandbox that workflows run in."""

from __future__ import annotations

import contextlib
import inspect
import py_compile

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner


def sandboxed(workflow: type) -> SandboxedWorkflowRunner:
    """The sandbox reads the workflow's file anew for every wake. Where Python writes no bytecode
    (PYTHONDONTWRITEBYTECODE, usual in containers) each wake would compile it too, a tenth of its cost: so it
    is compiled here once, if its folder can be written to.
    """
    with contextlib.suppress(OSError):
        py_compile.compile(inspect.getfile(workflow))
    return SandboxedWorkflowRunner()
