"""What training led to: the funnel from enrolment to work, and which course would open most postings next."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Query, View
from shared.contracts.types import DivisionCode


class OutcomesBy(StrEnum):
    """Months are those of the certificate."""

    course = "course"
    township = "township"
    month = "month"


class TrainingFunnel(View):
    """People, each counted once however many courses they took: 培训 2,876 人, 其中实现就业 2,589 人 is this count."""

    enrolled: int = Field(description="confirmed in a session")
    attended: int = Field(description="came at least once")
    certified: int
    placed: int = Field(description="found work after the certificate")
    placed_within: int = Field(description="within `days` of the certificate")
    placed_as_trained: int = Field(description="定岗培训: at the posting trained for")
    placed_percent: float | None = Field(description="placed of certified; null where nobody is certified")


class OutcomeRow(TrainingFunnel):
    key: str = Field(description="course code, township code or month", examples=["beekeeping"])
    name: str = Field(examples=["养蜂"])


class TrainingOutcomes(View):
    by: OutcomesBy
    days: int
    items: list[OutcomeRow]
    total: TrainingFunnel


class OutcomesRequest(BaseModel, extra="forbid"):
    by: OutcomesBy = OutcomesBy.course
    days: int = Field(default=90, ge=1, le=730)
    from_date: date | None = Field(default=None, description="enrolled in sessions that start on or after this day")
    to_date: date | None = None
    division: DivisionCode | None = None


class GetTrainingOutcomes(OutcomesRequest, Query[TrainingOutcomes]):
    """The funnel; everybody of the sessions within the dates, whatever became of them since."""


class CourseOutcome(View):
    """How a course's learners fared: 2,876 trained, 2,589 then employed, counted the same way."""

    course: str
    course_name: str
    enrolled: int
    certified: int
    placed: int
    placed_within: int = Field(description="placed within `days` of the certificate")


class CourseOutcomes(View):
    items: list[CourseOutcome]
    days: int


class GetCourseOutcomes(Query[CourseOutcomes]):
    days: int = Field(default=90, ge=1, le=730)


class CourseSuggestion(View):
    """What one more skill would change for the seekers who were left uncovered."""

    course: str | None = Field(description="null: no course teaches it yet")
    course_name: str | None
    occupation: str
    occupation_name: str
    unlocked: int = Field(description="postings that would open, counted for each seeker: what the order goes by")
    seekers: int = Field(description="uncovered seekers for whom at least one posting would open")
    lifted: int = Field(description="of these, who would then have the minimum of postings")
    postings: int = Field(description="postings that would open to at least one of them")
    openings: int = Field(description="free openings of those postings")


class CourseSuggestions(View):
    matching_id: UUID | None = Field(description="the matching run whose uncovered seekers were looked at")
    uncovered: int
    items: list[CourseSuggestion]


class SuggestCourses(Query[CourseSuggestions]):
    """Which course would open most postings for the uncovered seekers of the newest matching run, best first."""

    division: DivisionCode | None = None
    limit: int = Field(default=20, ge=1, le=100)
