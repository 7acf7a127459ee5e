"""What matching knows of workers and of their orders, kept from the events of registry and dispatch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings import expiry
from services.postings.offers import (
    Engagement,
    EngagementState,
    Recommendation,
    Seeker,
    Slip,
    SlipBatch,
    SlipPrinting,
    Uncovered,
)
from services.postings.presence_rows import forget_presence, move_presence
from services.postings.sealed_columns import ANSWER_NOTE, STAFF_NOTE
from services.postings.snapshots import ENGAGED, seeking
from services.postings.standing_models import EmployerHire
from shared.contracts import dispatch, registry
from shared.contracts import postings as c
from shared.contracts.errors import NOT_FOUND
from shared.kit.bulk import insert_rows
from shared.kit.resealing import move_sealed
from shared.kit.session import Session

ADMITTING = (c.RecommendationState.offered, c.RecommendationState.accepted)


def learn(session: Session, facts: registry.WorkerFacts) -> None:
    """Take over what registry says of a worker. Facts older than those known change nothing."""
    values = _values(session, facts)
    statement = insert(Seeker).values(**values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[col(Seeker.worker_id)],
            set_={name: statement.excluded[name] for name in values if name != "worker_id"},
            where=col(Seeker.version) < statement.excluded.version,
        )
    )
    if not facts.is_active:
        expiry.expire_for_worker(session, facts.worker_id, c.ExpiredBecause.worker_gone)
    elif not facts.automated_matching:
        expiry.expire_automatic(session, facts.worker_id)


def learn_of_new(session: Session, events: Sequence[registry.WorkerRegistered]) -> None:
    """New people, who have no offers yet; whoever is known by a later event stays as that one said."""
    insert_rows(session, Seeker, [_values(session, event) for event in events], unless_known=True)


def _values(session: Session, facts: registry.WorkerFacts) -> dict[str, Any]:
    values = facts.model_dump(include=set(Seeker.model_fields) - {"updated_at"}, mode="json")
    return values | {
        "available_from": facts.available_from,
        "updated_at": session.now,
        "worker_id": facts.worker_id,
    }


def withdraw_consent(session: Session, event: registry.ConsentWithdrawn) -> None:
    """拒绝仅通过自动化决策 (个人信息保护法 第24条): no more automatic offers, and unanswered ones end."""
    if event.purpose is not registry.ConsentPurpose.automated_matching:
        return
    session.execute(update(Seeker).where(col(Seeker.worker_id) == event.worker_id).values(automated_matching=False))
    expiry.expire_automatic(session, event.worker_id)


def merge(session: Session, event: registry.WorkerMerged) -> None:
    """The duplicate's offers end, its orders and slips become the other's; registry publishes the merged facts."""
    expiry.expire_for_worker(session, event.worker_id, c.ExpiredBecause.worker_gone)
    session.execute(delete(Seeker).where(col(Seeker.worker_id) == event.worker_id))
    for note in (ANSWER_NOTE, STAFF_NOTE):
        theirs = col(Recommendation.worker_id) == event.worker_id
        move_sealed(session, note, theirs, about=event.worker_id, now_about=event.into_worker_id)
    tables: list[Any] = [EmployerHire, Engagement, Recommendation, Slip, SlipPrinting]
    for table in tables:
        session.execute(update(table).where(table.worker_id == event.worker_id).values(worker_id=event.into_worker_id))
    session.execute(delete(Uncovered).where(col(Uncovered.worker_id) == event.worker_id))
    move_presence(session, event.worker_id, event.into_worker_id)


def erase(session: Session, event: registry.WorkerErased) -> None:
    """删除权 (个人信息保护法 第47条): forget the person; numbers and counts stay, papers with the name go."""
    expiry.expire_for_worker(session, event.worker_id, c.ExpiredBecause.worker_gone)
    session.execute(delete(Seeker).where(col(Seeker.worker_id) == event.worker_id))
    session.execute(delete(Uncovered).where(col(Uncovered.worker_id) == event.worker_id))
    forget_presence(session, event.worker_id)
    session.execute(
        update(Recommendation)
        .where(col(Recommendation.worker_id) == event.worker_id)
        .values(answer_note=None, staff_note=None, reason="", parts={})
    )
    printed = select(SlipPrinting.batch_id).where(col(SlipPrinting.worker_id) == event.worker_id)
    batches = session.exec(select(SlipBatch).where(col(SlipBatch.id).in_(printed))).all()
    for batch in batches:
        for paper in batch.papers:
            session.blobs.delete(paper["blob"]["hash"])
        batch.papers = []


def begin_order(session: Session, event: dispatch.DispatchOrderIssued) -> None:
    """An order takes the worker out of matching: its recommendation is used, the others end.

    The seeker's row is locked, so that a run that is storing offers sees the order or is seen by it.
    """
    session.get(Seeker, event.worker_id, with_for_update=True)
    _engage(session, event, event.division, EngagementState.open)
    used = _to_be_ordered(session, event)
    if used is not None:
        used.state = c.RecommendationState.ordered
        used.expired_because = None
        used.order_id = event.order_id
        used.changed_at = session.now
        session.flush()
    expiry.expire_for_worker(session, event.worker_id, c.ExpiredBecause.worker_ordered)
    expiry.expire_if_filled(session, event.posting_id)


def give_up_order(session: Session, order_id: UUID) -> None:
    """The order was cancelled or nobody started: the worker seeks again, and an accepted offer counts again."""
    _end(session, order_id)
    found = session.exec(
        select(Recommendation).where(
            col(Recommendation.order_id) == order_id, col(Recommendation.state) == c.RecommendationState.ordered
        )
    ).one_or_none()
    if found is not None:
        found.state = c.RecommendationState.accepted
        found.order_id = None
        found.changed_at = session.now
        session.flush()
        expiry.expire_if_closed(session, found)


def begin_work(session: Session, event: dispatch.PlacementStarted) -> None:
    _engage(session, event, "", EngagementState.working)
    expiry.expire_for_worker(session, event.worker_id, c.ExpiredBecause.worker_placed)


def end_work(session: Session, event: dispatch.PlacementEnded) -> None:
    _end(session, event.order_id)


def get_seeker(session: Session, query: c.GetSeeker) -> c.SeekerView:
    """Raises NOT_FOUND for a worker that registry has not told of, or outside the caller's area."""
    seeker = session.get(Seeker, query.worker_id)
    if seeker is None:
        raise NOT_FOUND(what="seeker")
    live = session.exec(
        select(func.count()).where(
            col(Recommendation.worker_id) == query.worker_id, col(Recommendation.state).in_(c.LIVE_STATES)
        )
    ).one()
    seeks = session.execute(seeking().where(col(Seeker.worker_id) == query.worker_id)).first() is not None
    return c.SeekerView(
        worker_id=seeker.worker_id,
        division=seeker.division,
        is_seeking=seeks,
        is_engaged=is_engaged(session, query.worker_id),
        automated_matching=seeker.automated_matching,
        live_recommendations=live,
    )


