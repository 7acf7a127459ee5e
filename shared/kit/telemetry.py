"""One trace from the HTTP request through the call, the SQL, the outbox and the event to the handler it caused.

nameko has no instrumentation for its 2.x line, so the kit carries the W3C `traceparent` itself. Without an OTLP
endpoint nothing is recorded or sent, but ids still travel, so that a problem's trace id finds its log lines.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

from shared.kit.settings import Settings

_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
_recording = False


def start(settings: Settings, service: str) -> None:
    """Begin recording and sending spans, if an OTLP endpoint is set."""
    global _recording
    if not settings.otlp_endpoint or _recording:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": f"songgang-{service}"}))
    exporter = OTLPSpanExporter(endpoint=settings.otlp_endpoint.rstrip("/") + "/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    _recording = True


def record_with(provider: Any) -> None:
    """Record through a given tracer provider (a test's, or one that an operator configured)."""
    global _recording
    trace._TRACER_PROVIDER = None
    trace._TRACER_PROVIDER_SET_ONCE._done = False
    if provider is not None:
        trace.set_tracer_provider(provider)
    _recording = provider is not None


def instrument_engine(engine: Any) -> None:
    """Give every SQL statement its span, when spans are recorded at all."""
    if _recording:
        from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

        SQLAlchemyInstrumentor().instrument(engine=engine)


def statement(sql: str) -> AbstractContextManager[None]:
    """The span of a statement that does not go through SQLAlchemy."""
    if not _recording:
        return nullcontext()
    return span(
        sql.split(maxsplit=1)[0],
        kind=SpanKind.CLIENT,
        attributes={"db.system": "postgresql", "db.statement": sql},
    )


def new_traceparent() -> str:
    return f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"


def current_traceparent() -> str | None:
    return _traceparent.get()


def current_trace_id() -> str | None:
    found = _traceparent.get()
    return found.split("-")[1] if found else None


@contextmanager
def span(
    name: str,
    *,
    parent: str | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Work within a span that continues `parent` (a `traceparent`), or the current one, or a new trace."""
    given = parent or _traceparent.get() or new_traceparent()
    if not _recording:
        reset = _traceparent.set(given)
        try:
            yield
        finally:
            _traceparent.reset(reset)
        return
    remote = trace.set_span_in_context(NonRecordingSpan(_span_context(given)), otel_context.get_current())
    tracer = trace.get_tracer("songgang")
    with tracer.start_as_current_span(name, context=remote, kind=kind, attributes=attributes) as recorded:
        own = recorded.get_span_context()
        reset = _traceparent.set(f"00-{own.trace_id:032x}-{own.span_id:016x}-01")
        try:
            yield
        finally:
            _traceparent.reset(reset)


def _span_context(traceparent: str) -> SpanContext:
    try:
        _, trace_id, span_id, flags = traceparent.split("-")
        return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    except ValueError:
        _, trace_id, span_id, _ = new_traceparent().split("-")
        return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(1))
