"""Logs without personal data: of an exception types and code places, of other libraries their fixed words.

Ours log through structlog or logging with ids as fields. What other libraries put into a message is not ours
to trust: only their template's first words are printed (an SMTP refusal names the address in its text).
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import IO, Any, Literal

import structlog

from nurture.traces import exception_types, places

OURS = "nurture"
ADDRESS = re.compile(r"[^\s<>@\"',;:()]+@[^\s<>@\"',;:()]+")
TEMPORAL_FIELDS = ("activity_type", "workflow_type", "workflow_id", "attempt")
STANDARD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

Event = MutableMapping[str, Any]


def configure(
    format: Literal["plain", "json"] = "plain",  # noqa: A002
    level: str = "info",
    stream: IO[str] | None = None,
) -> None:
    """For the whole process; `stream` is stderr when not given."""
    processors: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _show_exception,
        _hide_addresses,
    ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *processors,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_fields_of_record, *processors],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(format)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _renderer(format: str) -> Any:  # noqa: A002
    if format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.processors.LogfmtRenderer(
        key_order=["time", "level", "logger", "event"], drop_missing=True
    )


def _fields_of_record(_logger: Any, _method: str, event: Event) -> Event:
    """Of a record that did not come through structlog."""
    record: logging.LogRecord = event["_record"]
    fields = vars(record)
    if record.name.split(".")[0] == OURS:
        event.update({key: value for key, value in fields.items() if key not in STANDARD_FIELDS})
        return event
    event["event"] = _fixed_words(str(record.msg))
    for kind in ("temporal_activity", "temporal_workflow"):
        if isinstance(known := fields.get(kind), Mapping):
            event.update({key: known[key] for key in TEMPORAL_FIELDS if key in known})
    return event


def _fixed_words(template: str) -> str:
    return re.split(r"[\n:({]", template, maxsplit=1)[0].strip()


def _show_exception(_logger: Any, _method: str, event: Event) -> Event:
    record = event.get("_record")
    found = event.pop("exc_info", None) or (record.exc_info if record else None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = exception_types(error)
        event["at"] = (places(error) or ["unknown"])[-1]
    if record:
        record.exc_info, record.exc_text, record.stack_info = None, None, None
    return event


def _hide_addresses(_logger: Any, _method: str, event: Event) -> Event:
    """A second belt: nothing of ours should put one here."""
    for key, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[key] = ADDRESS.sub("[address]", value)
    return event


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(OURS).critical("uncaught", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
