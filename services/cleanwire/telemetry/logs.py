"""How logs are written: one JSON object a line (or text for people) to standard error, without secrets."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from cleanwire import characters
from cleanwire.settings import LogSettings
from cleanwire.telemetry import ratelimit, redact

# Loggers that repeat themselves many times a second while something is away.
LIMITED = frozenset({"aiokafka", "kafka", "asyncio", "aiohttp", "uvicorn", "opentelemetry"})
# Libraries whose DEBUG and INFO lines only repeat what our own events say (httpx, urllib3: one for each request).
QUIET = (
    *("httpx", "httpcore", "urllib3", "aiokafka", "kafka", "aiohttp", "asyncio"),
    *("trafilatura", "htmldate", "uvicorn"),
)
MESSAGE = "message"
FIRST = ("time", "level", MESSAGE, "logger")


def configure(settings: LogSettings, *, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records to `stream` (default: standard error, looked up per line).

    May be called again: the last call wins.
    """
    level = logging.getLevelNamesMapping()[settings.level]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(ratelimit.RateLimit(LIMITED))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow={"suppressed"})],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.UnicodeDecoder(),
                _without_secrets,
                *_renderers(settings),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)


def _without_secrets(_: Any, __: str, event: EventDict) -> EventDict:
    return redact.fields(event)


def _printable(_: Any, __: str, event: EventDict) -> EventDict:
    """Let no value move the cursor or colour the terminal; a traceback keeps its lines."""
    return {
        name: characters.printable(value, lines=name == "exception") if isinstance(value, str) else value
        for name, value in event.items()
    }


def _ordered(_: Any, __: str, event: EventDict) -> EventDict:
    """Put what people look for first; a field without a value is left out."""
    first = {name: event.pop(name, None) for name in FIRST}
    return {name: value for name, value in {**first, **event}.items() if value is not None}


def _renderers(settings: LogSettings) -> list[Processor]:
    if settings.format == "console":
        colors = sys.stderr.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
        return [_printable, structlog.dev.ConsoleRenderer(timestamp_key="time", colors=colors)]
    return [
        structlog.processors.EventRenamer(MESSAGE),
        _ordered,
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def _json(value: Any, default: Callable[[Any], Any] = repr, **_: Any) -> str:
    return characters.json(msgspec.json.encode(value, enc_hook=default).decode())
