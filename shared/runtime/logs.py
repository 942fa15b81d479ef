"""Logging: one line per outcome, constant text plus fields from an allow-list, readable on a terminal, JSON elsewhere.

An allow-list, not a deny-list: a field nobody thought of is left out, not printed. Exceptions are told by class and
places, because a message may quote what a sender wrote.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# fmt: off
FIELDS = frozenset({
    "event", "level", "timestamp", "logger",
    # ids and places
    "lead_id", "event_id", "delivery_id", "decision_number", "revision", "customer_id", "submission", "notice_id",
    "command_id", "process_id", "instance", "member", "generation", "trace_id",
    "position", "topic", "topics", "group", "partition", "offset",
    # names from the configuration or the code
    "source", "source_kind", "destination", "kind", "rule", "stage", "temperature", "verdict", "trigger",
    "outcome", "verb", "role", "roles", "part", "worker", "table", "event_log", "database", "signal",
    # figures
    "count", "accepted", "records", "depth", "lag", "attempt", "attempts", "partitions", "replicas", "bytes", "status",
    "points", "score", "limit", "port", "wanted_port", "exit_code", "is_test", "final",
    "elapsed_ms", "pause_s", "retry_after_s", "retry_in_s", "silent_s", "age_s",
    # reasons: a code, an error's class and places, or the text of an error of ours, which never holds personal data
    "reason", "error", "cause", "places", "vendor_code",
    # addresses of our own listeners, our own files
    "public_url", "admin_url", "path", "file",
})
# fmt: on
"""Every field a line may have. None holds an e-mail, a phone, a name or words of a person, a key or a URL's secret."""

MAX_VALUE = 300
"""Longer text is cut: no field of ours needs more, and a body that slipped in would."""
MAX_PLACES = 6

Format = Literal["console", "json"]
Level = Literal["debug", "info", "warning", "error"]

_QUIET = {"aiokafka": logging.INFO, "asyncio": logging.INFO, "sqlalchemy": logging.WARNING}
"""Libraries whose finer levels log values: aiokafka its records, sqlalchemy its parameters, asyncio its results."""


def configure_logging(level: Level = "info", format_: Format | None = None) -> None:
    """Send every line of ours and of the libraries to standard error, `console` on a terminal and else `json`.

    Call once, first thing: standard output belongs to the commands' results.
    """
    chosen = format_ or ("console" if sys.stderr.isatty() else "json")
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        *_stamped(chosen),
        _exceptions_by_place,
        _allowed_only,
    ]
    renderer = _renderer(chosen)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: _Expendable(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _route_libraries(number, [structlog.stdlib.add_logger_name, _first_line, *shared], renderer)


class _Expendable(structlog.WriteLogger):
    """Drop a line that its disk or pipe does not take: a full disk must not end what could still answer 503."""

    def msg(self, message: str) -> None:
        """Write a line, or nothing."""
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = exception = msg


def _written_as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return _AS_JSON(event)


_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode  # made once: structlog's renderer makes one for every line


def _stamped(chosen: Format) -> Sequence[Processor]:
    if chosen == "json":
        return [structlog.processors.TimeStamper(fmt="iso", utc=True)]
    return [structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False)]


def _renderer(chosen: Format) -> Processor:
    if chosen == "json":
        return _written_as_json
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty() and "NO_COLOR" not in os.environ, pad_event_to=20, sort_keys=False
    )


def _route_libraries(level: int, before: Sequence[Processor], renderer: Processor) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if level < logging.INFO else max(level, logging.WARNING))
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep a library's statement only: asyncio appends the task, its arguments and its exception's text."""
    text = str(event["event"]).partition("\n")[0]
    if event.get("logger") == "asyncio":
        text = text.partition("(")[0]
    event["event"] = text[:MAX_VALUE]
    return event


def _exceptions_by_place(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event.update(error=type(error).__name__, places=places(error))
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__name__
    return event


def places(error: BaseException) -> str:
    """Tell where an error came from, innermost first, without a word of its message."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_PLACES:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _allowed_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _plain(value) for name, value in event.items() if name in FIELDS or name.startswith("_")}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:MAX_VALUE]
    return type(value).__name__
