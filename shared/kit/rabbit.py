"""RabbitMQ: the topology, asking services by nameko's RPC wire, and publishing events in confirmed batches.

RPC requests and replies are transient and expire with the caller's timeout. Events are persistent, on quorum queues
with a delivery limit and a dead-letter exchange; retries are the inbox's, so the limit only meets undecodable bytes.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, Protocol
from uuid import UUID, uuid4

import orjson
import structlog
from kombu import Connection, Exchange, Queue

from shared.contracts.errors import INTERNAL, UNAVAILABLE, Problem
from shared.kit.envelopes import Sealed

log = structlog.get_logger()

EVENTS = Exchange("songgang.events", type="topic", durable=True)
DEAD = Exchange("songgang.dead", type="topic", durable=True)
RPC = Exchange("nameko-rpc", type="topic", durable=True)
DELIVERY_LIMIT = 5
CONFIRM_SECONDS = 30.0
MANY = "answer_many"
_PROBLEM = "shared.contracts.errors.Problem"


def event_queue(service: str, topics: Sequence[str]) -> Queue:
    """The durable quorum queue of one subscriber. Its name is a wire contract."""
    from kombu import binding

    return Queue(
        f"songgang.{service}.events",
        bindings=[binding(EVENTS, routing_key=topic) for topic in topics],
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": DEAD.name,
            "x-dead-letter-routing-key": service,
        },
    )


def dead_queue(service: str) -> Queue:
    return Queue(
        f"songgang.{service}.dead",
        exchange=DEAD,
        routing_key=service,
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def connect(amqp_uri: str, *, heartbeat: int = 0) -> Connection:
    return Connection(
        amqp_uri,
        heartbeat=heartbeat,
        connect_timeout=5,
        transport_options={"client_properties": {"product": "songgang"}},
    )


def publishing_channel(connection: Connection) -> Any:
    """A channel for publishing only.

    py-amqp reads the socket before every publish to learn whether the broker is blocked, which costs more than the
    publish; a blocked broker is noticed here by the caller's timeout or the missing confirm.
    """
    channel = connection.channel()
    channel.connection.client_properties.setdefault("capabilities", {})["connection.blocked"] = False
    return channel


def declare(amqp_uri: str, subscribers: Mapping[str, Sequence[str]]) -> None:
    """Declare every exchange and queue before any service starts, so that no event is published to nobody."""
    with connect(amqp_uri) as connection, connection.channel() as channel:
        for exchange in (EVENTS, DEAD, RPC):
            exchange(channel).declare()
        for service, topics in subscribers.items():
            dead_queue(service)(channel).declare()
            event_queue(service, topics)(channel).declare()


def received(message: Any) -> Sealed:
    """The event that a broker message carries; raises ValueError for one that is not of our making."""
    try:
        headers, properties = message.headers, message.properties
        body = message.body
        return Sealed(
            event_id=UUID(properties["message_id"]),
            topic=properties["type"],
            publisher=headers["publisher"],
            aggregate_id=headers["aggregate_id"],
            version=int(headers["version"]),
            payload=body.decode() if isinstance(body, bytes) else str(body),
            key_id=headers["key_id"],
            signature=headers["signature"],
            traceparent=headers.get("traceparent"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an event message") from error


class BatchPublisher:
    """Publishes envelopes and waits for the confirms of the whole batch: seventeen times one confirm a message."""

    def __init__(self, amqp_uri: str) -> None:
        self._uri = amqp_uri
        self._connection: Connection | None = None
        self._channel: Any = None
        self._unconfirmed: set[int] = set()
        self._refused = False

    def __call__(self, batch: Sequence[Sealed]) -> None:
        """Returns when the broker has taken responsibility for all; raises otherwise, and starts afresh next time."""
        try:
            channel = self._open()
            for sealed in batch:
                # An ack may be read while the next message is published, so the tag is awaited before it is used.
                self._tag += 1
                self._unconfirmed.add(self._tag)
                message = channel.prepare_message(
                    sealed.payload,
                    content_type="application/json",
                    content_encoding="utf-8",
                    headers={
                        "publisher": sealed.publisher,
                        "aggregate_id": sealed.aggregate_id,
                        "version": sealed.version,
                        "key_id": sealed.key_id,
                        "signature": sealed.signature,
                        **({"traceparent": sealed.traceparent} if sealed.traceparent else {}),
                    },
                    properties={"delivery_mode": 2, "message_id": str(sealed.event_id), "type": sealed.topic},
                )
                channel.basic_publish(message, exchange=EVENTS.name, routing_key=sealed.topic)
            self._await_confirms(self._connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()

    def _open(self) -> Any:
        if self._channel is None:
            self._connection = connect(self._uri)
            self._channel = publishing_channel(self._connection)
            self._channel.confirm_select()
            self._channel.events["basic_ack"].add(self._on_ack)
            self._channel.events["basic_nack"].add(self._on_nack)
            self._tag, self._refused = 0, False
            self._unconfirmed.clear()
        return self._channel

    def _await_confirms(self, connection: Any) -> None:
        deadline = time.monotonic() + CONFIRM_SECONDS
        while self._unconfirmed:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the broker did not confirm in time")
            connection.drain_events(timeout=left)
            if self._refused:
                raise ConnectionError("the broker refused a message")

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {tag for tag in self._unconfirmed if tag > delivery_tag}
        else:
            self._unconfirmed.discard(delivery_tag)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = True


class Settling(Protocol):
    """Whoever waits for a reply: settled once, from the thread that reads replies, with None when the reply is lost."""

    def settle(self, reply: dict[str, Any] | None) -> None: ...


class Waiting:
    """A thread that waits."""

    def __init__(self) -> None:
        self.reply: dict[str, Any] | None = None
        self._event = threading.Event()

    def settle(self, reply: dict[str, Any] | None) -> None:
        self.reply = reply
        self._event.set()

    def wait(self, timeout: float) -> bool:
        return self._event.wait(timeout)


class RabbitCaller:
    """Asks services over nameko's RPC. One connection publishes (under a lock), one reads an exclusive reply queue."""

    def __init__(self, amqp_uri: str) -> None:
        self._uri = amqp_uri
        self._lock = threading.Lock()
        self._publishing: Connection | None = None
        self._channel: Any = None
        self._waiting: dict[str, Settling] = {}
        self._reply_to: str | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._reader: threading.Thread | None = None
        self._numbers = count()
        self._own = uuid4().hex

    def call(self, service: str, method: str, body: Any, headers: dict[str, str], timeout: float) -> Any:
        """Ask and wait; raises Problem: the service's own, or UNAVAILABLE when no reply came in time."""
        waiting = Waiting()
        correlation_id = self.send(service, method, body, headers, timeout, waiting)
        if not waiting.wait(timeout):
            self.forget(correlation_id)
            raise UNAVAILABLE(part=service)
        return result_of(waiting.reply, service)

    def send(
        self, service: str, method: str, body: Any, headers: dict[str, str], timeout: float, waiting: Settling
    ) -> str:
        """Publish a request; `waiting` is settled by its reply, or with nothing when the connection is lost."""
        key = self._next_key()
        payload = {"args": [body], "kwargs": {}}
        with self._published({key: waiting}, timeout) as reply_to:
            self._publish(f"{service}.{method}", payload, headers, timeout, key, reply_to)
        return key

    def send_many(
        self, service: str, calls: Sequence[tuple[str, Any, dict[str, str]]], timeout: float, all_: Sequence[Settling]
    ) -> list[str]:
        """Publish several requests (method, body, headers) to one service in one message."""
        batch = self._next_key()
        waiting = {f"{batch}.{number}": one for number, one in enumerate(all_)}
        many = [
            {"id": key, "method": method, "body": body, "headers": headers}
            for key, (method, body, headers) in zip(waiting, calls, strict=True)
        ]
        with self._published(waiting, timeout) as reply_to:
            self._publish(f"{service}.{MANY}", {"args": [many], "kwargs": {}}, {}, timeout, batch, reply_to)
        return list(waiting)

    def _next_key(self) -> str:
        return f"{self._own}-{next(self._numbers)}"

    @contextlib.contextmanager
    def _published(self, waiting: Mapping[str, Settling], timeout: float) -> Iterator[str]:
        """Register who waits before the request goes out; forget them where it does not. Gives the replies' address."""
        self.start()
        if not self._ready.wait(min(timeout, 5.0)) or self._reply_to is None:
            raise UNAVAILABLE(part="broker")
        self._waiting.update(waiting)
        try:
            yield self._reply_to
        except Exception as error:
            for key in waiting:
                self.forget(key)
            self._drop_publishing()
            raise UNAVAILABLE(part="broker") from error

    def _publish(
        self, routing_key: str, payload: Any, headers: dict[str, str], timeout: float, key: str, reply_to: str
    ) -> None:
        with self._lock:
            channel = self._open()
            message = channel.prepare_message(
                orjson.dumps(payload).decode(),
                content_type="application/json",
                content_encoding="utf-8",
                headers={f"nameko.{name}": value for name, value in headers.items()},
                properties={
                    "delivery_mode": 1,
                    "reply_to": reply_to,
                    "correlation_id": key,
                    "expiration": str(int(timeout * 1000)),
                },
            )
            channel.basic_publish(message, exchange=RPC.name, routing_key=routing_key)

    def forget(self, correlation_id: str) -> None:
        self._waiting.pop(correlation_id, None)

    @property
    def is_ready(self) -> bool:
        return self._ready.is_set()

    def start(self) -> None:
        if self._reader is None:
            with self._lock:
                if self._reader is None:
                    self._reader = threading.Thread(target=self._read_loop, daemon=True, name="rpc-replies")
                    self._reader.start()

    def close(self) -> None:
        self._stopping.set()
        if self._reader is not None:
            self._reader.join(timeout=3)
        self._drop_publishing()

    def _open(self) -> Any:
        if self._channel is None:
            self._publishing = connect(self._uri)
            self._channel = publishing_channel(self._publishing)
        return self._channel

    def _drop_publishing(self) -> None:
        with self._lock:
            connection, self._publishing, self._channel = self._publishing, None, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()

    def _read_loop(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            try:
                with connect(self._uri, heartbeat=10) as connection, connection.channel() as channel:
                    self._listen(channel)
                    pause = 0.2
                    self._drain(connection)
            except Exception as error:
                log.warning("replies interrupted", error=type(error).__name__)
            self._ready.clear()
            self._drop_publishing()
            for correlation_id in list(self._waiting):
                lost = self._waiting.pop(correlation_id, None)
                if lost is not None:
                    lost.settle(None)
            self._stopping.wait(pause)
            pause = min(pause * 2, 3.0)

    def _listen(self, channel: Any) -> None:
        name = uuid4().hex
        RPC(channel).declare()
        queue = f"rpc.reply-songgang-{name}"
        channel.queue_declare(queue, exclusive=True, auto_delete=True, durable=False)
        channel.queue_bind(queue, exchange=RPC.name, routing_key=name)
        channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
        self._reply_to = name
        self._ready.set()

    def _drain(self, connection: Connection) -> None:
        checked = time.monotonic()
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=1.0)
            if time.monotonic() - checked > 2:
                connection.heartbeat_check()
                checked = time.monotonic()

    def _on_reply(self, message: Any) -> None:
        key, reply = message.properties.get("correlation_id", ""), orjson.loads(message.body)
        if "many" in reply:
            for answer in reply["many"]:
                self._settle(answer["id"], answer)
        elif not self._settle(key, reply):
            # A whole batch that was refused; or one call that nobody waits for any more, and nothing begins so.
            for one in [known for known in list(self._waiting) if known.startswith(f"{key}.")]:
                self._settle(one, reply)

    def _settle(self, key: str, reply: dict[str, Any]) -> bool:
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.settle(reply)
        return waiting is not None


def result_of(reply: dict[str, Any] | None, service: str) -> Any:
    """The result a reply carries; raises the problem it carries, or UNAVAILABLE where the reply was lost."""
    if reply is None:
        raise UNAVAILABLE(part=service)
    error = reply.get("error")
    if error is None:
        return reply["result"]
    if error.get("exc_path") == _PROBLEM:
        raise Problem(error["exc_args"][0])
    log.error("a service failed outside its rules", service=service, error=error.get("exc_type"))
    if error.get("exc_type") in ("MethodNotFound", "UnknownService"):
        raise UNAVAILABLE(part=service)
    raise INTERNAL(where=service)
