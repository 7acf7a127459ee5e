"""Other people's servers: a real HTTP server on this machine that remembers what it was sent and answers as told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import update

from services.notify.models import GroupNote, Message, WebhookDelivery, WorkerGroup
from shared.kit.context import service_context
from shared.kit.settings import Settings
from tests.support.platform import TestPlatform


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Outside:
    """`answers` are given in turn; when they are used up, 200 with WeCom's ok."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: deque[tuple[int, bytes]] = field(default_factory=deque)


@pytest.fixture
def outside() -> Iterator[Outside]:
    there = Outside()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            there.received.append(Received(self.path, headers, body))
            status, answer = there.answers.popleft() if there.answers else (200, b'{"errcode":0,"errmsg":"ok"}')
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", "http://127.0.0.1:9/")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield there
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def notify_settings(platform: TestPlatform, monkeypatch: pytest.MonkeyPatch, outside: Outside) -> Settings:
    """notify's settings with both gateways pointing outside."""
    settings = platform.hosted["notify"].runtime.kit.settings
    monkeypatch.setattr(settings, "wecom_gateway", outside.url)
    monkeypatch.setattr(settings, "sms_gateway", outside.url.replace("http://", "http://sms-token@") + "/sms")
    return settings


class Clock:
    """Lets what waits for later be due now, as if the time had passed."""

    def __init__(self, platform: TestPlatform) -> None:
        self._platform = platform

    def pass_(self) -> None:
        hosted = self._platform.hosted["notify"]
        with hosted.runtime.database.transaction(service_context("notify")) as session:
            session.execute(update(Message).values(next_attempt_at=session.now))
            session.execute(update(WebhookDelivery).values(next_attempt_at=session.now))
            yesterday = session.now - timedelta(days=1)
            session.execute(update(GroupNote).values(created_at=yesterday))
            session.execute(update(WorkerGroup).values(last_digest_at=yesterday))

    def tick(self, *, later: bool = False) -> None:
        if later:
            self.pass_()
        self._platform.hosted["notify"].clockwork.run_now("compose_digests")
        if later:
            self.pass_()
        for timer in ("deliver_messages", "deliver_webhooks"):
            self._platform.hosted["notify"].clockwork.run_now(timer)


@pytest.fixture
def clock(platform: TestPlatform) -> Clock:
    return Clock(platform)
