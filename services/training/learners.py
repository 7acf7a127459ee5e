"""What registry's events change about those who learn: where they live, who they are, whether they may still come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.training import placements, waiting
from services.training.models import Attendance, Certificate, Enrolment, Learner, TrainingSession, WorkStart
from services.training.sessions import require_session
from shared.contracts import registry
from shared.contracts import training as c
from shared.kit.bulk import insert_rows
from shared.kit.session import Session

PERSONAL: tuple[Any, ...] = (Enrolment, Attendance, Certificate)


def learn(session: Session, facts: registry.WorkerFacts) -> None:
    """Rows follow the worker's division, so that the area that now answers for the worker sees them."""
    known = session.get(Learner, facts.worker_id)
    moved = known is not None and known.division != facts.division and facts.version > known.version
    placements.learn(session, facts)
    if moved:
        for table in PERSONAL:
            session.execute(update(table).where(table.worker_id == facts.worker_id).values(division=facts.division))
    if not facts.is_active:
        _leave_open_sessions(session, facts.worker_id)


def learn_of_new(session: Session, events: Sequence[registry.WorkerRegistered]) -> None:
    """New people; what nobody but the record itself follows from is stored for all of them at once."""
    plain = [event for event in events if event.is_active and event.employed_since is None]
    rows = [
        {
            "worker_id": event.worker_id,
            "version": event.version,
            "division": event.division,
            "employment": event.employment,
            "is_active": True,
        }
        for event in plain
    ]
    insert_rows(session, Learner, rows, unless_known=True)
    for event in events:
        if not event.is_active or event.employed_since is not None:
            learn(session, event)


def merge(session: Session, event: registry.WorkerMerged) -> None:
    """The duplicate's training becomes the other's; where both had a place in one session, the duplicate's is given
    back."""
    kept = set(
        session.exec(
            select(Enrolment.session_id).where(
                Enrolment.worker_id == event.into_worker_id, Enrolment.state != c.EnrolmentState.cancelled
            )
        )
    )
    for enrolment in _open_places(session, event.worker_id):
        if enrolment.session_id in kept:
            waiting.give_back(session, _locked(session, enrolment), enrolment)
    for table in PERSONAL:
        session.execute(update(table).where(table.worker_id == event.worker_id).values(worker_id=event.into_worker_id))
    for start in session.exec(select(WorkStart).where(WorkStart.worker_id == event.worker_id)).all():
        placements.remember(session, event.into_worker_id, start.started_on, start.placement_id, start.posting_id)
        session.delete(start)
    if known := session.get(Learner, event.worker_id):
        session.delete(known)
    session.flush()
    placements.link(session, [event.into_worker_id])


def erase(session: Session, event: registry.WorkerErased) -> None:
    """删除权 (个人信息保护法 第47条): open places are given back and words about the person go; counts stay."""
    _leave_open_sessions(session, event.worker_id)
    session.execute(
        update(Enrolment).where(col(Enrolment.worker_id) == event.worker_id).values(result_note=None, score=None)
    )
    if known := session.get(Learner, event.worker_id):
        session.delete(known)


def _leave_open_sessions(session: Session, worker_id: UUID) -> None:
    for enrolment in _open_places(session, worker_id):
        planned = _locked(session, enrolment)
        if planned.state is c.SessionState.open:
            waiting.give_back(session, planned, enrolment)


def _open_places(session: Session, worker_id: UUID) -> list[Enrolment]:
    return list(
        session.exec(
            select(Enrolment)
            .where(Enrolment.worker_id == worker_id, Enrolment.state != c.EnrolmentState.cancelled)
            .order_by(col(Enrolment.session_id))
        )
    )


def _locked(session: Session, enrolment: Enrolment) -> TrainingSession:
    planned = require_session(session, enrolment.session_id, action=None)
    planned.version += 1
    session.add(planned)
    return planned
