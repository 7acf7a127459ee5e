"""Structured logs without personal data: events with ids, never names, numbers or statement parameters."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

from shared.kit import telemetry
from shared.kit.settings import Settings

# An identity number or a mobile phone that slipped into a message (an exception's text, say) is masked on the way out.
_PERSONAL = re.compile(r"(?<!\d)(?:[1-9]\d{5}(?:18|19|20)\d{9}[\dXx]|1[3-9]\d{9})(?!\d)")


def _with_trace(logger: Any, method: str, event: EventDict) -> EventDict:
    trace_id = telemetry.current_trace_id()
    if trace_id:
        event["trace_id"] = trace_id
    return event


def mask_personal(logger: Any, method: str, event: EventDict) -> EventDict:
    """Mask what looks like an identity number or a mobile phone, wherever it stands."""
    return {
        name: _PERSONAL.sub("[masked]", value) if isinstance(value, str) else value for name, value in event.items()
    }


def configure_logs(settings: Settings, part: str) -> None:
    """Send the platform's and the libraries' logs to standard error in one form."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        structlog.processors.format_exc_info,
        mask_personal,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.log_level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(part=part)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)
