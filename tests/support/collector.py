"""A trace collector, which stands outside the platform: OTLP over HTTP, and what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    service: str
    name: str
    trace_id: str


@dataclass
class Collector:
    url: str = ""
    spans: list[Span] = field(default_factory=list)

    def of(self, trace_id: str) -> set[tuple[str, str]]:
        """(service, span name) of one trace, as far as it has arrived."""
        return {(span.service, span.name) for span in list(self.spans) if span.trace_id == trace_id}


@contextmanager
def running_collector() -> Iterator[Collector]:
    collector = Collector()

    class Receiving(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = ExportTraceServiceRequest()
            request.ParseFromString(self.rfile.read(int(self.headers["content-length"])))
            for sent in request.resource_spans:
                names = {each.key: each.value.string_value for each in sent.resource.attributes}
                collector.spans.extend(
                    Span(names["service.name"], span.name, span.trace_id.hex())
                    for scope in sent.scope_spans
                    for span in scope.spans
                )
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiving)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
