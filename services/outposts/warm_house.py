"""暖心屋: slots that never take more than they hold, and visits."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.outposts import caseloads
from services.outposts.here import own_outpost
from services.outposts.models import WarmHouseSlot, WarmHouseVisit
from services.outposts.sealing import opened_if_any, sealed_if_any
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

NOBODY = UUID(int=0)


def open_slot(session: Session, command: c.OpenWarmHouseSlot) -> c.WarmHouseSlotView:
    """Raises WARM_HOUSE_SLOT_OVERLAPS when the same use is already offered in that time."""
    outpost = own_outpost(session)
    overlapping = session.exec(
        select(WarmHouseSlot.id).where(
            WarmHouseSlot.outpost == outpost,
            WarmHouseSlot.use == command.use,
            WarmHouseSlot.starts_at < command.ends_at,
            WarmHouseSlot.ends_at > command.starts_at,
        )
    ).first()
    if overlapping:
        raise c.WARM_HOUSE_SLOT_OVERLAPS(slot_id=str(overlapping))
    slot = WarmHouseSlot(outpost=outpost, **command.model_dump())
    session.add(slot)
    session.flush()
    return c.WarmHouseSlotView.model_validate(slot.model_dump())


def list_slots(session: Session, query: c.ListWarmHouseSlots) -> Page[c.WarmHouseSlotView]:
    statement = select(WarmHouseSlot)
    if query.use:
        statement = statement.where(WarmHouseSlot.use == query.use)
    if query.from_at:
        statement = statement.where(WarmHouseSlot.ends_at > query.from_at)
    return page(
        session,
        statement,
        order=(col(WarmHouseSlot.starts_at), col(WarmHouseSlot.id)),
        request=query,
        view=lambda slot: c.WarmHouseSlotView.model_validate(slot.model_dump()),
    )


def record_visit(session: Session, command: c.RecordWarmHouseVisit) -> c.WarmHouseVisitView:
    """A booking for later, or a visit now.

    Raises NOT_FOUND (worker outside the caseload, slot of another outpost), WARM_HOUSE_SLOT_FULL,
    WARM_HOUSE_ALREADY_BOOKED.
    """
    outpost = own_outpost(session)
    if command.worker_id:
        caseloads.require_open(session, command.worker_id, outpost)
    if command.slot_id:
        _take_places(session, command.slot_id, command.people)
    if command.is_booking:
        booked = session.exec(
            select(WarmHouseVisit.id).where(
                WarmHouseVisit.slot_id == command.slot_id,
                WarmHouseVisit.worker_id == command.worker_id,
                WarmHouseVisit.state == c.WarmHouseVisitState.booked,
            )
        ).first()
        if booked:
            raise c.WARM_HOUSE_ALREADY_BOOKED(visit_id=str(booked))
    visit = WarmHouseVisit(
        outpost=outpost,
        slot_id=command.slot_id,
        worker_id=command.worker_id,
        people=command.people,
        state=c.WarmHouseVisitState.booked if command.is_booking else c.WarmHouseVisitState.visited,
        services=[service.value for service in command.services],
        visited_at=None if command.is_booking else session.now,
        note_sealed=sealed_if_any(session, command.note, command.worker_id or NOBODY),
        created_at=session.now,
    )
    session.add(visit)
    session.flush()
    return _view(session, visit)


def confirm_visit(session: Session, command: c.ConfirmWarmHouseVisit) -> c.WarmHouseVisitView:
    visit = _booked(session, command.visit_id, action="visit")
    visit.state, visit.visited_at = c.WarmHouseVisitState.visited, session.now
    visit.services = [service.value for service in command.services]
    visit.version += 1
    session.add(visit)
    session.flush()
    return _view(session, visit)


def cancel_visit(session: Session, command: c.CancelWarmHouseVisit) -> c.WarmHouseVisitView:
    visit = _booked(session, command.visit_id, action="cancellation")
    visit.state = c.WarmHouseVisitState.cancelled
    visit.version += 1
    session.add(visit)
    session.execute(
        update(WarmHouseSlot)
        .where(col(WarmHouseSlot.id) == visit.slot_id)
        .values(booked=WarmHouseSlot.booked - visit.people, version=WarmHouseSlot.version + 1)
    )
    session.flush()
    return _view(session, visit)


def list_visits(session: Session, query: c.ListWarmHouseVisits) -> Page[c.WarmHouseVisitView]:
    statement = select(WarmHouseVisit)
    if query.state:
        statement = statement.where(WarmHouseVisit.state == query.state)
    if query.worker_id:
        statement = statement.where(WarmHouseVisit.worker_id == query.worker_id)
    return page(
        session,
        statement,
        order=(col(WarmHouseVisit.created_at).desc(), col(WarmHouseVisit.id).desc()),
        request=query,
        view=lambda visit: _view(session, visit),
    )


def _take_places(session: Session, slot_id: UUID, people: int) -> None:
    """One conditional update, so that two bookings at once cannot share the last place."""
    taken = session.execute(
        update(WarmHouseSlot)
        .where(
            col(WarmHouseSlot.id) == slot_id,
            col(WarmHouseSlot.booked) + people <= WarmHouseSlot.capacity,
        )
        .values(booked=WarmHouseSlot.booked + people, version=WarmHouseSlot.version + 1)
        .returning(col(WarmHouseSlot.id))
    ).scalar_one_or_none()
    if taken is None:
        if session.get(WarmHouseSlot, slot_id) is None:
            raise NOT_FOUND(slot_id=str(slot_id))
        raise c.WARM_HOUSE_SLOT_FULL(slot_id=str(slot_id))


def _booked(session: Session, visit_id: UUID, *, action: str) -> WarmHouseVisit:
    visit = session.exec(select(WarmHouseVisit).where(WarmHouseVisit.id == visit_id).with_for_update()).one_or_none()
    if visit is None:
        raise NOT_FOUND(visit_id=str(visit_id))
    if visit.state is not c.WarmHouseVisitState.booked:
        raise ILLEGAL_TRANSITION(state=visit.state.value, action=action)
    return visit


def _view(session: Session, visit: WarmHouseVisit) -> c.WarmHouseVisitView:
    note = opened_if_any(session, visit.note_sealed, visit.worker_id or NOBODY)
    return c.WarmHouseVisitView.model_validate({**visit.model_dump(), "note": note})
