"""What the outposts seal: people's own words, about the person (a warm house's passer-by is nobody)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlmodel import col

from services.outposts.models import CaseEvent, Evidence, FollowUpContact, JobTransfer, RightsCase, WarmHouseVisit
from services.outposts.warm_house import NOBODY
from shared.kit.resealing import SealedColumn


def _of_case(table: Any) -> ColumnElement[Any]:
    return select(col(RightsCase.worker_id)).where(col(RightsCase.id) == table.case_id).scalar_subquery()


SEALED = (
    SealedColumn(FollowUpContact, "note_sealed", lambda: col(FollowUpContact.worker_id)),
    SealedColumn(WarmHouseVisit, "note_sealed", lambda: func.coalesce(col(WarmHouseVisit.worker_id), literal(NOBODY))),
    SealedColumn(RightsCase, "summary_sealed", lambda: col(RightsCase.worker_id)),
    SealedColumn(RightsCase, "closing_note_sealed", lambda: col(RightsCase.worker_id)),
    SealedColumn(CaseEvent, "note_sealed", lambda: _of_case(CaseEvent)),
    SealedColumn(Evidence, "description_sealed", lambda: _of_case(Evidence)),
    SealedColumn(JobTransfer, "reason_sealed", lambda: col(JobTransfer.worker_id)),
    SealedColumn(JobTransfer, "answer_note_sealed", lambda: col(JobTransfer.worker_id)),
)
