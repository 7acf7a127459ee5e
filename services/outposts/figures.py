"""What HQ may know of the outposts' care: counts, never a row."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy
from sqlalchemy import func
from sqlmodel import col

from services.outposts.here import today
from services.outposts.models import CaseloadEntry, FollowUp, JobTransfer, RightsCase, WarmHouseVisit
from shared.contracts import outposts as c
from shared.contracts.scopes import Outpost, OutpostCode
from shared.kit.session import Session


def outpost_figures(session: Session) -> c.FiguresOfOutposts:
    """Runs under the machinery's scope: the counting is the narrowing. An outpost gets its own figures alone."""
    scope = session.caller.scope
    asked = (scope.code,) if isinstance(scope, Outpost) else tuple(OutpostCode)
    caseload = _count(session, CaseloadEntry, CaseloadEntry.outpost, CaseloadEntry.state == c.CaseloadState.open)
    overdue = _count(
        session,
        FollowUp,
        FollowUp.outpost,
        col(FollowUp.state).in_([c.FollowUpState.planned, c.FollowUpState.due]),
        FollowUp.due_on < today(session),
    )
    visits = _count(
        session, WarmHouseVisit, WarmHouseVisit.outpost, WarmHouseVisit.state == c.WarmHouseVisitState.visited
    )
    waiting = _count(session, JobTransfer, JobTransfer.to_outpost, JobTransfer.state == c.JobTransferState.requested)
    cases = _cases(session)
    return c.FiguresOfOutposts(
        items=[
            c.OutpostFigures(
                outpost=code,
                caseload=caseload[code],
                overdue_follow_ups=overdue[code],
                warm_house_visits=visits[code],
                transfers_waiting=waiting[code],
                **cases[code],
            )
            for code in asked
        ]
    )


def _count(session: Session, table: Any, outpost: Any, *conditions: Any) -> dict[OutpostCode, int]:
    rows = session.execute(
        sqlalchemy.select(outpost, func.count()).select_from(table).where(*conditions).group_by(outpost)
    )
    return defaultdict(int, dict(rows.tuples().all()))


def _cases(session: Session) -> dict[OutpostCode, dict[str, Any]]:
    is_closed = col(RightsCase.state) == c.RightsCaseState.closed
    rows = session.execute(
        sqlalchemy.select(
            col(RightsCase.outpost),
            col(RightsCase.kind),
            is_closed,
            func.count(),
            func.coalesce(func.sum(col(RightsCase.amount_claimed_cents)), 0),
            func.coalesce(func.sum(col(RightsCase.recovered_cents)), 0),
        ).group_by(col(RightsCase.outpost), col(RightsCase.kind), is_closed)
    ).all()
    found: dict[OutpostCode, dict[str, Any]] = {
        code: {
            "open_cases": 0,
            "closed_cases": 0,
            "cases_by_kind": {},
            "amount_claimed_cents": 0,
            "recovered_cents": 0,
        }
        for code in OutpostCode
    }
    for outpost, kind, closed, number, claimed, recovered in rows:
        of = found[outpost]
        of["closed_cases" if closed else "open_cases"] += number
        of["cases_by_kind"][kind.value] = of["cases_by_kind"].get(kind.value, 0) + number
        of["amount_claimed_cents"] += int(claimed)
        of["recovered_cents"] += int(recovered)
    return found
