"""家庭户: members point to their household; 零就业家庭 is read off the members' own records, never typed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry.changes import Change, change_of
from services.registry.days import WORKING_AGE, age_on, day_of, today
from services.registry.intake import actor_of, source_of
from services.registry.models import HouseholdMember, Worker
from services.registry.records import records_of
from services.registry.rosters import OLDEST_WORKING_AGE
from shared.contracts import registry as c
from shared.contracts.base import Nothing
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import HouseholdRelation
from shared.kit.session import Session
from shared.kit.tables import new_id


def found_household(session: Session, command: c.FoundHousehold) -> c.HouseholdView:
    """Raises NOT_FOUND, WORKER_ERASED or HOUSEHOLD_EXISTS."""
    head = change_of(session, command.worker_id, source=source_of(session))
    if _standing(session, command.worker_id):
        raise c.HOUSEHOLD_EXISTS()
    household_id = new_id()
    _enter(session, head, household_id, HouseholdRelation.head, command.members_total)
    return _view(session, household_id)


def join_household(session: Session, command: c.JoinHousehold) -> c.HouseholdView:
    """Raises NOT_FOUND, WORKER_ERASED, HOUSEHOLD_MISSING, or HOUSEHOLD_EXISTS for who is in this one already."""
    household = _household_of(session, command.member_id)
    joining = change_of(session, command.worker_id, source=source_of(session))
    former = _standing(session, command.worker_id)
    if former and former.household_id == household.household_id:
        raise c.HOUSEHOLD_EXISTS()
    if former:
        former.ended_at = session.now
        session.add(former)
    _enter(session, joining, household.household_id, command.relation)
    return _view(session, household.household_id)


def leave_household(session: Session, command: c.LeaveHousehold) -> Nothing:
    """Raises NOT_FOUND or HOUSEHOLD_MISSING."""
    leaving = change_of(session, command.worker_id, source=source_of(session))
    member = _household_of(session, command.worker_id)
    member.ended_at = session.now
    session.add(member)
    leaving.announce(["household"])
    return Nothing()


def get_household(session: Session, query: c.GetHousehold) -> c.HouseholdView:
    """Raises NOT_FOUND or HOUSEHOLD_MISSING. Of the members, those whom the caller may see."""
    return _view(session, _household_of(session, query.worker_id).household_id)


def _enter(
    session: Session, change: Change, household_id: UUID, relation: HouseholdRelation, total: int | None = None
) -> None:
    session.add(
        HouseholdMember(
            household_id=household_id,
            worker_id=change.worker.id,
            division=change.worker.division,
            relation=relation,
            members_total=total,
            actor=actor_of(session),
            recorded_at=session.now,
        )
    )
    change.announce(["household"])
    session.flush()


def _standing(session: Session, worker_id: UUID) -> HouseholdMember | None:
    member = col(HouseholdMember.worker_id) == worker_id
    return session.exec(select(HouseholdMember).where(member, col(HouseholdMember.ended_at).is_(None))).first()


def own_household(session: Session, worker_id: UUID) -> c.OwnHousehold | None:
    """One's own place in a household; None where none is known."""
    member = _standing(session, worker_id)
    if member is None:
        return None
    total = _view(session, member.household_id).members_total
    return c.OwnHousehold(relation=member.relation, since=day_of(member.recorded_at), members_total=total)


def _household_of(session: Session, worker_id: UUID) -> HouseholdMember:
    if session.get(Worker, worker_id) is None:
        raise NOT_FOUND(worker_id=str(worker_id))
    member = _standing(session, worker_id)
    if member is None:
        raise c.HOUSEHOLD_MISSING()
    return member


def _view(session: Session, household_id: UUID) -> c.HouseholdView:
    statement: Any = (
        select(HouseholdMember, Worker)
        .join(Worker, col(Worker.id) == col(HouseholdMember.worker_id))
        .where(
            col(HouseholdMember.household_id) == household_id,
            col(HouseholdMember.ended_at).is_(None),
            col(Worker.erased_at).is_(None),
        )
        .order_by(col(HouseholdMember.recorded_at), col(HouseholdMember.id))
    )
    rows: list[tuple[HouseholdMember, Worker]] = [(row[0], row[1]) for row in session.execute(statement)]
    known, day = records_of(session, [worker.id for _, worker in rows]), today(session)
    members = [
        c.HouseholdMemberView(
            worker_id=worker.id,
            worker_name=worker.name,
            relation=member.relation,
            age=age_on(worker.born_on, day),
            can_work=worker.can_work,
            employment=known[worker.id].employment_on(day),
            since=day_of(member.recorded_at),
        )
        for member, worker in rows
    ]
    oldest = {worker.id: OLDEST_WORKING_AGE[worker.sex] for _, worker in rows}
    able = sum(one.can_work and WORKING_AGE <= one.age < oldest[one.worker_id] for one in members)
    employed = sum(one.employment is not c.Employment.none for one in members)
    return c.HouseholdView(
        id=household_id,
        members_total=next((member.members_total for member, _ in rows if member.members_total), None),
        members=members,
        able=able,
        employed=employed,
        is_zero_employment=able > 0 and employed == 0,
    )
