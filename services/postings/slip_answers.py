"""Slips that come back with ticks: found by their number, each tick an answer for itself."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.postings import recommendations
from services.postings.models import JobPosting
from services.postings.offers import Recommendation, Slip
from services.postings.slip_papers import on_paper
from services.postings.slips import slip_view
from shared.contracts import postings as c
from shared.contracts.errors import NOT_FOUND, Problem
from shared.kit.session import Session


def get_slip(session: Session, query: c.GetSlip) -> c.SlipSheet:
    slip = _find(session, query.slip_no)
    return c.SlipSheet(
        **slip_view(session, slip).model_dump(),
        offers=[
            c.SlipOffer(
                number=number,
                recommendation_id=found.id,
                posting_id=posting.id,
                title=posting.title,
                state=found.state,
                answer=found.answer,
            )
            for number, found, posting in _lines(session, slip)
        ],
    )


def answer_slip(session: Session, command: c.AnswerSlip) -> c.SlipAnswersTaken:
    """Enter what was ticked. A posting that closed meanwhile is said so beside its number; the others are taken."""
    slip = _find(session, command.slip_no)
    known = {number: found.id for number, found, _ in _lines(session, slip)}
    rows = [_answer(session, slip, known.get(answer.number), answer) for answer in command.answers]
    return c.SlipAnswersTaken(slip_no=slip.slip_no, taken=sum(row.is_taken for row in rows), rows=rows)


def _answer(session: Session, slip: Slip, recommendation_id: UUID | None, answer: c.SlipAnswer) -> c.SlipAnswerRow:
    told = len(session.published)
    try:
        if recommendation_id is None:
            raise c.SLIP_NUMBER_UNKNOWN(number=answer.number)
        with session.begin_nested():
            recommendations.answer_recommendation(
                session,
                c.AnswerRecommendation(
                    recommendation_id=recommendation_id,
                    worker_id=slip.worker_id,
                    answer=answer.answer,
                    reason=answer.reason,
                ),
            )
    except Problem as problem:
        del session.published[told:]
        return c.SlipAnswerRow(
            number=answer.number,
            recommendation_id=recommendation_id,
            is_taken=False,
            code=problem.code,
            message_zh=problem.body.zh,
            message_en=problem.body.en,
        )
    return c.SlipAnswerRow(number=answer.number, recommendation_id=recommendation_id, is_taken=True)


def _lines(session: Session, slip: Slip) -> list[tuple[int, Recommendation, JobPosting]]:
    return [(number, found, posting) for number, (found, posting) in enumerate(on_paper(session, slip), start=1)]


def _find(session: Session, slip_no: str) -> Slip:
    found = session.exec(select(Slip).where(col(Slip.slip_no) == slip_no.strip().upper())).one_or_none()
    if found is None:
        raise NOT_FOUND(what="slip")
    return found
