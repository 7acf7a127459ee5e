"""An employer's record: who was sent to it, who started, who stayed, who needed the county's help.

Shares say of how many they are, so that three people of three are not taken for a rule.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.postings.agreements import today
from services.postings.employers import find_employer, own_employer_id
from services.postings.models import Employer, JobPosting
from services.postings.offers import Recommendation, Seeker
from services.postings.standing_models import Blacklisting, EmployerCase, EmployerHire
from shared.contracts import dispatch, outposts
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.scopes import Partner
from shared.kit.paging import page
from shared.kit.session import Session

# What a name says of place and legal form: 东莞市长安鑫源电子有限公司 and 鑫源电子(东莞)有限公司 are worth comparing.
_FORMS = r"(股份|有限责任|有限)?(公司|合伙企业)|分公司|总公司|集团|[（(].*?[)）]|^.{2,3}省|^.{2,4}?[市州]|\s+"


def order_issued(session: Session, event: dispatch.DispatchOrderIssued) -> None:
    facts = {"posting_id": event.posting_id, "outpost": event.outpost, "depart_on": event.depart_on}
    _note(session, event, employer_id=event.employer_id, **facts)


def order_cancelled(session: Session, event: dispatch.DispatchOrderCancelled) -> None:
    _note(session, event, employer_id=event.employer_id, posting_id=event.posting_id, is_cancelled=True)


def receipt_received(session: Session, event: dispatch.EmploymentReceiptReceived) -> None:
    facts = {"posting_id": event.posting_id, "outpost": event.outpost, "receipt": event.outcome}
    _note(session, event, employer_id=event.employer_id, receipt_reason=event.reason, **facts)


def placement_started(session: Session, event: dispatch.PlacementStarted) -> None:
    _note(session, event, employer_id=event.employer_id, posting_id=event.posting_id, started_on=event.started_on)


def placement_ended(session: Session, event: dispatch.PlacementEnded) -> None:
    _note(session, event, ended_on=event.ended_on, end_reason=event.reason)


def case_opened(session: Session, event: outposts.RightsCaseOpened) -> None:
    """Against the employer that the case names; else the one where the worker works or worked last."""
    employer_id = event.employer_id
    if employer_id is None:
        employer_id = session.exec(
            select(EmployerHire.employer_id)
            .where(col(EmployerHire.worker_id) == event.worker_id, col(EmployerHire.started_on).is_not(None))
            .order_by(col(EmployerHire.started_on).desc())
            .limit(1)
        ).first()
    row = insert(EmployerCase).values(case_id=event.case_id, employer_id=employer_id, is_open=True, recovered_cents=0)
    session.execute(row.on_conflict_do_nothing())


def case_resolved(session: Session, event: outposts.RightsCaseResolved) -> None:
    found = session.get(EmployerCase, event.case_id)
    if found is not None:
        found.is_open, found.recovered_cents = False, event.recovered_cents


def get_reputation(session: Session, query: c.GetEmployerReputation) -> c.EmployerReputation:
    employer = find_employer(session, own_employer_id(session, query.employer_id))
    day = today(session.now)
    hired, started = col(EmployerHire.order_id), col(EmployerHire.receipt) == dispatch.ReceiptOutcome.started
    kept = col(EmployerHire.is_cancelled).is_(False)
    columns: list[Any] = [
        _count(hired, kept).label("orders"),
        _count(hired, and_(kept, col(EmployerHire.receipt).is_(None))).label("waiting"),
        _count(hired, col(EmployerHire.receipt).is_not(None)).label("receipts"),
        _count(hired, started).label("started"),
        _count(hired, col(EmployerHire.receipt_reason) == dispatch.NotStartedReason.employer_declined).label(
            "declined"
        ),
    ]
    for days in (30, 90):
        columns.append(_count(hired, _due(day, days)).label(f"due_{days}"))
        columns.append(_count(hired, and_(_due(day, days), _stayed(days))).label(f"stayed_{days}"))
    figures = session.execute(select(*columns).where(col(EmployerHire.employer_id) == employer.id)).one()
    cases = session.execute(
        select(
            func.count().label("all"),
            _count(col(EmployerCase.case_id), col(EmployerCase.is_open)).label("open"),
            func.coalesce(func.sum(EmployerCase.recovered_cents), 0).label("recovered"),
        ).where(col(EmployerCase.employer_id) == employer.id)
    ).one()
    blocked = session.exec(
        select(func.count())
        .select_from(Blacklisting)
        .where(col(Blacklisting.employer_id) == employer.id, col(Blacklisting.confirmed_at).is_not(None))
    ).one()
    return c.EmployerReputation(
        employer_id=employer.id,
        orders=figures.orders,
        waiting=figures.waiting,
        started=_share(figures.started, figures.receipts),
        declined_by_employer=figures.declined,
        stayed_30_days=_share(figures.stayed_30, figures.due_30),
        stayed_90_days=_share(figures.stayed_90, figures.due_90),
        cases=cases.all,
        cases_open=cases.open,
        cases_per_hundred=round(100 * cases.all / figures.started, 1) if figures.started else None,
        recovered_cents=int(cases.recovered),
        times_blocked=blocked,
        as_of=day,
    )


def list_candidates(session: Session, query: c.ListCandidates) -> Page[c.CandidateView]:
    """It runs as the machinery, since offers are not a partner's to see; only what a view shows leaves it."""
    employer_id = find_employer(session, own_employer_id(session, query.employer_id)).id
    found = _accepted(session, query, employer_id)
    if query.stage is not c.CandidateStage.accepted:
        found = _hires(session, query, employer_id)
    postings = {item.posting_id for item in found.items if item.posting_id}
    named = session.execute(select(col(JobPosting.id), col(JobPosting.title)).where(col(JobPosting.id).in_(postings)))
    titles: dict[UUID, str] = dict(named.tuples().all())
    for item in found.items:
        item.posting_title = titles.get(item.posting_id) if item.posting_id else None
    return found


