"""The weights of the score as versions: what a run used can always be looked up, and none is ever changed."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.offers import ScoringWeightsVersion
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.kit.paging import page
from shared.kit.session import Session

AS_SHIPPED = 0


def current(session: Session) -> tuple[int, c.ScoringWeights]:
    """The newest version; version 0 are the contract's own defaults, used until somebody adopts others."""
    newest = session.exec(
        select(ScoringWeightsVersion).order_by(col(ScoringWeightsVersion.version).desc()).limit(1)
    ).first()
    if newest is None:
        return AS_SHIPPED, c.ScoringWeights()
    return newest.version, c.ScoringWeights.model_validate(newest.weights)


def adopt_scoring_weights(session: Session, command: c.AdoptScoringWeights) -> c.ScoringWeightsView:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("scoring_weights"))))
    version = current(session)[0] + 1
    row = ScoringWeightsVersion(
        version=version,
        weights=command.weights.model_dump(mode="json"),
        note=command.note,
        adopted_by=f"{session.caller.actor.kind}:{session.caller.actor.id}",
        adopted_at=session.now,
    )
    session.add(row)
    session.flush()
    return _view(row)


def list_scoring_weights(session: Session, query: c.ListScoringWeights) -> Page[c.ScoringWeightsView]:
    return page(
        session,
        select(ScoringWeightsVersion),
        order=(col(ScoringWeightsVersion.version).desc(),),
        request=query,
        view=_view,
    )


def _view(row: ScoringWeightsVersion) -> c.ScoringWeightsView:
    return c.ScoringWeightsView(
        version=row.version,
        weights=c.ScoringWeights.model_validate(row.weights),
        note=row.note,
        adopted_at=row.adopted_at,
    )
