"""Long work as its followers see it, and the operations page: what is asked, of which service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.options import GatewayOptions
from shared.contracts.errors import UNAVAILABLE
from shared.contracts.identity import ListOutposts
from shared.contracts.kit import JOB_NOT_FOUND, GetJob, KitStatus, ReplayParked
from tests.gateway.conftest import PaperBus

Headers = Callable[[str], dict[str, str]]
ID = "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01"
OUTPOST = {
    "code": "chancheng",
    "name": "佛山禅城东西部劳务协作服务站",
    "is_hub": True,
    "division": "440604",
    "is_active": True,
    "organisation_id": ID,
    "version": 1,
}


class TestJobs:
    JOB = f"registry.{ID}"

    def state(self, state: str, done: int) -> dict[str, Any]:
        return {"id": self.JOB, "kind": "roster_import", "state": state, "progress": done / 10, "done": done}

    def test_are_asked_of_the_service_in_their_id(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[GetJob] = self.state("running", 3)
        assert client.get(f"/api/v1/hq/jobs/{self.JOB}", headers=as_("hq_admin")).json()["done"] == 3
        assert (bus.sent[0].service, bus.sent[0].message) == ("registry", GetJob(job_id=UUID(ID)))

    @pytest.mark.parametrize("job_id", [f"kitchen.{ID}", "registry.17", ID, f"kit.{ID}"])
    def test_of_no_service_are_not_found(self, client: TestClient, as_: Headers, job_id: str) -> None:
        assert client.get(f"/api/v1/worker/jobs/{job_id}", headers=as_("worker")).status_code in (404, 422)

    def test_are_followed_to_their_end(self, make_app: Callable[..., FastAPI], bus: PaperBus, as_: Headers) -> None:
        states = iter(
            [
                self.state("queued", 0),
                self.state("running", 4),
                self.state("running", 4),
                UNAVAILABLE(),
                self.state("running", 9),
                self.state("succeeded", 10),
            ]
        )

        def reply(_: Any) -> Any:
            found = next(states)
            if isinstance(found, Exception):
                raise found
            return found

        bus.replies[GetJob] = reply
        options = GatewayOptions(job_poll_seconds=0.001)
        with TestClient(make_app(options)) as client:
            answer = client.get(f"/api/v1/hq/jobs/{self.JOB}/progress", headers=as_("hq_admin"))
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [
            dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.strip().split("\r\n\r\n")
        ]
        assert [event["event"] for event in events] == ["progress", "progress", "problem", "progress", "end"]
        assert orjson.loads(events[-1]["data"])["state"] == "succeeded"

    def test_unknown_are_a_problem_and_no_stream(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        bus.replies[GetJob] = JOB_NOT_FOUND()
        answer = client.get(f"/api/v1/hq/jobs/{self.JOB}/progress", headers=as_("hq_admin"))
        assert (answer.status_code, answer.json()["code"]) == (404, "job.not_found")


class TestOperations:
    def test_a_dead_service_is_shown_and_not_fatal(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        status = {
            "outbox_waiting": 2,
            "outbox_oldest_seconds": 1.5,
            "inbox_pending": 1,
            "inbox_parked": 1,
            "jobs_running": 0,
        }
        calls = iter(range(9))

        def reply(_: Any) -> Any:
            if next(calls) == 4:
                raise UNAVAILABLE(part="dispatch")
            return status

        bus.replies[KitStatus] = reply
        found = client.get("/api/v1/hq/operations", headers=as_("hq_auditor")).json()
        assert [service["state"] for service in found["services"]].count("unavailable") == 1
        assert (found["outbox_waiting"], found["inbox_parked"], found["outbox_oldest_seconds"]) == (16, 8, 1.5)

    def test_a_parked_message_is_replayed_by_an_admin(self, client: TestClient, bus: PaperBus, as_: Headers) -> None:
        path = f"/api/v1/hq/operations/parked-messages/ledger/{ID}/replay"
        assert client.post(path, headers=as_("hq_officer")).status_code == 403
        assert client.post(path, headers=as_("hq_admin")).status_code == 200
        assert (bus.sent[0].service, bus.sent[0].message) == ("ledger", ReplayParked(event_id=UUID(ID)))

    def test_readiness_names_what_it_waits_for(self, client: TestClient, bus: PaperBus) -> None:
        assert client.get("/healthz").json() == {"status": "alive"}
        bus.replies[ListOutposts] = {"items": [], "next_cursor": None}
        assert client.get("/readyz").json()["waiting_for"] == {"county": "not created yet"}
        bus.replies[ListOutposts] = {
            "items": [OUTPOST],
            "next_cursor": None,
        }
        assert client.get("/readyz").json() == {"status": "ready", "waiting_for": {}}
        bus.waiting = {"registry": "no answer"}
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["waiting_for"]) == (503, {"registry": "no answer"})
