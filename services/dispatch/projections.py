"""What dispatch keeps of the others' news: who may be sent, who accepted what, and who was merged or forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.dispatch import orders, placements
from services.dispatch.models import (
    OPEN_STATES,
    CustodyRecord,
    DispatchOrder,
    EmploymentReceipt,
    FareEntry,
    FlexiblePlacement,
    KnownAnswer,
    KnownWorker,
    LaborContract,
    Placement,
    Reimbursement,
    ReimbursementLeg,
    SeatHold,
    WorkDay,
)
from services.dispatch.states import LIVE_CLAIMS, ZONE
from shared.contracts import dispatch as c
from shared.contracts import outposts, postings, registry
from shared.kit.bulk import insert_rows
from shared.kit.session import Session

OWNED = (
    DispatchOrder,
    LaborContract,
    EmploymentReceipt,
    Placement,
    SeatHold,
    CustodyRecord,
    Reimbursement,
    ReimbursementLeg,
    FareEntry,
    FlexiblePlacement,
    WorkDay,
    KnownAnswer,
)


OF_EMPLOYER = (DispatchOrder, LaborContract, EmploymentReceipt, Placement)


def follow_employer(session: Session, event: postings.EmployerMerged) -> None:
    """The employer that stays answers for the doubled one's orders: it sees its people and sends their receipts."""
    for table in OF_EMPLOYER:
        session.execute(
            update(table)
            .where(col(table.employer_id) == event.employer_id)
            .values(employer_id=event.into_employer_id)
            .execution_options(synchronize_session=False)
        )


def follow_employer_back(session: Session, event: postings.EmployerMergeUndone) -> None:
    orders = select(DispatchOrder.id).where(col(DispatchOrder.posting_id).in_(event.posting_ids))
    for table in (LaborContract, EmploymentReceipt, Placement):
        session.execute(
            update(table)
            .where(col(table.employer_id) == event.into_employer_id, col(table.order_id).in_(orders))
            .values(employer_id=event.employer_id)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(DispatchOrder)
        .where(col(DispatchOrder.employer_id) == event.into_employer_id, col(DispatchOrder.id).in_(orders))
        .values(employer_id=event.employer_id)
        .execution_options(synchronize_session=False)
    )


def know_new_workers(session: Session, events: Sequence[registry.WorkerRegistered]) -> None:
    """New people: whoever is known by a later event stays as that one said."""
    rows = [
        {
            "worker_id": event.worker_id,
            "division": event.division,
            "is_active": event.is_active,
            "birth_year": event.birth_year,
            "withdrawn": sorted(purpose.value for purpose in event.withdrawn_consents or ()),
            "consents": sorted(purpose.value for purpose in event.consents or ()),
        }
        for event in events
    ]
    insert_rows(session, KnownWorker, rows, unless_known=True)


def know_worker(session: Session, event: registry.WorkerUpdated) -> None:
    known = session.get(KnownWorker, event.worker_id) or KnownWorker(
        worker_id=event.worker_id, division=event.division, is_active=event.is_active
    )
    known.division = event.division
    known.is_active = event.is_active
    known.birth_year = event.birth_year
    if event.withdrawn_consents is not None:
        known.withdrawn = sorted(purpose.value for purpose in event.withdrawn_consents)
    if event.consents is not None:
        known.consents = sorted(purpose.value for purpose in event.consents)
    session.add(known)


def know_withdrawal(session: Session, event: registry.ConsentWithdrawn) -> None:
    """Whoever no longer agrees to be sent is not: an order that nobody has boarded with is cancelled, seat and all.

    Who is on the way or at work stays so: a withdrawal does not undo what was done before it (个人信息保护法 §15).
    """
    known = session.get(KnownWorker, event.worker_id)
    if known is None:
        return
    known.withdrawn = sorted({*known.withdrawn, event.purpose.value})
    known.consents = [purpose for purpose in known.consents or [] if purpose != event.purpose.value]
    session.add(known)
    if event.purpose is registry.ConsentPurpose.dispatch:
        order = _open_order(session, event.worker_id)
        if order is not None and order.state is c.OrderState.issued:
            orders.cancel(session, order, c.CancelReason.consent_withdrawn, "本人撤回派遣同意")


def know_answer(session: Session, event: postings.RecommendationAnswered) -> None:
    answer = session.get(KnownAnswer, event.recommendation_id) or KnownAnswer(
        recommendation_id=event.recommendation_id,
        worker_id=event.worker_id,
        posting_id=event.posting_id,
        is_accepted=False,
    )
    answer.is_accepted = event.answer.value == "accepted"
    answer.answered_at = session.now
    session.add(answer)


def merge_worker(session: Session, event: registry.WorkerMerged) -> None:
    """Give one person's rows to the record that stays. Where both had an open order, the merged one's is cancelled."""
    mine = _open_order(session, event.worker_id)
    if mine is not None and _open_order(session, event.into_worker_id) is not None:
        if mine.state is not c.OrderState.issued:
            _stay_apart(session, event)
            return
        orders.cancel(session, mine, c.CancelReason.other, "重复登记的劳动力已合并")
    session.flush()
    for table in OWNED:
        moving = update(table).where(col(table.worker_id) == event.worker_id)
        if table is Reimbursement:
            moving = moving.where(~_claimed_twice(event.into_worker_id))
        session.execute(moving.values(worker_id=event.into_worker_id))
    _stay_apart(session, event)


def _claimed_twice(worker_id: UUID) -> ColumnElement[bool]:
    """A claim whose policy and year the other record has claimed too stays where it is, for a person to look at."""
    other = aliased(Reimbursement)
    return exists().where(
        col(other.worker_id) == worker_id,
        col(other.policy) == col(Reimbursement.policy),
        col(other.once_key) == col(Reimbursement.once_key),
        col(other.state).in_(LIVE_CLAIMS),
    )


def _stay_apart(session: Session, event: registry.WorkerMerged) -> None:
    """No new order for the record that was merged away; one under way is left to its receipt."""
    known = session.get(KnownWorker, event.worker_id)
    if known is not None:
        known.merged_into = event.into_worker_id
        known.is_active = False
        session.add(known)


def erase_worker(session: Session, event: registry.WorkerErased) -> None:
    """Blank the free text about the person; numbers, days and amounts stay under the id that no longer opens."""
    for table, texts in (
        (DispatchOrder, {"reason": None, "cancel_reason": None}),
        (EmploymentReceipt, {"reason": None}),
        (LaborContract, {"scan": None}),
        (Reimbursement, {"reject_reason": None, "reverse_reason": None}),
        (ReimbursementLeg, {"from_place": "", "to_place": "", "ticket_no": "", "photo": None, "photo_hash": None}),
    ):
        session.execute(update(table).where(col(table.worker_id) == event.worker_id).values(**texts))
    known = session.get(KnownWorker, event.worker_id)
    if known is not None:
        known.is_active = False
        session.add(known)


def follow_transfer(session: Session, event: outposts.JobTransferAccepted) -> None:
    """转岗: the old placement ends on the day the receiving outpost accepted."""
    placements.end_current(
        session, event.worker_id, event.accepted_at.astimezone(ZONE).date(), c.EndReason.job_transfer
    )


def _open_order(session: Session, worker_id: UUID) -> DispatchOrder | None:
    return session.exec(
        select(DispatchOrder)
        .where(DispatchOrder.worker_id == worker_id, col(DispatchOrder.state).in_(OPEN_STATES))
        .with_for_update()
    ).one_or_none()
