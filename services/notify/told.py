"""Who is told what when something happens elsewhere. Group texts name nobody; details wait behind a sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.notify import members, messages, pushes, replies
from services.notify.digests import note_for_group
from services.notify.models import WorkerGroup, WorkerPlace
from shared.contracts import dispatch, outposts, postings, registry
from shared.contracts.notify import GroupAudience
from shared.contracts.scopes import OutpostCode
from shared.kit.bulk import insert_rows
from shared.kit.session import Session


def workers_live(session: Session, events: Sequence[registry.WorkerRegistered]) -> None:
    """New people: whoever is known by a later event stays as that one said."""
    rows = [
        {"worker_id": event.worker_id, "division": event.division, "is_active": event.is_active} for event in events
    ]
    insert_rows(session, WorkerPlace, rows, unless_known=True)


def worker_lives(session: Session, event: registry.WorkerUpdated) -> None:
    row = insert(WorkerPlace).values(worker_id=event.worker_id, division=event.division, is_active=event.is_active)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["worker_id"], set_={"division": event.division, "is_active": event.is_active}
        )
    )


def worker_erased(session: Session, event: registry.WorkerErased) -> None:
    place = session.get(WorkerPlace, event.worker_id)
    if place:
        session.delete(place)
    members.forget(session, event.worker_id)
    pushes.forget(session, event.worker_id)
    replies.forget(session, event.worker_id)
    messages.forget_worker(session, event.worker_id)


def recommendation_made(session: Session, event: postings.RecommendationMade) -> None:
    """One digest and one text message a worker and day, one line of a village's digest: 200,000 would be noise."""
    key = f"recommendation:{event.worker_id}:{messages.day(session.now)}"
    offers = 1 + event.further_offers
    messages.tell_worker(session, event.worker_id, "recommendation_digest", {}, dedupe=key, count=offers)
    pushes.queue_push(session, event.worker_id)
    place = session.get(WorkerPlace, event.worker_id)
    group = _group_of(session, place.division) if place else None
    if place and group:
        params = {"division": group[1]}
        note_for_group(session, group[0], "recommendation", "recommendation_group_digest", params, count=offers)


def outreach_changed(session: Session, event: postings.OutreachChanged) -> None:
    """The villages around hear that an event is coming, was moved or is called off; not that it was held."""
    _tell_event(session, event, "outreach", f"outreach:{event.outreach_id}")


def job_fair_changed(session: Session, event: postings.JobFairChanged) -> None:
    _tell_event(session, event, "fair", f"fair:{event.fair_id}")


def _tell_event(
    session: Session, event: postings.OutreachChanged | postings.JobFairChanged, kind: str, key: str
) -> None:
    begins = event.starts_at.astimezone(messages.CHINA)
    params = {"division": event.division, "day": f"{begins.month}月{begins.day}日 {begins:%H:%M}"}
    if event.state.value in ("planned", "cancelled") and event.starts_at > session.now:
        for group_id in _groups_around(session, event.division):
            note_for_group(session, group_id, key, f"{kind}_{event.state.value}", params)


def recommendation_revised(session: Session, event: postings.RecommendationRevised) -> None:
    """Once a posting and day, however often its employer changes its mind."""
    key = f"revised:{event.recommendation_id}:{messages.day(session.now)}"
    messages.tell_worker(session, event.worker_id, "recommendation_revised", {}, dedupe=key)


def recommendation_expired(session: Session, event: postings.RecommendationExpired) -> None:
    """Who accepted is told that the job is gone; for others it was an offer among several."""
    gone = (postings.ExpiredBecause.posting_closed, postings.ExpiredBecause.posting_filled)
    if event.was_accepted and event.because in gone:
        key = f"lost:{event.recommendation_id}"
        messages.tell_worker(session, event.worker_id, "recommendation_lost", {}, dedupe=key)


def posting_expiry_near(session: Session, event: postings.PostingExpiryNear) -> None:
    """One digest an outpost and day."""
    if event.outpost is not None:
        key = f"expiry:{event.outpost.value}:{messages.day(session.now)}"
        messages.tell_outpost(session, event.outpost, "posting_expiry_near", {}, dedupe=key)


def posting_stale(session: Session, event: postings.PostingStale) -> None:
    if event.outpost is not None:
        key = f"stale:{event.outpost.value}:{messages.day(session.now)}"
        messages.tell_outpost(session, event.outpost, "posting_stale", {}, dedupe=key)


def order_issued(session: Session, event: dispatch.DispatchOrderIssued) -> None:
    messages.tell_worker(
        session,
        event.worker_id,
        "dispatch_order",
        {"order_no": event.order_no, "depart_on": event.depart_on.isoformat(), "outpost": event.outpost.value},
        dedupe=f"order:{event.order_id}",
    )


