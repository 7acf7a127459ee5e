"""One trace from the request through the call, the outbox and the event to the handler that it caused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.kit import telemetry
from tests.kit.conftest import SamplePlatform
from tests.kit.sample import WriteNote


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    telemetry.record_with(provider)
    yield exporter
    telemetry.record_with(None)


def test_the_handler_belongs_to_the_trace_of_the_request(sample: SamplePlatform, spans: InMemorySpanExporter) -> None:
    sample.settle()
    spans.clear()
    with telemetry.span("POST /notes"):
        wanted = telemetry.current_trace_id()
        sample.outpost("dongguan").ask(WriteNote(outpost="dongguan", words="traced"))
    sample.settle()
    found = {span.name: f"{span.context.trace_id:032x}" for span in spans.get_finished_spans() if span.context}
    assert found["writer.write_note"] == wanted
    assert found["reader handles note.written"] == wanted


def test_without_a_recorder_ids_travel_all_the_same() -> None:
    with telemetry.span("a"):
        outer = telemetry.current_trace_id()
        with telemetry.span("b"):
            assert telemetry.current_trace_id() == outer
    assert telemetry.current_trace_id() is None
