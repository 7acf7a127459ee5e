"""When an offer reached its worker: by the first message or slip that got out with it, not by its making."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from services.postings.offers import Recommendation
from shared.contracts import notify
from shared.contracts import postings as c
from shared.kit.session import Session

# Messages that tell a person of all offers that are open at that moment.
TELLING = ("recommendation_digest", "recommendation_sms")
SLIP = "slip"


def message_delivered(session: Session, event: notify.MessageDelivered) -> None:
    if event.worker_id is not None and event.template in TELLING:
        live = col(Recommendation.state).in_(c.LIVE_STATES)
        _delivered(session, event.channel.value, col(Recommendation.worker_id) == event.worker_id, live)


def slips_printed(session: Session, recommendation_ids: Collection[UUID]) -> None:
    """推荐单 is the delivery to who has no phone: the person takes it along."""
    _delivered(session, SLIP, col(Recommendation.id).in_(recommendation_ids))


def _delivered(session: Session, channel: str, *which: Any) -> None:
    session.execute(
        update(Recommendation)
        .where(col(Recommendation.delivered_at).is_(None), *which)
        .values(delivered_at=session.now, delivered_by=channel)
        .execution_options(synchronize_session=False)
    )