def is_engaged(session: Session, worker_id: UUID) -> bool:
    """Whether the worker has an open order or works in a placement."""
    found = session.exec(
        select(Engagement.order_id).where(col(Engagement.worker_id) == worker_id, col(Engagement.state).in_(ENGAGED))
    ).first()
    return found is not None


def _engage(
    session: Session,
    event: dispatch.DispatchOrderIssued | dispatch.PlacementStarted,
    division: str,
    state: EngagementState,
) -> None:
    known = session.get(Engagement, event.order_id)
    if known is None:
        known = Engagement(
            order_id=event.order_id, worker_id=event.worker_id, posting_id=event.posting_id, division=division
        )
    known.state = state
    known.updated_at = session.now
    session.add(known)
    session.flush()


def _end(session: Session, order_id: UUID) -> None:
    session.execute(
        update(Engagement)
        .where(col(Engagement.order_id) == order_id)
        .values(state=EngagementState.ended, updated_at=session.now)
    )


def _to_be_ordered(session: Session, event: dispatch.DispatchOrderIssued) -> Recommendation | None:
    """The recommendation that the order names, else the worker's own of that posting."""
    if event.recommendation_id is not None:
        return session.get(Recommendation, event.recommendation_id)
    return session.exec(
        select(Recommendation).where(
            col(Recommendation.worker_id) == event.worker_id,
            col(Recommendation.posting_id) == event.posting_id,
            col(Recommendation.state).in_(ADMITTING),
        )
    ).one_or_none()
