"""Telling those who accepted a posting that it changed in what matters to somebody who would go there."""

from __future__ import annotations

from sqlmodel import col, select

from services.postings.offers import Recommendation
from shared.contracts import postings as c
from shared.kit.session import Session

# The place, the pay, the work and what is asked for; a longer description or a later last day disturbs nobody.
MATTERS = frozenset(
    {"division", "wage_min_cents", "wage_max_cents", "wage_unit", "occupation", "title", "company", "requirements"}
)


def tell_accepted(session: Session, event: c.PostingChanged) -> None:
    """Once a change; who has not answered yet reads the posting as it is when they look."""
    fields = sorted(MATTERS & set(event.changed))
    if not fields:
        return
    accepted = session.execute(
        select(col(Recommendation.id), col(Recommendation.worker_id)).where(
            col(Recommendation.posting_id) == event.posting_id,
            col(Recommendation.state) == c.RecommendationState.accepted,
        )
    )
    for recommendation_id, worker_id in accepted:
        session.publish(
            c.RecommendationRevised(
                recommendation_id=recommendation_id,
                worker_id=worker_id,
                posting_id=event.posting_id,
                changed=fields,
            )
        )
