"""How a rights case is shown: rows without sensitive text, and the whole case to those who work on it."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, exists, select

from services.outposts import clocks
from services.outposts.here import today
from services.outposts.models import CaseDeadline, CaseEvent, Evidence, Recovery, RightsCase
from services.outposts.sealing import opened, opened_if_any
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def get_case(session: Session, query: c.GetRightsCase) -> c.RightsCaseView:
    case = session.get(RightsCase, query.case_id)
    if case is None:
        raise NOT_FOUND(case_id=str(query.case_id))
    return view(session, case)


def list_cases(session: Session, query: c.ListRightsCases) -> Page[c.RightsCaseRow]:
    statement = select(RightsCase)
    if query.state:
        statement = statement.where(RightsCase.state == query.state)
    if query.is_open is not None:
        closed = col(RightsCase.state) == c.RightsCaseState.closed
        statement = statement.where(~closed if query.is_open else closed)
    if query.kind:
        statement = statement.where(RightsCase.kind == query.kind)
    if query.worker_id:
        statement = statement.where(RightsCase.worker_id == query.worker_id)
    if query.due_until:
        statement = statement.where(
            exists().where(
                col(CaseDeadline.case_id) == RightsCase.id,
                col(CaseDeadline.state) == c.DeadlineState.running,
                col(CaseDeadline.due_on) <= query.due_until,
            )
        )
    return page(
        session,
        statement,
        order=(col(RightsCase.opened_at).desc(), col(RightsCase.id).desc()),
        request=query,
        view=lambda case: c.RightsCaseRow.model_validate(case.model_dump()),
    )


def view(session: Session, case: RightsCase) -> c.RightsCaseView:
    events = session.exec(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.happened_on), col(CaseEvent.id))
    ).all()
    evidence = session.exec(select(Evidence).where(Evidence.case_id == case.id).order_by(col(Evidence.id))).all()
    recoveries = session.exec(select(Recovery).where(Recovery.case_id == case.id).order_by(col(Recovery.id))).all()
    return c.RightsCaseView.model_validate(
        {
            **case.model_dump(),
            "summary": opened(session, case.summary_sealed, case.worker_id),
            "closing_note": opened_if_any(session, case.closing_note_sealed, case.worker_id),
            "deadlines": _deadlines(session, case),
            "events": [
                c.CaseEventView.model_validate(
                    {**event.model_dump(), "note": opened_if_any(session, event.note_sealed, case.worker_id)}
                )
                for event in events
            ],
            "evidence": [evidence_view(session, one, case.worker_id) for one in evidence],
            "recoveries": [c.RecoveryView.model_validate(one.model_dump()) for one in recoveries],
        }
    )


def evidence_view(session: Session, evidence: Evidence, worker_id: UUID) -> c.EvidenceView:
    description = opened_if_any(session, evidence.description_sealed, worker_id)
    return c.EvidenceView.model_validate({**evidence.model_dump(), "description": description})


def _deadlines(session: Session, case: RightsCase) -> list[c.DeadlineView]:
    """As the statutes say it today, soonest first; a clock that ran out since the last change shows as missed."""
    now = today(session)
    rows = session.exec(select(CaseDeadline).where(CaseDeadline.case_id == case.id)).all()
    shown = []
    for row in sorted(rows, key=lambda row: (row.due_on is None, row.due_on or now, row.clock)):
        clock = clocks.clock_named(row.clock)
        state = row.state
        if state is c.DeadlineState.running and row.due_on and row.due_on < now:
            state = c.DeadlineState.missed
        shown.append(
            c.DeadlineView(
                clock=row.clock,
                name_zh=clock.name_zh,
                name_en=clock.name_en,
                law=clock.law,
                bound=clock.bound,
                starts_on=row.starts_on,
                due_on=row.due_on,
                state=state,
                days_left=(row.due_on - now).days if row.due_on else None,
            )
        )
    return shown
