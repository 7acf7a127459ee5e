"""结业证书: numbered, printable, revocable, and open to everybody's check by number."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, JobState, Page, PageRequest, Query, View
from shared.contracts.types import ShortText


class CertificateView(View):
    id: UUID
    certificate_no: str = Field(examples=["LPJY-2026-00031-7"])
    worker_id: UUID
    session_id: UUID
    course: str
    course_name: str
    occupation: str | None
    issued_on: date
    revoked_at: datetime | None
    revocation_reason: str | None
    posting_id: UUID | None = Field(description="定岗培训: the posting it was trained for")
    placed_on: date | None
    placed_within_days: int | None = Field(description="days from the certificate to the first day at work")
    is_placed_as_trained: bool = Field(description="the placement is at the posting it was trained for")


class CertificatesIssued(View):
    items: list[CertificateView]


class CertificateForm(BaseModel, extra="forbid"):
    """Without `worker_ids`: everyone who attended enough, passed, and has none yet."""

    worker_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000)
    issued_on: date | None = Field(default=None, description="left out: today")


class IssueCertificates(CertificateForm, Command[CertificatesIssued]):
    """All those named or nobody; completes the session."""

    session_id: UUID


class RevocationForm(BaseModel, extra="forbid"):
    reason: ShortText = Field(examples=["出勤登记有误"])


class RevokeCertificate(RevocationForm, Command[CertificateView]):
    """The number stays taken and checks as revoked; the learner can be certified again."""

    certificate_id: UUID


class ListCertificates(PageRequest, Query[Page[CertificateView]]):
    """Newest first."""

    worker_id: UUID | None = None
    session_id: UUID | None = None
    course: str | None = None
    is_placed: bool | None = None


class CertificateCheckView(View):
    """What anybody may learn from a certificate's number: that it is genuine, in what, since when. No person."""

    certificate_no: str
    is_genuine: bool = Field(description="false: it was issued and then revoked")
    revoked_on: date | None
    course_name: str
    hours: int
    issued_on: date


class CheckCertificate(Query[CertificateCheckView]):
    certificate_no: str = Field(max_length=40)


class PrintCertificates(Command[JobState]):
    """The papers of a session's certificates, or of those named, a page each."""

    session_id: UUID | None = None
    certificate_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)
