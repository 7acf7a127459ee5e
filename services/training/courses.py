"""The course catalogue: what is taught, how long, and what a certificate of it needs."""

from __future__ import annotations

from sqlmodel import col, select

from services.training.here import require_version
from services.training.models import Course
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session


def create_course(session: Session, command: c.CreateCourse) -> c.CourseView:
    if session.get(Course, command.code):
        raise c.COURSE_EXISTS(code=command.code)
    course = Course(**command.model_dump())
    session.add(course)
    session.flush()
    return course_view(course)


def change_course(session: Session, command: c.ChangeCourse) -> c.CourseView:
    course = session.exec(select(Course).where(Course.code == command.code).with_for_update()).one_or_none()
    if course is None:
        raise NOT_FOUND(code=command.code)
    require_version(course.version, command.expected_version)
    for name, value in command.model_dump(include=set(c.CourseChange.model_fields), exclude_none=True).items():
        setattr(course, name, value)
    course.pass_score = course.pass_score or None
    course.version += 1
    session.add(course)
    session.flush()
    return course_view(course)


def get_course(session: Session, query: c.GetCourse) -> c.CourseView:
    course = session.get(Course, query.code)
    if course is None:
        raise NOT_FOUND(code=query.code)
    return course_view(course)


def list_courses(session: Session, query: c.ListCourses) -> Page[c.CourseView]:
    statement = select(Course)
    if query.is_active is not None:
        statement = statement.where(Course.is_active == query.is_active)
    if query.trade is not None:
        statement = statement.where(Course.trade == query.trade)
    if query.q:
        statement = statement.where(col(Course.name).contains(query.q, autoescape=True))
    return page(session, statement, order=(col(Course.code),), request=query, view=course_view)


def course_view(course: Course) -> c.CourseView:
    return c.CourseView.model_validate(course.model_dump())


def name_of(session: Session, code: str) -> str:
    course = session.get(Course, code)
    return course.name if course else code


def require_given(session: Session, code: str) -> Course:
    """The course, if it is still given. Raises COURSE_NOT_FOUND."""
    course = session.get(Course, code)
    if course is None or not course.is_active:
        raise c.COURSE_NOT_FOUND(code=code)
    return course
