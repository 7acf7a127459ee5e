"""From outbox to inbox: in one database by one statement, or through RabbitMQ in confirmed batches.

Both take unpublished rows in order, and mark them only when they have arrived; a crash in between sends them again,
and the inbox ignores what it knows. Every pass is also the sweep: nothing depends on having been woken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.engine import Engine

from shared.kit import parcels
from shared.kit.database import role_name
from shared.kit.envelopes import Sealed
from shared.kit.unit import Runtime

# How long events that come a few at a time may wait to become a batch, at most.
CRUMB_SECONDS = 0.2


class Publish(Protocol):
    """Publish envelopes and return when the broker has taken responsibility for all of them; raises otherwise."""

    def __call__(self, batch: Sequence[Sealed]) -> None: ...


class EmbeddedRelay:
    """Moves every service's events straight into the subscribers' inboxes, one transaction a publisher."""

    def __init__(self, engine: Engine, subscribers: Mapping[str, Sequence[str]], *, batch: int) -> None:
        self._engine = engine
        self._subscribers = subscribers
        self._batch = batch
        self._role = role_name(str(engine.url.database), "relay")

    def waiting(self) -> list[str]:
        """The services that have unpublished events, by one query."""
        services = list(self._subscribers)
        query = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name}.outbox WHERE published_at IS NULL)"
            for name in services
        )
        with self._engine.begin() as connection:
            self.become(connection)
            return [row[0] for row in connection.execute(text(query))]

    def move(self, publisher: str) -> int:
        """Move one batch; how many events. One relay at a time works for a publisher."""
        with self._engine.begin() as connection:
            self.become(connection)
            held = connection.execute(
                text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 13))"), {"key": f"relay-{publisher}"}
            )
            if not held.scalar():
                return 0
            rows = connection.execute(
                text(
                    f"SELECT seq, topic, aggregate_id FROM {publisher}.outbox WHERE published_at IS NULL "
                    "ORDER BY seq LIMIT :limit"
                ),
                {"limit": self._batch},
            ).all()
            if not rows:
                return 0
            before = accumulate((parcels.weight(row.aggregate_id) for row in rows), initial=0)
            rows = [row for row, weight in zip(rows, before, strict=False) if weight < self._batch]
            taken = [row.seq for row in rows]
            found = {row.topic for row in rows}
            for subscriber, topics in self._subscribers.items():
                wanted = sorted(found if "#" in topics else found.intersection(topics))
                if wanted:
                    connection.execute(
                        text(
                            f"INSERT INTO {subscriber}.inbox "
                            "(event_id, topic, publisher, aggregate_id, version, payload, key_id, signature, "
                            "traceparent) "
                            "SELECT event_id, topic, :publisher, aggregate_id, version, payload, key_id, "
                            "signature, traceparent "
                            f"FROM {publisher}.outbox WHERE seq = ANY(:taken) AND topic = ANY(:wanted) "
                            "ORDER BY seq ON CONFLICT (event_id) DO NOTHING"
                        ),
                        {"publisher": publisher, "taken": taken, "wanted": wanted},
                    )
            connection.execute(
                text(f"UPDATE {publisher}.outbox SET published_at = now() WHERE seq = ANY(:taken)"), {"taken": taken}
            )
        return sum(parcels.weight(row.aggregate_id) for row in rows)

    def become(self, connection) -> None:  # type: ignore[no-untyped-def]
        connection.execute(
            text("SELECT set_config('role', :role, true), set_config('app.kind', 'service', true)"),
            {"role": self._role},
        )


class BrokerRelay:
    """Publishes one service's outbox to the broker."""

    def __init__(self, runtime: Runtime, publish: Publish) -> None:
        self._runtime = runtime
        self._publish = publish

    def move(self) -> int:
        """Publish one batch, wait for its confirms, mark it; how many events. Raises when the broker does not confirm.

        The advisory lock keeps a second replica from publishing the same rows out of order; the transaction that holds
        it does nothing else, and its rollback only means that rows are sent again.
        """
        runtime = self._runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            connection = session.connection()
            held = connection.execute(
                text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 13))"), {"key": f"relay-{runtime.name}"}
            )
            if not held.scalar():
                return 0
            rows = connection.execute(
                text(
                    f"SELECT seq, event_id, topic, '{runtime.name}', aggregate_id, version, payload, key_id, "
                    f"signature, traceparent FROM (SELECT *, sum({parcels.WEIGHT}) OVER (ORDER BY seq) - "
                    f"{parcels.WEIGHT} AS before FROM {runtime.name}.outbox WHERE published_at IS NULL "
                    "ORDER BY seq LIMIT :limit) AS waiting WHERE before < :limit ORDER BY seq"
                ),
                {"limit": runtime.kit.settings.event_batch},
            ).all()
            if not rows:
                return 0
            self._publish([Sealed(*row[1:]) for row in rows])
            connection.execute(
                text(f"UPDATE {runtime.name}.outbox SET published_at = now() WHERE seq = ANY(:taken)"),
                {"taken": [row.seq for row in rows]},
            )
        return sum(parcels.weight(row.aggregate_id) for row in rows)
