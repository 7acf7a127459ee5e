"""转岗: a worker changes jobs inside an outpost or moves to another one, which has to accept."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText

TRANSFER_ALREADY_REQUESTED = ProblemCode(
    "transfer.already_requested",
    ProblemKind.conflict,
    zh="该劳动力已有一份待接收的转岗申请。",
    en="This worker already has a transfer that waits for an answer.",
)


class JobTransferState(StrEnum):
    requested = "requested"
    accepted = "accepted"
    refused = "refused"
    withdrawn = "withdrawn"


class JobTransferView(View):
    """Both outposts see it. The receiver sees the worker's name only after accepting."""

    id: UUID
    worker_id: UUID
    from_outpost: OutpostCode
    to_outpost: OutpostCode
    employer_id: UUID | None = Field(description="the new employer, where known")
    posting_id: UUID | None
    reason: str
    hands_over_cases: bool = Field(description="open rights cases go to the receiver too")
    state: JobTransferState
    requested_at: datetime
    answered_at: datetime | None
    answer_note: str | None
    version: int


class JobTransferForm(BaseModel, extra="forbid"):
    worker_id: UUID
    to_outpost: OutpostCode = Field(examples=["wenling"])
    reason: CleanText = Field(examples=["原厂停产, 温岭有同工种岗位"])
    employer_id: UUID | None = None
    posting_id: UUID | None = None
    hands_over_cases: bool = True


class RequestJobTransfer(JobTransferForm, Command[JobTransferView]):
    """Asked by the outpost that looks after the worker."""


class TransferAnswer(BaseModel, extra="forbid"):
    note: CleanText | None = Field(default=None, examples=["联络员已联系, 下周一到站"])


class AcceptJobTransfer(TransferAnswer, Command[JobTransferView]):
    """By the receiving outpost; the caseload moves with the event."""

    transfer_id: UUID


class TransferRefusal(BaseModel, extra="forbid"):
    note: CleanText = Field(examples=["本地同工种岗位已满"])


class RefuseJobTransfer(TransferRefusal, Command[JobTransferView]):
    transfer_id: UUID


class WithdrawJobTransfer(Command[JobTransferView]):
    """By the outpost that asked."""

    transfer_id: UUID


class GetJobTransfer(Query[JobTransferView]):
    transfer_id: UUID


class TransferDirection(StrEnum):
    incoming = "incoming"
    outgoing = "outgoing"


class ListJobTransfers(PageRequest, Query[Page[JobTransferView]]):
    """Newest first."""

    state: JobTransferState | None = None
    direction: TransferDirection | None = None


class JobTransferRequested(Event):
    topic: ClassVar[str] = "job_transfer.requested"
    aggregate: ClassVar[str] = "transfer_id"
    transfer_id: UUID
    worker_id: UUID
    from_outpost: OutpostCode
    to_outpost: OutpostCode
    posting_id: UUID | None = None


class JobTransferAccepted(Event):
    """The receiver said yes: outposts moves the caseload, postings finds at least two new postings."""

    topic: ClassVar[str] = "job_transfer.accepted"
    aggregate: ClassVar[str] = "transfer_id"
    transfer_id: UUID
    worker_id: UUID
    from_outpost: OutpostCode
    to_outpost: OutpostCode
    posting_id: UUID | None = None
    employer_id: UUID | None = None
    hands_over_cases: bool = False
    accepted_at: datetime
