"""The gateway on a bus of paper: what it sends is kept, what it gets is said by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.app import create_app
from gateway.auth import secret_hash
from gateway.limits import Limits
from gateway.options import GatewayOptions
from shared.contracts.base import Message
from shared.contracts.errors import UNAUTHENTICATED
from shared.contracts.identity import Authenticate, AuthenticatedView, BootstrapCounty
from shared.contracts.scopes import Actor, Area, Context, Hq, Outpost, OutpostCode, Partner, Principal, Role, WorkerSelf
from shared.kit.blobs import Blobs
from shared.kit.keys import Keys
from shared.kit.settings import Settings
from shared.kit.tables import new_id
from tests.support.asker import Asker

EMPLOYER = UUID("0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1e01")
WORKER = UUID("0197a3c2-5b7e-7d10-9c1f-2f6f0f4b2001")
PEOPLE: dict[str, tuple[Role, Any]] = {
    "hq_admin": (Role.hq_admin, Hq()),
    "hq_officer": (Role.hq_officer, Hq()),
    "hq_auditor": (Role.hq_auditor, Hq()),
    "area": (Role.grid_leader, Area(division="522631104")),
    "outpost": (Role.liaison_officer, Outpost(code=OutpostCode.dongguan)),
    "partner": (Role.partner_employer, Partner(employer_id=EMPLOYER)),
    "worker": (Role.worker, WorkerSelf(worker_id=WORKER)),
}


@dataclass
class Sent:
    message: Message[Any]
    context: Context
    command_id: UUID | None
    service: str | None
    traceparent: str | None


@dataclass
class PaperBus:
    """Answers Authenticate for the tokens `token-<who>`, and everything else as the test says."""

    replies: dict[type[Message[Any]], Any] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    authenticated: int = 0
    is_touch_due: bool = False

    async def ask(self, message: Message[Any], context: Context, **given: Any) -> Any:
        return message.reply.model_validate(await self.ask_raw(message, context, **given))

    async def ask_raw(
        self,
        message: Message[Any],
        context: Context,
        *,
        command_id: UUID | None = None,
        service: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the bus's protocol
        traceparent: str | None = None,
    ) -> Any:
        if isinstance(message, Authenticate):
            self.authenticated += 1
            return self._principal(message)
        self.sent.append(Sent(message, context, command_id, service, traceparent))
        reply = self.replies.get(type(message), {})
        if isinstance(reply, Exception):
            raise reply
        return reply(message) if callable(reply) else reply

    async def status(self) -> dict[str, str]:
        return self.waiting

    def _principal(self, message: Authenticate) -> Any:
        for name, (role, scope) in PEOPLE.items():
            if message.credential_hash == secret_hash(f"token-{name}"):
                kind = "worker" if role is Role.worker else "user"
                actor = Actor(kind=kind, id=str(WORKER) if role is Role.worker else name)
                return AuthenticatedView(
                    principal=Principal(actor=actor, role=role, scope=scope),
                    credential_id=new_id(),
                    is_touch_due=self.is_touch_due,
                ).model_dump(mode="json")
        raise UNAUTHENTICATED()


@pytest.fixture
def bus() -> PaperBus:
    return PaperBus()


@pytest.fixture
def make_app(bus: PaperBus, tmp_path: Path) -> Callable[..., FastAPI]:
    def make(options: GatewayOptions | None = None, **given: Any) -> FastAPI:
        settings = Settings(_env_file=None, data=tmp_path, **given)
        keys = Keys("test", {"test": b"only for tests, never for people"})
        return create_app(bus=bus, settings=settings, keys=keys, blobs=Blobs(settings, keys), options=options)

    return make


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Built once: an application of some three hundred endpoints takes its time."""
    settings = Settings(_env_file=None, data=tmp_path_factory.mktemp("gateway"))
    keys = Keys("test", {"test": b"only for tests, never for people"})
    return create_app(bus=PaperBus(), settings=settings, keys=keys, blobs=Blobs(settings, keys))


@pytest.fixture
def app(built_app: FastAPI, bus: PaperBus) -> FastAPI:
    """The application as after a start, on this test's bus."""
    gateway = built_app.state.gateway
    gateway.bus = bus
    gateway.principals.clear()
    gateway.limits = Limits(gateway.options)
    return built_app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def as_(client: TestClient) -> Callable[[str], dict[str, str]]:
    """The headers of one of PEOPLE."""

    def headers(name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer token-{name}"}

    return headers


def signed_in(http: Any, kind: str) -> Any:
    """A client of the real platform with a fresh session of one kind; `none` has none."""
    makers: dict[str, Callable[[], Any]] = {
        "none": lambda: http,
        "hq": lambda: http.as_hq(Role.hq_admin),
        "area": lambda: http.as_area("522631104"),
        "outpost": lambda: http.as_outpost("dongguan"),
        "partner": lambda: http.as_partner(uuid4()),
        "worker": lambda: http.as_worker(uuid4()),
    }
    return makers[kind]()


@pytest.fixture
def people(http: Any, as_service: Callable[[str], Asker]) -> dict[str, Any]:
    """One signed-in client of every kind, on a platform that has been started."""
    as_service("identity").ask(BootstrapCounty(admin_password="the-admin-of-liping"))
    return {kind: signed_in(http, kind) for kind in ("none", "hq", "area", "outpost", "partner", "worker")}
