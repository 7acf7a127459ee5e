"""HQ's side of training, in commands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.contracts import dispatch
from shared.contracts import training as c
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.support.asker import Asker
from tests.support.people import RegisterWorkerFactory

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
PEOPLE = RegisterWorkerFactory(seed=20261123)
FROM, UNTIL = TODAY - timedelta(days=6), TODAY


class School:
    def __init__(self, hq: Asker) -> None:
        self.hq = hq

    def worker(self, **given: Any) -> UUID:
        return self.hq.ask(PEOPLE.build(**given)).id

    def commission(self, **given: Any) -> c.TrainingCommissionView:
        fields: dict[str, Any] = {
            "course": "beekeeping",
            "provider": "黎平县中等职业学校",
            "seats": 50,
            "budget_cents": 6_000_000,
            "starts_on": FROM,
            "ends_on": UNTIL,
        }
        return self.hq.ask(c.CreateTrainingCommission(**{**fields, **given}))

    def session(self, capacity: int = 3, **given: Any) -> c.TrainingSessionView:
        fields: dict[str, Any] = {
            "course": "beekeeping",
            "place": "岩洞镇就业服务中心",
            "starts_on": FROM,
            "ends_on": UNTIL,
            "capacity": capacity,
        }
        return self.hq.ask(c.CreateTrainingSession(**{**fields, **given}))

    def enrol(self, session: c.TrainingSessionView, worker_id: UUID | None = None) -> c.EnrolmentView:
        return self.hq.ask(c.EnrolWorker(session_id=session.id, worker_id=worker_id or self.worker()))

    def attend(self, session: c.TrainingSessionView, *worker_ids: UUID, days: int = 7) -> None:
        for day in range(days):
            on = FROM + timedelta(days=day)
            self.hq.ask(c.RecordAttendance(session_id=session.id, on=on, present=list(worker_ids)))

    def certify(self, session: c.TrainingSessionView, **given: Any) -> list[c.CertificateView]:
        return self.hq.ask(c.IssueCertificates(session_id=session.id, **given)).items

    def graduate(self, session: c.TrainingSessionView, issued_on: date, **worker: Any) -> c.CertificateView:
        """Somebody new who came every day."""
        learner = self.enrol(session, self.worker(**worker)).worker_id
        self.attend(session, learner)
        return self.certify(session, worker_ids=[learner], issued_on=issued_on)[0]


def placement(worker_id: UUID, started_on: date, posting_id: UUID | None = None) -> dispatch.PlacementStarted:
    return dispatch.PlacementStarted(
        placement_id=new_id(),
        order_id=new_id(),
        worker_id=worker_id,
        employer_id=new_id(),
        posting_id=posting_id or new_id(),
        outpost=OutpostCode.dongguan,
        started_on=started_on,
        wage_cents=500_000,
    )
