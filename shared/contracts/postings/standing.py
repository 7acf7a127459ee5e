"""An employer's standing: the blacklist with reason and appeal, who came to it, and what became of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText

__all__ = [
    "APPEAL_PENDING",
    "BLACKLISTING_SECOND_PERSON",
    "AppealBlacklisting",
    "AppealDecision",
    "AppealForm",
    "AppealState",
    "BlacklistingView",
    "CandidateStage",
    "CandidateView",
    "ConfirmBlacklisting",
    "DecideAppeal",
    "EmployerReputation",
    "GetEmployerReputation",
    "ListBlacklistings",
    "ListCandidates",
    "ListSimilarEmployers",
    "Share",
    "SimilarBecause",
    "SimilarEmployer",
    "SimilarEmployers",
]

APPEAL_PENDING = ProblemCode(
    "blacklisting.appeal_pending",
    ProblemKind.conflict,
    zh="已有一份申诉正在处理。",
    en="An appeal is already being decided.",
)

BLACKLISTING_SECOND_PERSON = ProblemCode(
    "blacklisting.second_person",
    ProblemKind.conflict,
    zh="须由另一位工作人员复核: 列入黑名单的人不能自己确认, 也不能自己处理申诉。请让另一位同事登录办理。",
    en="A second person has to decide: whoever put the employer on the blacklist can neither confirm it nor decide the "
    "appeal. Ask a colleague to sign in and do it.",
)


class AppealState(StrEnum):
    """none -> pending -> rejected | granted; a rejected one may be followed by another."""

    none = "none"
    pending = "pending"
    rejected = "rejected"
    granted = "granted"


class BlacklistingView(View):
    """One time on the blacklist 黑名单. It holds at once, so that nobody is sent there meanwhile; it lapses unless a
    second person confirms it within seven days."""

    id: UUID
    employer_id: UUID
    reason: str
    blocked_at: datetime
    blocked_by: str = Field(description="the account that decided")
    confirmed_at: datetime | None = None
    confirmed_by: str | None = Field(default=None, description="the second person")
    lapses_at: datetime | None = Field(default=None, description="when it ends unless it is confirmed")
    appeal_state: AppealState
    appeal: str | None = None
    appealed_at: datetime | None = None
    decision: str | None = Field(default=None, description="why the appeal was rejected or granted")
    decided_at: datetime | None = None
    decided_by: str | None = None
    lifted_at: datetime | None = None
    lifted_reason: str | None = None
    version: int


class ListBlacklistings(PageRequest, Query[Page[BlacklistingView]]):
    """The latest first; a partner reads its own."""

    employer_id: UUID | None = None
    appeal_state: AppealState | None = None
    is_lifted: bool | None = None
    is_confirmed: bool | None = None


class ConfirmBlacklisting(Command[BlacklistingView]):
    """复核: a second person agrees that the employer stays on the blacklist."""

    blacklisting_id: UUID


class AppealForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: CleanText = Field(examples=["工资已于3月1日付清, 见劳动监察大队结案书"])


class AppealBlacklisting(AppealForm, Command[BlacklistingView]):
    """The employer says why it should be taken off."""

    blacklisting_id: UUID


class AppealDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    is_granted: bool
    reason: CleanText = Field(examples=["经核实工资已付清"])


class DecideAppeal(AppealDecision, Command[BlacklistingView]):
    """Granted: the employer is taken off the blacklist. Rejected: it stays, with the reason."""

    blacklisting_id: UUID


class SimilarBecause(StrEnum):
    """same_organisation: nine characters of the credit code agree. same_name: but for place and legal form."""

    same_organisation = "same_organisation"
    same_name = "same_name"


class SimilarEmployer(View):
    id: UUID
    name: str
    uscc: str
    is_blocked: bool
    because: SimilarBecause


class SimilarEmployers(View):
    items: list[SimilarEmployer]


class ListSimilarEmployers(Query[SimilarEmployers]):
    """Employers that may be the same one registered twice."""

    employer_id: UUID


class CandidateStage(StrEnum):
    """accepted: said yes to a posting. ordered: a dispatch order is issued. The rest as receipts and placements say."""

    accepted = "accepted"
    ordered = "ordered"
    started = "started"
    not_started = "not_started"
    ended = "ended"
    cancelled = "cancelled"


class CandidateView(View):
    """Somebody who comes, came, or would. Never with an identity number; named once an order was issued."""

    id: UUID = Field(description="the order, or the recommendation before there is one")
    stage: CandidateStage
    posting_id: UUID | None = None
    posting_title: str | None = None
    worker_id: UUID | None = None
    name: str | None = Field(default=None, description="while the worker is lent to the employer by an order")
    sex: str | None = None
    age: int | None = None
    outpost: OutpostCode | None = None
    depart_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    at: datetime


class ListCandidates(PageRequest, Query[Page[CandidateView]]):
    """The latest first. A partner leaves the employer out and gets its own."""

    employer_id: UUID | None = None
    stage: CandidateStage = CandidateStage.ordered
    posting_id: UUID | None = None


class Share(BaseModel):
    """`of` is how many could be judged; the share is null where there was none."""

    count: int
    of: int
    share: float | None = Field(description="0 to 1")


class EmployerReputation(View):
    """What became of the people who were sent to an employer, from orders, receipts, placements and rights cases."""

    employer_id: UUID
    orders: int = Field(description="dispatch orders that were not cancelled")
    waiting: int = Field(description="orders without a receipt yet")
    started: Share = Field(description="of the receipts, those that say started")
    declined_by_employer: int = Field(description="receipts in which the employer turned the worker down")
    stayed_30_days: Share = Field(description="of those who started at least 30 days ago")
    stayed_90_days: Share
    cases: int = Field(description="rights cases of its workers")
    cases_open: int
    cases_per_hundred: float | None = Field(description="cases for each hundred who started")
    recovered_cents: int = Field(description="what its workers got through their cases")
    times_blocked: int = Field(description="confirmed ones")
    as_of: date


class GetEmployerReputation(Query[EmployerReputation]):
    """A partner leaves the employer out and gets its own."""

    employer_id: UUID | None = None
