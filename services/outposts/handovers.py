"""Open rights cases that change hands with a worker: the case keeps its number, its rows get the new outpost."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select, update

from services.outposts.models import CaseDeadline, CaseEvent, Evidence, Recovery, RightsCase
from shared.contracts import outposts as c
from shared.contracts.scopes import OutpostCode
from shared.kit.session import Session


def hand_over_cases(session: Session, worker_id: UUID, from_outpost: OutpostCode, to_outpost: OutpostCode) -> int:
    """How many open cases went over. Closed ones stay where they were fought."""
    cases = session.exec(
        select(RightsCase.id)
        .where(
            RightsCase.worker_id == worker_id,
            RightsCase.outpost == from_outpost,
            RightsCase.state != c.RightsCaseState.closed,
        )
        .with_for_update()
    ).all()
    if not cases:
        return 0
    for table in (CaseDeadline, CaseEvent, Evidence, Recovery):
        session.execute(update(table).where(col(table.case_id).in_(cases)).values(outpost=to_outpost))
    session.execute(
        update(RightsCase)
        .where(col(RightsCase.id).in_(cases))
        .values(outpost=to_outpost, version=RightsCase.version + 1)
    )
    return len(cases)
