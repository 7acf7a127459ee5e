"""What people changed in a proposal, kept so that it can be taken back: the last change, or all of them.

Of a change only the coaches and people that it touched are kept, as they stood before it.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from services.dispatch.models import TripPlan, TripPlanChange
from services.dispatch.plans import open_changes, open_plan, view
from services.dispatch.states import who
from shared.contracts import dispatch as c
from shared.kit.session import Session

Proposal = dict[str, Any]


def note(session: Session, plan: TripPlan, asked: c.TripPlanChange, after: Proposal) -> None:
    """Keep what the change from the plan's proposal to `after` replaces."""
    before = plan.proposal or {}
    last = session.exec(
        select(TripPlanChange.number)
        .where(TripPlanChange.plan_id == plan.id)
        .order_by(col(TripPlanChange.number).desc())
        .limit(1)
    ).one_or_none()
    session.add(
        TripPlanChange(
            plan_id=plan.id,
            number=(last or 0) + 1,
            asked=asked.model_dump(mode="json", include={"moves", "departures"}),
            before={
                "trips": _replaced(_by(before["trips"], "number"), _by(after["trips"], "number")),
                "by_fare": _replaced(_by(before["by_fare"], "order_id"), _by(after["by_fare"], "order_id")),
                "cost_cents": before["cost_cents"],
            },
            cost_difference_cents=after["cost_cents"] - before["cost_cents"],
            changed_at=session.now,
            changed_by=who(session),
        )
    )


def undo_plan_change(session: Session, command: c.UndoPlanChange) -> c.TripPlanView:
    """Raises PLAN_UNCHANGED where no change is left, PLAN_ADOPTED, PLAN_NOT_READY, STALE."""
    plan = open_plan(session, command.plan_id, command.expected_version)
    return _take_back(session, plan, open_changes(session, plan)[:1])


def reset_trip_plan(session: Session, command: c.ResetTripPlan) -> c.TripPlanView:
    """Raises PLAN_UNCHANGED where no change is left, PLAN_ADOPTED, PLAN_NOT_READY, STALE."""
    plan = open_plan(session, command.plan_id, command.expected_version)
    return _take_back(session, plan, open_changes(session, plan))


def put(session: Session, plan: TripPlan, proposal: Proposal) -> c.TripPlanView:
    """The proposal as the plan's newest version."""
    plan.proposal = proposal
    plan.version += 1
    plan.changed_at = session.now
    plan.changed_by = who(session)
    session.add(plan)
    session.flush()
    return view(session, plan)


def _take_back(session: Session, plan: TripPlan, changes: list[TripPlanChange]) -> c.TripPlanView:
    if not changes:
        raise c.PLAN_UNCHANGED()
    proposal = plan.proposal or {}
    trips, by_fare = _by(proposal["trips"], "number"), _by(proposal["by_fare"], "order_id")
    cost_cents = proposal["cost_cents"]
    for change in changes:
        _put_back(trips, change.before["trips"])
        _put_back(by_fare, change.before["by_fare"])
        cost_cents = change.before["cost_cents"]
        change.undone_at, change.undone_by = session.now, who(session)
        session.add(change)
    found = {
        "trips": sorted(trips.values(), key=lambda trip: int(trip["number"])),
        "by_fare": list(by_fare.values()),
        "cost_cents": cost_cents,
    }
    return put(session, plan, {**proposal, **found})


def _by(rows: list[dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {str(row[name]): row for row in rows}


def _replaced(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What stood under each key that changed; null where nothing did."""
    return {key: before.get(key) for key in {**before, **after} if before.get(key) != after.get(key)}


def _put_back(rows: dict[str, Any], replaced: dict[str, Any]) -> None:
    for key, row in replaced.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
