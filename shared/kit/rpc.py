"""nameko's RPC with transient messages: the wire format is nameko's own, so that a stock client can call a service.

Stock replies are persistent and confirmed one by one, which costs most of a call (127 calls/s against 820-960/s); a
reply is worth nothing once its caller has gone, so ours are neither.
"""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from threading import RLock
from typing import Any

import orjson
import structlog
from nameko.constants import AMQP_URI_CONFIG_KEY
from nameko.exceptions import serialize
from nameko.extensions import SharedExtension
from nameko.rpc import Rpc, RpcConsumer

from shared.contracts.errors import Problem
from shared.kit.batches import BatchAnswering, OneAnswer
from shared.kit.local import LocalCaller
from shared.kit.rabbit import MANY, RPC, connect, publishing_channel
from shared.kit.unit import Runtime

log = structlog.get_logger()


class ReplyPublisher(SharedExtension):
    """One connection and channel for all replies of a container, opened again when it breaks."""

    def setup(self) -> None:
        self._lock = RLock()
        self._connection: Any = None
        self._channel: Any = None

    def stop(self) -> None:
        self._close()

    def publish(self, properties: dict[str, Any], result: Any, error: dict[str, Any] | None) -> None:
        self._publish(properties, orjson.dumps({"result": result, "error": error}).decode())

    def publish_many(self, properties: dict[str, Any], answers: list[OneAnswer]) -> None:
        """Answers to calls of one batch; its caller tells them apart by their ids."""
        try:
            self._publish(properties, orjson.dumps({"many": answers}).decode())
        except Exception as error:
            # The caller is gone or the broker is; see `handle_result`.
            log.warning("answers not sent", error=type(error).__name__)

    def _publish(self, properties: dict[str, Any], payload: str) -> None:
        with self._lock:
            try:
                self._send(properties, payload)
            except Exception:
                self._close()
                self._send(properties, payload)

    def _send(self, properties: dict[str, Any], payload: str) -> None:
        if self._channel is None:
            self._connection = connect(self.container.config[AMQP_URI_CONFIG_KEY])
            self._channel = publishing_channel(self._connection)
        message = self._channel.prepare_message(
            payload,
            content_type="application/json",
            content_encoding="utf-8",
            properties={"delivery_mode": 1, "correlation_id": properties.get("correlation_id")},
        )
        self._channel.basic_publish(message, exchange=RPC.name, routing_key=properties["reply_to"])

    def _close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


class WireConsumer(RpcConsumer):
    """Consumes the service's RPC queue, unless this process only has the events' role."""

    replies = ReplyPublisher()

    def setup(self) -> None:
        self._batches: BatchAnswering | None = None
        if self.container.config.get("answers_calls", True):
            super().setup()
            runtime: Runtime = self.container.config["runtime"]
            here = LocalCaller()
            here.add(self.container.service_cls, runtime)
            self._batches = BatchAnswering(
                lambda call: here.call(runtime.name, call["method"], call["body"], call["headers"], runtime.timeout),
                {name: entry.before is not None for name, entry in here.answers(runtime.name).items()},
                runtime.kit.settings.database_pool,
            )
            self._many = f"{runtime.name}.{MANY}"

    def stop(self) -> None:
        if self.queue is not None:
            super().stop()
        if self._batches is not None:
            self._batches.finish()

    def handle_message(self, body: Any, message: Any) -> None:
        if self._batches is None or message.delivery_info["routing_key"] != self._many:
            super().handle_message(body, message)
            return
        self._batches.take(
            body["args"][0],
            partial(self.replies.publish_many, message.properties),
            partial(self.queue_consumer.ack_message, message),
        )

    def unregister_provider(self, provider: Any) -> None:
        if self.queue is not None:
            super().unregister_provider(provider)
            return
        self._providers.discard(provider)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        try:
            self.replies.publish(message.properties, result, serialize(exc_info[1]) if exc_info else None)
        except Exception:
            # The caller is gone or the broker is: its command id finds the stored reply when it asks again.
            exc_info = sys.exc_info()
        self.queue_consumer.ack_message(message)
        return result, exc_info


class WireRpc(Rpc):
    """One service method on the wire."""

    rpc_consumer = WireConsumer()

    def __init__(self, **options: Any) -> None:
        super().__init__(expected_exceptions=(Problem,), **options)
