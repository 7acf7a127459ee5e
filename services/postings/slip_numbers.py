"""Which workers get a slip, and under which number: without gaps, year by year, each number used or not taken."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings import seekers, slip_papers
from services.postings.models import JobPosting
from services.postings.offers import Recommendation, Seeker, Slip, SlipBatch, SlipCounter, SlipPrinting
from shared.contracts import postings as c
from shared.contracts import registry
from shared.kit.session import Session

AT_LEAST, AT_MOST = 2, 5
EXPLANATIONS = {
    c.NotPrintable.fewer_than_two: "只有 {live} 个有效推荐岗位, 至少需要 2 个",
    c.NotPrintable.not_found: "没有此人, 或不在您的管理范围内",
    c.NotPrintable.engaged: "本人已有派遣单或已上岗",
    c.NotPrintable.name_not_drawable: "姓名中有字体里没有的字, 请联系管理员安装字体",
}


class Numbering:
    """Gives slips to some workers in one transaction: a number is taken and used, or neither."""

    def __init__(self, session: Session, batch: SlipBatch, people: registry.People) -> None:
        self._session, self._batch = session, batch
        self._known = {person.worker_id: person for person in people.people}
        self._year = session.now.astimezone(c.COUNTY_ZONE).year
        self._page = self._batch.slips
        self._left_out: list[c.LeftOut] = []

    def take(self, worker_ids: Sequence[UUID]) -> None:
        rare = slip_papers.undrawable_names(self._known.values())
        for worker_id in worker_ids:
            self._take_one(worker_id, rare)
        self._batch.slips = self._page
        self._batch.left_out = [*self._batch.left_out, *(left.model_dump(mode="json") for left in self._left_out)]
        self._session.add(self._batch)

    def _take_one(self, worker_id: UUID, rare: set[UUID]) -> None:
        live = printable(self._session, worker_id)
        left_out = why_left_out(self._session, worker_id, len(live))
        if worker_id not in self._known:
            left_out = _left_out(worker_id, c.NotPrintable.not_found, 0)
        elif left_out is None and worker_id in rare:
            left_out = _left_out(worker_id, c.NotPrintable.name_not_drawable, len(live))
        if left_out is not None:
            self._left_out.append(left_out)
        else:
            self._print(worker_id, [str(found.id) for found, _ in live])

    def _print(self, worker_id: UUID, recommendation_ids: list[str]) -> None:
        session = self._session
        seeker = session.get_one(Seeker, worker_id)
        slip = session.exec(
            select(Slip).where(col(Slip.worker_id) == worker_id).order_by(col(Slip.first_printed_at).desc()).limit(1)
        ).first()
        if slip is None or sorted(slip.recommendation_ids) != sorted(recommendation_ids):
            serial = self._next_number()
            slip = Slip(
                year=self._year,
                serial=serial,
                slip_no=f"TJ-{self._year}-{serial:06d}",
                worker_id=worker_id,
                division=seeker.division,
                recommendation_ids=recommendation_ids,
                first_printed_at=session.now,
            )
            session.add(slip)
            session.flush()
        else:
            self._batch.reprinted += 1
        self._page += 1
        session.add(
            SlipPrinting(
                slip_id=slip.id,
                batch_id=self._batch.id,
                page=self._page,
                worker_id=worker_id,
                division=seeker.division,
                printed_by=self._batch.requested_by,
                printed_at=session.now,
            )
        )

    def _next_number(self) -> int:
        session = self._session
        session.execute(insert(SlipCounter).values(year=self._year, last=0).on_conflict_do_nothing())
        counter = session.exec(select(SlipCounter).where(col(SlipCounter.year) == self._year).with_for_update()).one()
        counter.last += 1
        session.flush()
        return counter.last


def why_left_out(session: Session, worker_id: UUID, live: int) -> c.LeftOut | None:
    """Why somebody with so many live offers gets no slip, as far as it is known before names are asked for."""
    if session.get(Seeker, worker_id) is None:
        return _left_out(worker_id, c.NotPrintable.not_found, 0)
    if seekers.is_engaged(session, worker_id):
        return _left_out(worker_id, c.NotPrintable.engaged, live)
    return _left_out(worker_id, c.NotPrintable.fewer_than_two, live) if live < AT_LEAST else None


def _left_out(worker_id: UUID, reason: c.NotPrintable, live: int) -> c.LeftOut:
    explanation = EXPLANATIONS[reason].format(live=live)
    return c.LeftOut(worker_id=worker_id, reason=reason, live_recommendations=live, explanation=explanation)


def printable(session: Session, worker_id: UUID) -> list[tuple[Recommendation, JobPosting]]:
    """The worker's live offers whose posting can still be taken up, accepted ones and the best first."""
    rows = session.exec(
        select(Recommendation, JobPosting)
        .join(JobPosting, col(JobPosting.id) == col(Recommendation.posting_id))
        .where(
            col(Recommendation.worker_id) == worker_id,
            col(Recommendation.state).in_(c.LIVE_STATES),
            col(JobPosting.state) == c.PostingState.open,
            col(JobPosting.is_withheld).is_(False),
        )
        .order_by(col(Recommendation.state), col(Recommendation.score).desc(), col(Recommendation.id))
    ).all()
    return [(found, posting) for found, posting in rows[:AT_MOST]]
