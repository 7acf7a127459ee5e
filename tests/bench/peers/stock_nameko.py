"""The peer on RabbitMQ: nameko as its documentation shows it. HTTP entrypoint, RpcProxy, EventDispatcher, SQLAlchemy.

`python -m tests.bench.peers.stock_nameko {gateway|people|listener} AMQP_URI DATABASE_URL [PORT]`
"""

from __future__ import annotations

import os
import warnings

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
warnings.simplefilter("ignore")
import eventlet  # noqa: E402

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402
from nameko.dependency_providers import Config  # noqa: E402
from nameko.events import EventDispatcher, event_handler  # noqa: E402
from nameko.rpc import RpcProxy, rpc  # noqa: E402
from nameko.web.handlers import http  # noqa: E402
from sqlalchemy import create_engine, text  # noqa: E402

_engine: Any = None


def engine(url: str) -> Any:
    global _engine
    if _engine is None:
        _engine = create_engine(url, pool_size=20, max_overflow=0)
    return _engine


class PeopleService:
    name = "people"
    config = Config()
    dispatch = EventDispatcher()

    @rpc
    def get_person(self, person_id: str) -> dict[str, Any]:
        with engine(self.config["DATABASE_URL"]).connect() as connection:
            found = connection.execute(text("SELECT * FROM bench.person WHERE id = :id"), {"id": person_id})
            return dict(found.mappings().one())

    @rpc
    def write_note(self, words: str) -> dict[str, Any]:
        with engine(self.config["DATABASE_URL"]).begin() as connection:
            number = connection.execute(
                text("INSERT INTO bench.note (words) VALUES (:words) RETURNING id"), {"words": words}
            ).scalar()
        self.dispatch("note_written", {"id": number, "words": words})
        return {"id": number, "words": words}

    @rpc
    def dispatch_many(self, count: int) -> int:
        for number in range(count):
            self.dispatch("note_written", {"id": number, "words": "a fact that happened"})
        return count


class ListenerService:
    name = "listener"
    config = Config()

    @event_handler("people", "note_written")
    def note_written(self, payload: dict[str, Any]) -> None:
        with engine(self.config["DATABASE_URL"]).begin() as connection:
            connection.execute(text("INSERT INTO bench.effect (note_id, words) VALUES (:id, :words)"), payload)


class GatewayService:
    name = "stock_gateway"
    people = RpcProxy("people")

    @http("GET", "/people/<person_id>")
    def get_person(self, request: Any, person_id: str) -> Any:
        return 200, {"Content-Type": "application/json"}, json.dumps(self.people.get_person(person_id))

    @http("POST", "/notes")
    def write_note(self, request: Any) -> Any:
        body = json.loads(request.get_data(as_text=True))
        return 201, {"Content-Type": "application/json"}, json.dumps(self.people.write_note(body["words"]))


def main() -> None:
    part, amqp_uri, database_url, *rest = sys.argv[1:]
    service = {"gateway": GatewayService, "people": PeopleService, "listener": ListenerService}[part]
    config = {"AMQP_URI": amqp_uri, "DATABASE_URL": database_url, "max_workers": 50}
    if rest:
        config["WEB_SERVER_ADDRESS"] = f"127.0.0.1:{rest[0]}"
    container = ServiceContainer(service, config)
    container.start()
    print("ready", flush=True)
    container.wait()


if __name__ == "__main__":
    main()
