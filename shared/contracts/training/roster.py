"""Who is enrolled in a session, who came, who earned a certificate, and who then found work."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind

ALREADY_ENROLLED = ProblemCode(
    "enrolment.already_enrolled",
    ProblemKind.conflict,
    zh="该劳动力已报名这个班次。",
    en="This worker is already enrolled in this session.",
)
ATTENDANCE_OUTSIDE_SESSION = ProblemCode(
    "attendance.outside_session",
    ProblemKind.invalid,
    zh="{on} 不在培训日期内。",
    en="{on} is not a day of this session.",
)
NOT_ENROLLED = ProblemCode(
    "attendance.not_enrolled",
    ProblemKind.invalid,
    zh="名单中有人没有报上这个班次。",
    en="Someone named is not enrolled in this session.",
)
NOTHING_TO_CERTIFY = ProblemCode(
    "certificate.nobody_eligible",
    ProblemKind.conflict,
    zh="没有达到出勤要求且尚未发证的学员。",
    en="Nobody has both the attendance needed and no certificate yet.",
)
ATTENDANCE_TOO_LOW = ProblemCode(
    "certificate.attendance_too_low",
    ProblemKind.conflict,
    zh="{count} 名学员出勤未达 {needed}%, 不能发证。",
    en="{count} of the learners named attended less than {needed}% of the days.",
)
CERTIFICATE_NOT_FOUND = ProblemCode(
    "certificate.not_found",
    ProblemKind.not_found,
    zh="没有这个证书编号, 请核对后再查。",
    en="There is no certificate with this number.",
)


class EnrolmentState(StrEnum):
    """`waiting`: on the waiting list; moves up when a seat is given back."""

    confirmed = "confirmed"
    waiting = "waiting"
    cancelled = "cancelled"


class EnrolmentView(View):
    id: UUID
    session_id: UUID
    worker_id: UUID
    course: str
    state: EnrolmentState
    position: int | None = Field(description="place on the waiting list, from 1")
    days_present: int
    certificate_no: str | None
    enrolled_at: datetime
    version: int


class EnrolmentForm(BaseModel, extra="forbid"):
    worker_id: UUID


class EnrolWorker(EnrolmentForm, Command[EnrolmentView]):
    """Confirmed while there are seats, else on the waiting list."""

    session_id: UUID


class CancelEnrolment(Command[EnrolmentView]):
    """The first who waits takes the seat."""

    enrolment_id: UUID


class ListEnrolments(PageRequest, Query[Page[EnrolmentView]]):
    """In the order of enrolment."""

    session_id: UUID | None = None
    worker_id: UUID | None = None
    state: EnrolmentState | None = None


class AttendanceForm(BaseModel, extra="forbid"):
    """The whole list of one day; sent again it replaces that day's list."""

    on: date = Field(examples=["2026-11-24"])
    present: list[UUID] = Field(max_length=1000, description="worker ids; everyone else enrolled was absent")


class AttendanceView(View):
    session_id: UUID
    on: date
    present: int
    absent: int


class RecordAttendance(AttendanceForm, Command[AttendanceView]):
    session_id: UUID


class CertificateView(View):
    """结业证书."""

    id: UUID
    certificate_no: str = Field(examples=["LPJY-2026-00031-7"])
    worker_id: UUID
    session_id: UUID
    course: str
    course_name: str
    occupation: str | None
    issued_on: date
    placed_on: date | None
    placed_within_days: int | None = Field(description="days from the certificate to the first day at work")


class CertificatesIssued(View):
    items: list[CertificateView]


class CertificateForm(BaseModel, extra="forbid"):
    """Without `worker_ids`: everyone who attended enough and has none yet."""

    worker_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000)
    issued_on: date | None = Field(default=None, description="left out: today")


class IssueCertificates(CertificateForm, Command[CertificatesIssued]):
    """All those named or nobody; completes the session."""

    session_id: UUID


class ListCertificates(PageRequest, Query[Page[CertificateView]]):
    """Newest first."""

    worker_id: UUID | None = None
    session_id: UUID | None = None
    course: str | None = None


class CertificateCheckView(View):
    """What anybody may learn from a certificate's number: that it is genuine, in what, since when. No person."""

    certificate_no: str
    is_genuine: bool
    course_name: str
    hours: int
    issued_on: date


class CheckCertificate(Query[CertificateCheckView]):
    certificate_no: str = Field(max_length=40)


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


class EnrolmentConfirmed(Event):
    topic: ClassVar[str] = "enrolment.confirmed"
    aggregate: ClassVar[str] = "enrolment_id"
    enrolment_id: UUID
    session_id: UUID
    worker_id: UUID
    course: str
    posting_id: UUID | None = None


class CertificateIssued(Event):
    topic: ClassVar[str] = "certificate.issued"
    aggregate: ClassVar[str] = "certificate_id"
    certificate_id: UUID
    certificate_no: str
    worker_id: UUID
    course: str
    occupation: str | None = None
    issued_on: date
