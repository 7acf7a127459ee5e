"""Courses, what became of their learners, and which course to give next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import problems
from gateway.auth import Area, HqReader, HqWriter
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, STALE

router = APIRouter(prefix="/hq", tags=["hq"])


@router.post("/courses", status_code=201, response_model=c.CourseView, responses=problems(c.COURSE_EXISTS))
async def create_course(caller: HqWriter, body: c.CreateCourse) -> Response:
    """Add a course beside the account's five trades and 养蜂."""
    return await caller.create(body, location="/api/v1/hq/courses/{code}")


@router.get("/courses", response_model=Page[c.CourseView])
async def list_courses(caller: Area, query: Annotated[c.ListCourses, Query()]) -> Response:
    """List the courses."""
    return await caller.answer(query)


@router.get("/courses/{code}", response_model=c.CourseView, responses=problems(NOT_FOUND))
async def get_course(caller: Area, code: str) -> Response:
    """Read one course."""
    return await caller.answer(c.GetCourse(code=code))


@router.patch("/courses/{code}", response_model=c.CourseView, responses=problems(NOT_FOUND, STALE))
async def change_course(caller: HqWriter, code: str, body: c.CourseChange) -> Response:
    """Change a course, or stop giving it."""
    message = c.ChangeCourse(code=code, expected_version=caller.if_match(), **body.model_dump(exclude_unset=True))
    return await caller.answer(message)


@router.get("/course-outcomes", response_model=c.CourseOutcomes)
async def get_course_outcomes(caller: HqReader, query: Annotated[c.GetCourseOutcomes, Query()]) -> Response:
    """Count by course who was trained, certified and then placed."""
    return await caller.answer(query)


@router.get("/training-outcomes", response_model=c.TrainingOutcomes)
async def get_training_outcomes(caller: Area, query: Annotated[c.GetTrainingOutcomes, Query()]) -> Response:
    """Follow people from enrolment to work, by course, township or month; an area account counts its own people."""
    return await caller.answer(query)


@router.get("/course-suggestions", response_model=c.CourseSuggestions)
async def suggest_courses(caller: HqReader, query: Annotated[c.SuggestCourses, Query()]) -> Response:
    """Say which course would open most postings for the seekers whom the newest matching left uncovered."""
    return await caller.answer(query)
