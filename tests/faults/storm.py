"""Operations in flight: clients that order, board and sell over HTTP, and remember outside the platform what it said.

Every operation has an idempotency key of its own. A client that loses an answer (a refused connection, a 503, a reset)
asks again with the same key until it is answered; what was answered must be there exactly once at the end.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.faults.county import County
from tests.support.running import RunningSonggang
from tests.support.waiting import wait_for

_RETRIED = {409: {"command.in_progress"}, 429: None, 502: None, 503: None, 500: None}


@dataclass
class Said:
    """One acknowledged operation: what was asked, under which key, and what was answered."""

    kind: str
    key: str
    path: str
    body: dict[str, Any]
    status: int
    answer: dict[str, Any]
    attempts: int


@dataclass
class Storm:
    """So many clients working at once until told to stop."""

    platform: RunningSonggang
    county: County
    seed: int
    clients: int = 6
    said: list[Said] = field(default_factory=list)
    retries: int = 0
    unexpected: list[str] = field(default_factory=list)
    in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for number in range(self.clients):
            thread = threading.Thread(target=self._client, args=(number,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let every client finish the operation it has begun."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=420)
            if thread.is_alive():
                self.unexpected.append("a client never got its answer")

    def wait_busy(self) -> int:
        """Until operations are in flight; how many, so that each kill falls among them."""
        wait_for(lambda: self.in_flight > 0, seconds=120, every=0.005)
        return self.in_flight

    def of(self, kind: str) -> list[Said]:
        return [said for said in self.said if said.kind == kind and said.status < 300]

    def _client(self, number: int) -> None:
        rng = random.Random(self.seed * 1000 + number)
        with httpx.Client(base_url=self.platform.url, timeout=15) as client:
            while not self._stop.is_set():
                try:
                    self._one(client, rng)
                except Exception as error:  # noqa: BLE001  (whatever it was, the test must report it)
                    self.unexpected.append(f"{type(error).__name__}: {error}")
                    return

    def _one(self, client: httpx.Client, rng: random.Random) -> None:
        if rng.random() < 0.5:
            self._sale(client, rng)
        else:
            self._journey(client, rng)

    def _sale(self, client: httpx.Client, rng: random.Random) -> None:
        body = {
            "lines": [{"sku": self.county.sku, "quantity": rng.choice((1, 1, 2, 3))}],
            "payment": {"method": "cash"},
        }
        self._ask(client, "sale", "/outposts/dongguan/honey/sales-orders", body, self.county.outpost_token)

    def _journey(self, client: httpx.Client, rng: random.Random) -> None:
        with self._lock:
            worker_id = self.county.waiting_workers.pop() if self.county.waiting_workers else None
        if worker_id is None:
            return self._sale(client, rng)
        order = self._ask(
            client,
            "order",
            "/hq/dispatch-orders",
            {
                "worker_id": worker_id,
                "posting_id": self.county.posting_id,
                "outpost": "dongguan",
                "depart_on": self.county.depart_on,
                "reason": "村干部当面确认, 本人同意",
            },
            self.county.hq_token,
        )
        if order is None:
            return None
        trip = f"/hq/trips/{self.county.trip_id}"
        hold = self._ask(client, "seat", f"{trip}/seats", {"order_id": order["id"]}, self.county.hq_token)
        if hold is None:
            return None
        if rng.random() < 0.7:
            self._ask(client, "boarding", f"{trip}/boardings", {"order_id": order["id"]}, self.county.hq_token)
        else:
            self._ask(
                client,
                "cancellation",
                f"/hq/dispatch-orders/{order['id']}/cancellation",
                {"reason": "本人临时有事"},
                self.county.hq_token,
            )
        return None

    def _ask(
        self, client: httpx.Client, kind: str, path: str, body: dict[str, Any], token: str
    ) -> dict[str, Any] | None:
        """Ask until it is answered; the answer of a success, nothing for a refusal by a rule."""
        key, attempts = str(uuid4()), 0
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {token}"}

        def attempt() -> httpx.Response | None:
            nonlocal attempts
            attempts += 1
            with self._lock:
                self.in_flight += 1
            try:
                answer = client.post(f"/api/v1{path}", json=body, headers=headers)
            except httpx.HTTPError:
                return None
            finally:
                with self._lock:
                    self.in_flight -= 1
            return None if _is_retried(answer) else answer

        answer = wait_for(attempt, seconds=400, every=0.1, what=f"an answer to {kind}")
        said = Said(kind, key, path, body, answer.status_code, answer.json(), attempts)
        with self._lock:
            self.said.append(said)
            self.retries += attempts - 1
            if answer.status_code >= 400 and answer.status_code not in (404, 409):
                self.unexpected.append(f"{kind}: {answer.status_code} {answer.text[:300]}")
        return said.answer if answer.status_code < 300 else None


def _is_retried(answer: httpx.Response) -> bool:
    if answer.status_code not in _RETRIED:
        return False
    codes = _RETRIED[answer.status_code]
    return codes is None or answer.json().get("code") in codes
