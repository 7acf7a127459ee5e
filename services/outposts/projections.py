"""What dispatch's events mean for an outpost's caseload. All events of one order arrive in their order."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col, select

from services.outposts import caseloads, follow_ups
from services.outposts.models import CaseloadEntry, FollowUpContact, WarmHouseVisit
from shared.contracts import dispatch, registry
from shared.contracts import outposts as c
from shared.kit.session import Session


def order_issued(session: Session, event: dispatch.DispatchOrderIssued) -> None:
    """派遣单 issued: the receiving outpost may see the worker before the coach arrives."""
    caseloads.open_entry(
        session,
        worker_id=event.worker_id,
        outpost=event.outpost,
        order_id=event.order_id,
        order_no=event.order_no,
        employer_id=event.employer_id,
        posting_id=event.posting_id,
    )


def order_cancelled(session: Session, event: dispatch.DispatchOrderCancelled) -> None:
    entry = caseloads.find_by_order(session, event.order_id, event.outpost)
    if entry:
        follow_ups.cancel_waiting(session, entry)
        caseloads.close_entry(session, entry, c.CaseloadClosedBecause.order_cancelled)


def receipt_received(session: Session, event: dispatch.EmploymentReceiptReceived) -> None:
    """回执单 says not started: the outpost's care ends. A start is told by placement.started."""
    if event.outcome is not dispatch.ReceiptOutcome.not_started:
        return
    entry = caseloads.find_by_order(session, event.order_id, event.outpost)
    if entry:
        follow_ups.cancel_waiting(session, entry)
        caseloads.close_entry(session, entry, c.CaseloadClosedBecause.not_started)


def placement_started(session: Session, event: dispatch.PlacementStarted) -> None:
    entry = caseloads.find_by_order(session, event.order_id, event.outpost)
    if entry is None:
        return
    entry.placement_id, entry.started_on = event.placement_id, event.started_on
    entry.version += 1
    session.add(entry)
    follow_ups.plan(session, entry, event.started_on)


def placement_ended(session: Session, event: dispatch.PlacementEnded) -> None:
    """The worker lost or left the job: asked after at once, so that 再就业 can begin."""
    entry = caseloads.find_by_order(session, event.order_id, event.outpost)
    if entry is None or entry.placement_id != event.placement_id:
        return
    entry.ended_on = event.ended_on
    entry.version += 1
    session.add(entry)
    follow_ups.cancel_waiting(session, entry)
    follow_ups.ask_at_once(session, entry, c.FollowUpKind.unemployed)


def worker_erased(session: Session, event: registry.WorkerErased) -> None:
    """An erased person is asked after no more and what was noted is forgotten. Rights cases stay: they are the record
    of a dispute, which a legal hold keeps (个人信息保护法第四十七条: 法律规定的保存期限未届满).
    """
    entries = session.exec(
        select(CaseloadEntry)
        .where(CaseloadEntry.worker_id == event.worker_id, CaseloadEntry.state == c.CaseloadState.open)
        .with_for_update()
    ).all()
    for entry in entries:
        follow_ups.cancel_waiting(session, entry)
        caseloads.close_entry(session, entry, c.CaseloadClosedBecause.erased)
    for table in (FollowUpContact, WarmHouseVisit):
        session.execute(update(table).where(col(table.worker_id) == event.worker_id).values(note_sealed=None))


def trip_departed(session: Session, event: dispatch.TripDeparted) -> None:
    """Whoever did not board is asked after at once."""
    missed = session.exec(
        select(CaseloadEntry).where(
            col(CaseloadEntry.worker_id).in_(event.missed_worker_ids),
            col(CaseloadEntry.outpost).in_(event.outposts),
            CaseloadEntry.state == c.CaseloadState.open,
            col(CaseloadEntry.started_on).is_(None),
        )
    ).all()
    for entry in missed:
        follow_ups.ask_at_once(session, entry, c.FollowUpKind.no_show)
