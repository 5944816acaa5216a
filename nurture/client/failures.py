"""Failures as Temporal may see them: type and incident number, never a message, a detail or a trace."""

import logging
import re
import traceback
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, FailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError

log = logging.getLogger("nurture.incidents")

SAFE_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
SAFE_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}|[0-9]{1,3}(\.[0-9]{1,3}){0,2}")
SCRUBBED = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}( [a-z0-9.-]{1,40})? \(incident [A-Za-z0-9-]{1,40}\)")


class IncidentSink(Protocol):
    """Keeps the text of a failure where erasure reaches it.

    Called from the worker's event loop and from workflow threads: return at once, queue what is slow.
    """

    def record(self, kind: str, text: str) -> str:
        """Returns the incident's number (letters, digits and dashes)."""
        ...


class _DropIncident:
    def record(self, kind: str, text: str) -> str:
        return uuid.uuid4().hex[:12]


drop_incident: IncidentSink = _DropIncident()


class _NoPayloads(PayloadConverter):
    """Details are dropped before they are even encoded: encoding may fail with their text in its message."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        return []

    def from_payloads(
        self,
        payloads: Sequence[Payload],
        type_hints: list[type] | None = None,
    ) -> list[Any]:
        return []


class ScrubbingFailureConverter(FailureConverter):
    """An ApplicationError whose type is in `coded_types` keeps a first detail that reads as a code."""

    def __init__(self, sink: IncidentSink, coded_types: frozenset[str]) -> None:
        self._sink = sink
        self._coded_types = coded_types
        self._plain = DefaultFailureConverter()

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        self._plain.to_failure(exception, _NoPayloads(), failure)
        ours = [part for part in _chain(failure) if _is_open(part)]
        incident = self._record(exception, _kind(ours[0]), self._code(exception)) if ours else ""
        for part in _chain(failure):
            _scrub(part, incident)
        if code := self._code(exception) if ours else "":
            failure.message = f"{_kind(failure)} {code} (incident {incident})"
            failure.application_failure_info.details.payloads.extend(payload_converter.to_payloads([code]))

    def _record(self, exception: BaseException, kind: str, code: str) -> str:
        incident = self._sink.record(kind, "".join(traceback.format_exception(exception)))
        log.warning("incident", extra={"incident": incident, "kind": kind, "code": code})
        return incident

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        return self._plain.from_failure(failure, payload_converter)

    def _code(self, exception: BaseException) -> str:
        if not isinstance(exception, ApplicationError) or exception.type not in self._coded_types:
            return ""
        code = str(exception.details[0]) if exception.details else ""
        return code if SAFE_CODE.fullmatch(code) else ""


def failure_converter(
    sink: IncidentSink, coded_types: frozenset[str] = frozenset()
) -> type[ScrubbingFailureConverter]:
    """A class, because the SDK makes its own instances and passes no arguments."""

    class BoundFailureConverter(ScrubbingFailureConverter):
        def __init__(self) -> None:
            super().__init__(sink, coded_types)

    return BoundFailureConverter


def _chain(failure: Failure) -> Iterator[Failure]:
    while True:
        yield failure
        if not failure.HasField("cause"):
            return
        failure = failure.cause


def _kind(failure: Failure) -> str:
    """The exception's class for our own code, the failure's kind for what the server reports."""
    info = failure.WhichOneof("failure_info") or "unknown"
    if info != "application_failure_info":
        return "".join(word.title() for word in info.removesuffix("_failure_info").split("_"))
    name = failure.application_failure_info.type
    return name if SAFE_TYPE.fullmatch(name) else "Error"


def _is_open(failure: Failure) -> bool:
    """Whether it carries text of an exception that has no incident yet."""
    return failure.HasField("application_failure_info") and not SCRUBBED.fullmatch(failure.message)


def _scrub(failure: Failure, incident: str) -> None:
    failure.stack_trace = ""
    failure.ClearField("encoded_attributes")
    if _is_open(failure):
        failure.application_failure_info.type = _kind(failure)
        failure.application_failure_info.ClearField("details")
        failure.message = f"{_kind(failure)} (incident {incident})"
    elif not failure.HasField("application_failure_info"):
        failure.message = _kind(failure)
    if failure.HasField("canceled_failure_info"):
        failure.canceled_failure_info.ClearField("details")
    if failure.HasField("timeout_failure_info"):
        failure.timeout_failure_info.ClearField("last_heartbeat_details")
