"""培训 2,876 人, 其中实现就业 2,589 人: the funnel from enrolment to work, people counted once each."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Select, func
from sqlmodel import col, select

from services.training.courses import name_of
from services.training.models import Attendance, Certificate, Course, Enrolment, TrainingSession
from shared.contracts import training as c
from shared.kit.session import Session
from shared.reference import division_name

TOWNSHIP_DIGITS = 9


def training_outcomes(session: Session, query: c.GetTrainingOutcomes) -> c.TrainingOutcomes:
    """By course, township or month of the session's first day, and all together."""
    items = [
        c.OutcomeRow(key=key, name=_name(session, query.by, key), **_counts(row))
        for key, *row in session.execute(_funnel(query, _key(query.by)))
    ]
    total = session.execute(_funnel(query, sqlalchemy.literal("all"))).all()
    counted = _counts(total[0][1:]) if total else _counts([0] * len(MEASURES))
    return c.TrainingOutcomes(by=query.by, days=query.days, items=items, total=c.TrainingFunnel(**counted))


MEASURES = ("enrolled", "attended", "certified", "placed", "placed_within", "placed_as_trained")


def _funnel(query: c.GetTrainingOutcomes, key: ColumnElement[Any]) -> Select[Any]:
    person = col(Enrolment.worker_id)
    came = (
        sqlalchemy.select(col(Attendance.id))
        .where(col(Attendance.enrolment_id) == col(Enrolment.id), col(Attendance.is_present))
        .exists()
    )
    is_placed = col(Certificate.placed_on).is_not(None)
    within = col(Certificate.placed_on) <= col(Certificate.issued_on) + query.days
    as_trained = col(Certificate.posting_id) == col(Certificate.placed_posting_id)

    def people(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(sqlalchemy.distinct(person)).filter(condition)

    statement = (
        sqlalchemy.select(
            key.label("key"),
            func.count(sqlalchemy.distinct(person)),
            people(came),
            people(col(Certificate.id).is_not(None)),
            people(is_placed),
            people(within),
            people(as_trained),
        )
        .select_from(Enrolment)
        .join(TrainingSession, col(TrainingSession.id) == col(Enrolment.session_id))
        .outerjoin(
            Certificate,
            (col(Certificate.enrolment_id) == col(Enrolment.id)) & col(Certificate.revoked_at).is_(None),
        )
        .where(col(Enrolment.state) == c.EnrolmentState.confirmed)
        .group_by(key)
        .order_by(key)
    )
    if query.from_date:
        statement = statement.where(col(TrainingSession.starts_on) >= query.from_date)
    if query.to_date:
        statement = statement.where(col(TrainingSession.starts_on) <= query.to_date)
    if query.division:
        statement = statement.where(col(Enrolment.division).startswith(query.division))
    return statement


def _key(by: c.OutcomesBy) -> ColumnElement[Any]:
    if by is c.OutcomesBy.course:
        return sqlalchemy.cast(col(Enrolment.course), sqlalchemy.String)
    if by is c.OutcomesBy.township:
        return func.left(col(Enrolment.division), TOWNSHIP_DIGITS)
    return func.to_char(col(TrainingSession.starts_on), "YYYY-MM")


def _name(session: Session, by: c.OutcomesBy, key: str) -> str:
    if by is c.OutcomesBy.course:
        return name_of(session, key)
    return division_name(key) if by is c.OutcomesBy.township else key


def _counts(row: Any) -> dict[str, Any]:
    counted: dict[str, Any] = dict(zip(MEASURES, row, strict=True))
    certified = counted["certified"]
    counted["placed_percent"] = round(100 * counted["placed"] / certified, 1) if certified else None
    return counted


def course_outcomes(session: Session, query: c.GetCourseOutcomes) -> c.CourseOutcomes:
    """The same funnel, a line for every course of the catalogue."""
    found = {one.key: one for one in training_outcomes(session, c.GetTrainingOutcomes(days=query.days)).items}
    items = [
        c.CourseOutcome(
            course=course.code,
            course_name=course.name,
            **(
                found[course.code].model_dump(include={"enrolled", "certified", "placed", "placed_within"})
                if course.code in found
                else {"enrolled": 0, "certified": 0, "placed": 0, "placed_within": 0}
            ),
        )
        for course in session.exec(select(Course).order_by(col(Course.code)))
    ]
    return c.CourseOutcomes(items=items, days=query.days)