def list_similar(session: Session, query: c.ListSimilarEmployers) -> c.SimilarEmployers:
    """The organisation's own nine characters stay when it moves to another county and gets another code."""
    employer = find_employer(session, query.employer_id)
    core = func.regexp_replace(col(Employer.name), _FORMS, "", "g")
    own = func.regexp_replace(employer.name, _FORMS, "", "g")
    same_code: Any = func.substr(col(Employer.uscc), 9, 9) == employer.uscc[8:17]
    shown: list[Any] = [Employer.id, Employer.name, Employer.uscc, Employer.is_blocked, same_code.label("coded")]
    rows = session.execute(
        select(*shown)
        .where(
            col(Employer.id) != employer.id,
            col(Employer.merged_into).is_(None),
            or_(same_code, and_(core == own, func.length(core) >= 2)),
        )
        .order_by(same_code.desc(), col(Employer.name))
        .limit(20)
    )
    because = (c.SimilarBecause.same_name, c.SimilarBecause.same_organisation)
    return c.SimilarEmployers(
        items=[
            c.SimilarEmployer(
                id=row.id, name=row.name, uscc=row.uscc, is_blocked=row.is_blocked, because=because[bool(row.coded)]
            )
            for row in rows
        ]
    )


def _note(session: Session, event: Any, **facts: Any) -> None:
    known = {name: value for name, value in facts.items() if value is not None}
    row = insert(EmployerHire).values(
        **{"order_id": event.order_id, "worker_id": event.worker_id, "at": session.now, "is_cancelled": False, **known}
    )
    session.execute(
        row.on_conflict_do_update(index_elements=["order_id"], set_={"worker_id": event.worker_id, **known})
    )


def _hires(session: Session, query: c.ListCandidates, employer_id: UUID) -> Page[c.CandidateView]:
    statement = select(EmployerHire).where(col(EmployerHire.employer_id) == employer_id).where(_in_stage(query.stage))
    if query.posting_id is not None:
        statement = statement.where(col(EmployerHire.posting_id) == query.posting_id)
    return page(
        session,
        statement,
        order=(col(EmployerHire.at).desc(), col(EmployerHire.order_id).desc()),
        request=query,
        view=lambda row: c.CandidateView(
            id=row.order_id,
            stage=query.stage,
            posting_id=row.posting_id,
            worker_id=row.worker_id,
            outpost=row.outpost,
            depart_on=row.depart_on,
            started_on=row.started_on,
            ended_on=row.ended_on,
            at=row.at,
            **_person(session, row.worker_id),
        ),
    )


def _accepted(session: Session, query: c.ListCandidates, employer_id: UUID) -> Page[c.CandidateView]:
    statement = select(Recommendation).where(
        col(Recommendation.employer_id) == employer_id, col(Recommendation.state) == c.RecommendationState.accepted
    )
    if query.posting_id is not None:
        statement = statement.where(col(Recommendation.posting_id) == query.posting_id)
    return page(
        session,
        statement,
        order=(col(Recommendation.made_at).desc(), col(Recommendation.id).desc()),
        request=query,
        view=lambda row: c.CandidateView(
            id=row.id,
            stage=c.CandidateStage.accepted,
            posting_id=row.posting_id,
            worker_id=None if isinstance(session.caller.scope, Partner) else row.worker_id,
            at=row.answered_at or row.made_at,
            **_person(session, row.worker_id),
        ),
    )


def _person(session: Session, worker_id: UUID) -> dict[str, Any]:
    seeker = session.get(Seeker, worker_id)
    return {"sex": seeker.sex, "age": today(session.now).year - seeker.birth_year} if seeker else {}


def _in_stage(stage: c.CandidateStage) -> ColumnElement[bool]:
    now: Any = case(
        (col(EmployerHire.is_cancelled), c.CandidateStage.cancelled.value),
        (col(EmployerHire.ended_on).is_not(None), c.CandidateStage.ended.value),
        (col(EmployerHire.receipt) == dispatch.ReceiptOutcome.not_started, c.CandidateStage.not_started.value),
        (col(EmployerHire.started_on).is_not(None), c.CandidateStage.started.value),
        else_=c.CandidateStage.ordered.value,
    )
    found: ColumnElement[bool] = now == stage.value
    return found


def _due(day: date, days: int) -> ColumnElement[bool]:
    return col(EmployerHire.started_on) <= day - timedelta(days=days)


def _stayed(days: int) -> ColumnElement[bool]:
    """The end of a contract is no sign against an employer, nor is a transfer that the county arranged."""
    as_agreed = col(EmployerHire.end_reason).in_((dispatch.EndReason.contract_ended, dispatch.EndReason.job_transfer))
    return or_(
        col(EmployerHire.ended_on).is_(None),
        as_agreed,
        col(EmployerHire.ended_on) - col(EmployerHire.started_on) >= days,
    )


def _count(column: Any, which: Any) -> Any:
    return func.count(column).filter(which)


def _share(count: int, of: int) -> c.Share:
    return c.Share(count=count, of=of, share=round(count / of, 3) if of else None)
