"""What a matching run sees: the seekers, the postings and the live offers of one moment, turned into columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlmodel import col

from services.postings.columns import Inputs
from services.postings.encoding import Encoder
from services.postings.gating import DECLINED_DAYS
from services.postings.models import JobPosting
from services.postings.offers import Engagement, EngagementState, Recommendation, Seeker
from shared.contracts import postings as c
from shared.kit.session import Session

NO_WORK = "none"
LEFT_OUT_ZH = {
    "withheld": "该企业已被列入黑名单, 或劳务合作框架协议未生效或已到期",
    "filled": "该岗位名额已满",
    "expired": "该岗位已过有效期",
    "closed": "该岗位没有在招",
}
ENGAGED = (EngagementState.open, EngagementState.working)

# What is encoded of a seeker; as rows two hundred thousand are read in a fraction of the time that objects take.
SOUGHT_FOR = (
    col(Seeker.worker_id),
    col(Seeker.division),
    col(Seeker.sex),
    col(Seeker.birth_year),
    col(Seeker.education),
    col(Seeker.skills),
    col(Seeker.wants_out_work),
    col(Seeker.wants_local_work),
    col(Seeker.destinations),
    col(Seeker.wanted_occupations),
    col(Seeker.expected_wage_cents),
    col(Seeker.difficulty),
    col(Seeker.automated_matching),
    col(Seeker.limits),
    col(Seeker.available_from),
)
OFFERED = (
    col(JobPosting.id),
    col(JobPosting.employer_id),
    col(JobPosting.occupation),
    col(JobPosting.division),
    col(JobPosting.outpost),
    col(JobPosting.requirements),
    col(JobPosting.openings),
    col(JobPosting.openings_taken),
    col(JobPosting.wage_min_cents),
    col(JobPosting.wage_month_cents),
    col(JobPosting.wage_unit),
    col(JobPosting.valid_through),
    col(JobPosting.is_withheld),
    col(JobPosting.state),
)
POSTING = (*OFFERED, col(JobPosting.title), col(JobPosting.description))


def load(session: Session, request: c.MatchingRequest, weights: c.ScoringWeights) -> Inputs:
    """Everybody who seeks work within the request's division, and every posting that may be offered."""
    statement = seeking(request.division).with_only_columns(*SOUGHT_FOR).order_by(col(Seeker.worker_id))
    return load_for(session, request, weights, session.execute(statement).all())


def load_for(
    session: Session,
    request: c.MatchingRequest,
    weights: c.ScoringWeights,
    seekers: Sequence[Any],
    *,
    among: Collection[UUID] | None = None,
) -> Inputs:
    """These seekers, and every posting that may be offered today, or those `among` them alone."""
    today = session.now.astimezone(c.COUNTY_ZONE).date()
    postings, left_out = _offerable(session, today)
    if among is not None:
        postings = [posting for posting in postings if posting.id in among]
    return inputs_of(session, request, weights, today, seekers, postings, left_out)


def seeking(division: str | None = None) -> Select[Any]:
    """Seekers: able and willing, without an open order or a placement.

    有意愿外出务工, or wanting work near home, or without any work.
    """
    engaged = select(col(Engagement.worker_id)).where(col(Engagement.state).in_(ENGAGED))
    statement = select(Seeker).where(
        col(Seeker.is_active),
        col(Seeker.can_work),
        or_(col(Seeker.wants_out_work), col(Seeker.wants_local_work), col(Seeker.employment) == NO_WORK),
        col(Seeker.worker_id).not_in(engaged),
    )
    return statement.where(col(Seeker.division).startswith(division)) if division else statement


def _offerable(session: Session, today: date) -> tuple[list[Row[Any]], dict[str, int]]:
    """Postings with an opening to offer, and how many were left out and why."""
    rows = session.execute(
        select(*POSTING)
        .where(col(JobPosting.state).in_((c.PostingState.open, c.PostingState.filled)))
        .order_by(col(JobPosting.id))
    ).all()
    kept: list[Row[Any]] = []
    left_out = {"withheld": 0, "filled": 0, "expired": 0}
    for row in rows:
        why = why_not_offerable(row, today)
        if why:
            left_out[why] += 1
        else:
            kept.append(row)
    return kept, left_out


def why_not_offerable(row: Any, today: date) -> str | None:
    """Why nobody may be offered the posting today, as a key of LEFT_OUT_ZH."""
    if row.valid_through is not None and row.valid_through < today:
        return "expired"
    if row.is_withheld:
        return "withheld"
    if row.state not in (c.PostingState.open, c.PostingState.filled):
        return "closed"
    if row.state is c.PostingState.filled or row.openings <= row.openings_taken:
        return "filled"
    return None


def inputs_of(
    session: Session,
    request: c.MatchingRequest,
    weights: c.ScoringWeights,
    today: date,
    seekers: Sequence[Any],
    postings: Sequence[Any],
    left_out: dict[str, int],
) -> Inputs:
    """The columns of these seekers and postings, with the offers that are live between them."""
    import numpy as np

    offered = _Offered(session, {s.worker_id for s in seekers}, {p.id for p in postings})
    encoder = Encoder()
    seeker_columns = encoder.seekers(seekers, offered.kept)
    posting_columns = encoder.postings(postings, offered.live, request.offers_per_opening)
    seeker_numbers = {s.worker_id: n for n, s in enumerate(seekers)}
    posting_numbers = {p.id: n for n, p in enumerate(postings)}
    barred = sorted((seeker_numbers[worker], posting_numbers[posting]) for worker, posting in offered.barred)
    pairs = np.array(barred, dtype=np.int64).reshape(-1, 2)
    return Inputs(
        request=request,
        weights=weights,
        today=today,
        seekers=seeker_columns,
        postings=posting_columns,
        words=encoder.words(),
        worker_ids=list(seeker_numbers),
        posting_ids=list(posting_numbers),
        employer_ids=list(encoder.employers),
        barred_seeker=pairs[:, 0].copy(),
        barred_posting=pairs[:, 1].copy(),
        employer_kept=np.array([offered.by_employer.get(e, 0) for e in encoder.employers], dtype=np.int64),
        left_out=left_out,
    )


class _Offered:
    """The live offers, counted by seeker, posting and employer, and the pairs that may not be offered (again)."""

    def __init__(self, session: Session, workers: set[UUID], postings: set[UUID]) -> None:
        recent = session.now - timedelta(days=DECLINED_DAYS)
        is_live = col(Recommendation.state).in_(c.LIVE_STATES)
        rows = session.execute(
            select(
                col(Recommendation.worker_id),
                col(Recommendation.posting_id),
                col(Recommendation.employer_id),
                is_live.label("live"),
            ).where(
                or_(
                    is_live,
                    col(Recommendation.changed_at) > recent,
                    col(Recommendation.state) == c.RecommendationState.ordered,
                ),
                col(Recommendation.state) != c.RecommendationState.expired,
            )
        ).all()
        self.kept: dict[UUID, int] = {}
        self.live: dict[UUID, int] = {}
        self.by_employer: dict[UUID, int] = {}
        self.barred: set[tuple[UUID, UUID]] = set()
        for worker_id, posting_id, employer_id, live in rows:
            if worker_id in workers and posting_id in postings:
                self.barred.add((worker_id, posting_id))
            if live:
                self.kept[worker_id] = self.kept.get(worker_id, 0) + 1
                self.live[posting_id] = self.live.get(posting_id, 0) + 1
                self.by_employer[employer_id] = self.by_employer.get(employer_id, 0) + 1