def reimbursement_approved(session: Session, event: dispatch.ReimbursementApproved) -> None:
    yuan = f"{event.amount_cents // 100}.{event.amount_cents % 100:02d}"
    messages.tell_worker(
        session,
        event.worker_id,
        "reimbursement_approved",
        {"yuan": yuan},
        dedupe=f"reimbursement:{event.reimbursement_id}",
    )


def trip_planned(session: Session, event: dispatch.TripPlanned) -> None:
    """The outposts that a coach goes to, in their inbox and in their staff's group."""
    depart_at = event.depart_at.astimezone(messages.CHINA).strftime("%Y-%m-%d %H:%M")
    for outpost in event.outposts:
        params = {"outpost": outpost.value, "depart_at": depart_at, "seats": event.seats}
        _tell_staff(session, outpost, "trip_planned", params, key=f"trip:{event.trip_id}:{outpost.value}")


def deadline_near(session: Session, event: outposts.RightsCaseDeadlineNear) -> None:
    """Only that a case has a date; which case it is, is seen after signing in."""
    key = f"deadline:{event.case_id}:{event.clock}:{event.due_on}"
    _tell_staff(session, event.outpost, "deadline_near", {"due_on": event.due_on.isoformat()}, key=key)


def follow_up_due(session: Session, event: outposts.FollowUpDue) -> None:
    """One digest an outpost and day."""
    key = f"follow-up:{event.outpost.value}:{messages.day(session.now)}"
    messages.tell_outpost(session, event.outpost, "follow_up_due", {}, dedupe=key)


def receipt_overdue(session: Session, event: dispatch.EmploymentReceiptOverdue) -> None:
    """The outpost; at the second level its staff's group too, and headquarters."""
    params = {"order_no": event.order_no, "days": 7 * event.level}
    key = f"receipt-overdue:{event.order_id}:{event.level}"
    if event.level > 1:
        _tell_staff(session, event.outpost, "receipt_overdue", params, key=key)
        asked = {**params, "outpost": event.outpost.value}
        messages.tell_headquarters(session, "receipt_overdue_hq", asked, dedupe=f"{key}:hq")
    else:
        messages.tell_outpost(session, event.outpost, "receipt_overdue", params, dedupe=key)


def contract_due(session: Session, event: dispatch.LaborContractDue) -> None:
    """One message an outpost and day; whose contract it is, is seen after signing in."""
    key = f"contract-due:{event.outpost.value}:{messages.day(session.now)}"
    messages.tell_outpost(session, event.outpost, "contract_due", {}, dedupe=key)


def transfer_requested(session: Session, event: outposts.JobTransferRequested) -> None:
    messages.tell_outpost(
        session,
        event.to_outpost,
        "transfer_requested",
        {"outpost": event.from_outpost.value},
        dedupe=f"transfer:{event.transfer_id}",
    )


def _tell_staff(session: Session, outpost: OutpostCode, template: str, params: dict[str, Any], *, key: str) -> None:
    messages.tell_outpost(session, outpost, template, params, dedupe=key)
    groups = session.exec(
        select(WorkerGroup).where(
            WorkerGroup.outpost == outpost,
            WorkerGroup.audience == GroupAudience.staff,
            col(WorkerGroup.is_active),
        )
    ).all()
    for group in groups:
        messages.tell_group(session, group.id, template, params, dedupe=f"{key}:{group.id}")


def _groups_around(session: Session, division: str) -> list[UUID]:
    """The workers' groups inside a place; where there is none, the one nearest to it."""
    inside = session.exec(
        select(WorkerGroup.id).where(
            WorkerGroup.audience == GroupAudience.workers,
            col(WorkerGroup.is_active),
            col(WorkerGroup.division).startswith(division),
        )
    ).all()
    nearest = _group_of(session, division)
    return list(inside) or ([nearest[0]] if nearest else [])


def _group_of(session: Session, division: str) -> tuple[UUID, str] | None:
    """The workers' group nearest to a village: its own, else its township's, else the county's."""
    known: dict[str, UUID] | None = session.info.get("village_groups")
    if known is None:
        rows = session.exec(
            select(WorkerGroup).where(
                WorkerGroup.audience == GroupAudience.workers,
                col(WorkerGroup.is_active),
                col(WorkerGroup.division).is_not(None),
            )
        ).all()
        known = session.info["village_groups"] = {row.division: row.id for row in rows if row.division}
    for length in (12, 9, 6):
        if length <= len(division) and division[:length] in known:
            return known[division[:length]], division[:length]
    return None
