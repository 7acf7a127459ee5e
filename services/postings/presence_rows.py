"""What events keep of a person, when two records of the person become one or the person is erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, inspect, update
from sqlmodel import col, select

from services.postings.fair_models import FairCheckIn, FairInterview
from services.postings.outreach_models import OutreachAttendance, OutreachWish
from services.postings.sealed_columns import INTERVIEW_NOTE
from shared.kit.resealing import move_sealed
from shared.kit.session import Session

# What makes a row the same for two people: the key without the person; an interview is one of a posting at a fair.
REST: dict[Any, tuple[str, ...]] = {FairInterview: ("fair_id", "posting_id")}
TABLES: tuple[Any, ...] = (OutreachAttendance, OutreachWish, FairCheckIn, FairInterview)


def move_presence(session: Session, worker_id: UUID, into_worker_id: UUID) -> None:
    """The duplicate's rows become the other's; where both have one, the other's stays."""
    theirs = col(FairInterview.worker_id) == worker_id
    move_sealed(session, INTERVIEW_NOTE, theirs, about=worker_id, now_about=into_worker_id)
    for table in TABLES:
        keys = [column.key for column in inspect(table).primary_key if column.key != "worker_id"]
        rest = REST.get(table, keys)
        of_other = select(*(getattr(table, name) for name in rest)).where(col(table.worker_id) == into_worker_id)
        for row in session.execute(of_other).all():
            same = and_(*(getattr(table, name) == value for name, value in zip(rest, row, strict=True)))
            session.execute(delete(table).where(col(table.worker_id) == worker_id, same))
        session.execute(update(table).where(col(table.worker_id) == worker_id).values(worker_id=into_worker_id))


def forget_presence(session: Session, worker_id: UUID) -> None:
    """Counts that were told at the end stay; the person's own rows go."""
    for table in TABLES:
        session.execute(delete(table).where(col(table.worker_id) == worker_id))
