"""What training tells the others."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Event


class EnrolmentConfirmed(Event):
    topic: ClassVar[str] = "enrolment.confirmed"
    aggregate: ClassVar[str] = "enrolment_id"
    enrolment_id: UUID
    session_id: UUID
    worker_id: UUID
    course: str
    posting_id: UUID | None = None


class EnrolmentCancelled(Event):
    """A confirmed place was given back, or the session was called off. `has_other_place`: the worker keeps or completed
    another training.
    """

    topic: ClassVar[str] = "enrolment.cancelled"
    aggregate: ClassVar[str] = "enrolment_id"
    enrolment_id: UUID
    session_id: UUID
    worker_id: UUID
    course: str
    has_other_place: bool = False


class CertificateIssued(Event):
    topic: ClassVar[str] = "certificate.issued"
    aggregate: ClassVar[str] = "certificate_id"
    certificate_id: UUID
    certificate_no: str
    worker_id: UUID
    course: str
    occupation: str | None = None
    issued_on: date


class CertificateRevoked(Event):
    topic: ClassVar[str] = "certificate.revoked"
    aggregate: ClassVar[str] = "certificate_id"
    certificate_id: UUID
    certificate_no: str
    worker_id: UUID
    course: str
    occupation: str | None = None
    revoked_on: date
