"""One behaviour suite, run on both buses: the embedded one in this process, and RabbitMQ with a process a service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.kit.blobs import Blobs
from shared.kit.calls import Caller
from shared.kit.keys import Keys, load_keys
from shared.kit.rabbit import RabbitCaller
from shared.kit.settings import Settings
from tests.support.asker import Anybody
from tests.support.collector import Collector, running_collector
from tests.support.platform import Databases, running_platform, test_settings
from tests.support.rabbitmq import rabbitmq_uri
from tests.support.running import RunningSonggang, running_songgang, scratch_folder


class World(Anybody):
    """The platform, whichever way its messages travel."""

    def __init__(
        self,
        bus: str,
        caller: Caller,
        keys: Keys,
        blobs: Blobs,
        publish: Callable[..., None],
        running: RunningSonggang | None = None,
        amqp_uri: str | None = None,
    ) -> None:
        self.bus, self.caller, self.keys, self.blobs, self.publish_raw = bus, caller, keys, blobs, publish
        self.running, self.amqp_uri = running, amqp_uri


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    with running_collector() as running:
        yield running


@pytest.fixture(scope="session", params=["embedded", "rabbitmq"])
def world(request: pytest.FixtureRequest, databases: Databases, collector: Collector) -> Iterator[World]:
    if request.param == "embedded":
        yield from _embedded(databases)
    else:
        with scratch_folder() as folder:
            yield from _rabbitmq(folder, collector)


def _embedded(databases: Databases) -> Iterator[World]:
    from shared.kit import inbox
    from shared.kit.context import service_context

    with databases.fresh() as url, running_platform(url, threads=True) as platform:

        def publish(*events) -> None:  # type: ignore[no-untyped-def]
            for hosted in platform.hosted.values():
                heard = [event for event in events if event.topic in hosted.topics or "#" in hosted.topics]
                with hosted.runtime.database.transaction(service_context(hosted.name)) as session:
                    inbox.receive(session, heard)

        platform.start_jobs_here()
        yield World("embedded", platform.caller, platform.keys, platform.blobs, publish)


def _rabbitmq(data: Path, collector: Collector) -> Iterator[World]:
    from shared.kit.rabbit import BatchPublisher

    traced = {"SONGGANG_OTLP_ENDPOINT": collector.url}
    with rabbitmq_uri() as amqp_uri, running_songgang(data, amqp_uri=amqp_uri, settings=traced) as running:
        settings: Settings = test_settings(data)
        keys = load_keys(settings)
        caller = RabbitCaller(amqp_uri)
        publisher = BatchPublisher(amqp_uri)
        try:
            blobs = Blobs(settings, keys)
            yield World("rabbitmq", caller, keys, blobs, lambda *events: publisher(events), running, amqp_uri)
        finally:
            publisher.close()
            caller.close()
