"""Events of services whose own way to them is not the subject of a test: announced as their owner would."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from shared.contracts.base import Envelope, Event
from shared.contracts.scopes import Actor, OutpostCode
from shared.kit import envelopes, inbox
from shared.kit.context import service_context
from shared.kit.tables import new_id
from tests.support.platform import TestPlatform

Announce = Callable[[Event], None]
_versions = itertools.count(1_000_000)


def announcer(platform: TestPlatform, *, to: str | None = None) -> Announce:
    """A function that puts a genuine event into the inbox of everyone who hears it (or of one service alone, where
    the event is about somebody whom the others don't know), and lets it be handled.
    """

    def announce(event: Event) -> None:
        named = getattr(event, "outpost", None)
        sealed = envelopes.seal(
            platform.keys,
            Envelope(
                event_id=new_id(),
                topic=event.topic,
                publisher=type(event).__module__.split(".")[2],
                aggregate_id=event.aggregate_id(),
                version=next(_versions),
                at=datetime.now(UTC),
                actor=Actor(kind="service", id="test"),
                outpost=named if isinstance(named, OutpostCode) else None,
                worker_id=event.worker(),
                body=event.model_dump(mode="json"),
            ),
        )
        for hosted in platform.hosted.values():
            if to in (None, hosted.name) and (event.topic in hosted.topics or "#" in hosted.topics):
                with hosted.runtime.database.transaction(service_context(hosted.name)) as session:
                    inbox.receive(session, [sealed])
        platform.settle()

    return announce
