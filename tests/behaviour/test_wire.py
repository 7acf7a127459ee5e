"""What goes over the wire, looked at from outside: the trace, nameko's own client, bytes that are no event."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.contracts.kit import KitStatus
from shared.kit import calls
from shared.kit.bus import headers_for
from shared.kit.context import ContextSeal, service_context
from shared.kit.rabbit import connect, dead_queue
from tests.behaviour.conftest import World
from tests.support.collector import Collector
from tests.support.people import RegisterWorkerFactory
from tests.support.running import RunningSonggang, scratch_folder
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def running(world: World, collector: Collector) -> Iterator[RunningSonggang]:
    """The platform with all its processes; the embedded world lives in this one, so it gets one of its own."""
    if world.running is not None:
        yield world.running
        return
    with scratch_folder() as folder:
        platform = RunningSonggang(folder, settings={"SONGGANG_OTLP_ENDPOINT": collector.url})
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


def test_one_trace_from_the_request_to_the_handler_of_its_event(running: RunningSonggang, collector: Collector) -> None:
    (person,) = RegisterWorkerFactory(4711).batch(1)
    with running.sign_in() as hq:
        answer = hq.post("/api/v1/hq/workers", json=person.model_dump(mode="json"))
    assert answer.status_code == 201, answer.text
    trace_id = answer.headers["traceresponse"].split("-")[1]
    names = {"POST", "registry.register_worker", "postings handles worker.registered"}

    def whole() -> bool:
        found = {name for _, name in collector.of(trace_id)}
        return names <= found and any(name.startswith("INSERT") for name in found)

    wait_for(whole, seconds=40, every=0.2, what=f"{names} and the INSERT in one trace")


def test_spans_hold_no_personal_data(running: RunningSonggang, collector: Collector) -> None:
    (person,) = RegisterWorkerFactory(4712).batch(1)
    with running.sign_in() as hq:
        answer = hq.post("/api/v1/hq/workers", json=person.model_dump(mode="json"))
    trace_id = answer.headers["traceresponse"].split("-")[1]
    wait_for(lambda: len(collector.of(trace_id)) > 3, seconds=40, every=0.2)
    told = " ".join(name for _, name in collector.of(trace_id))
    assert person.name not in told
    assert person.id_number not in told


def test_a_stock_nameko_client_can_call_a_service(world: World) -> None:
    if world.amqp_uri is None:
        assert world.bus == "embedded"  # there is no broker to call over
        return
    from nameko.standalone.rpc import ClusterRpcProxy

    headers = headers_for(ContextSeal(world.keys, "gateway"), service_context("gateway"), None, None)
    with ClusterRpcProxy({"AMQP_URI": world.amqp_uri}, context_data=headers, timeout=10) as rpc:
        assert rpc.honey.kit_status(calls.body_of(KitStatus()))["service"] == "honey"


def test_bytes_that_are_no_event_are_put_aside_and_hold_up_nobody(world: World) -> None:
    if world.amqp_uri is None:
        assert world.bus == "embedded"
        return
    with connect(world.amqp_uri) as connection, connection.channel() as channel:
        message = channel.prepare_message("{", content_type="application/json", content_encoding="utf-8")
        channel.basic_publish(message, exchange="", routing_key="songgang.honey.events")
        dead = dead_queue("honey")(channel)
        found = wait_for(dead.get, seconds=20, every=0.1, what="the dead-letter queue has it")
        assert found.body in (b"{", "{")
        found.ack()
    assert world.hq().ask(KitStatus(), service="honey").inbox_parked == 0
