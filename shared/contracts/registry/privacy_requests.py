"""个人信息权利: what a person may ask of whoever holds their record, what became of it, and restricting the record."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, JobState, Nothing, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.kit import PersonalRecords
from shared.contracts.registry.change_requests import ChangeRequestView
from shared.contracts.registry.corrections import RecordedEntry
from shared.contracts.registry.help_plans import HelpPlanView
from shared.contracts.registry.histories import WorkerChangeView
from shared.contracts.registry.households import ContactView, HouseholdRelation
from shared.contracts.registry.people import ConsentPurpose, ConsentView
from shared.contracts.registry.visits import VisitView
from shared.contracts.registry.workers import WorkerView
from shared.contracts.types import ShortText


class PrivacyRight(StrEnum):
    """个人信息保护法 §44, §45, §46, §47, §48"""

    access = "access"
    correction = "correction"
    deletion = "deletion"
    restriction = "restriction"
    explanation = "explanation"


class PrivacyRequestState(StrEnum):
    open = "open"
    fulfilled = "fulfilled"
    refused = "refused"
    withdrawn = "withdrawn"


class PrivacyRequestForm(BaseModel):
    right: PrivacyRight
    reason: ShortText | None = Field(default=None, examples=["已在外地落户, 不再需要就业服务"])


class PrivacyRequestView(View):
    """A request and its answer; a refusal always says why (§50)."""

    id: UUID
    version: int
    worker_id: UUID
    worker_name: str
    right: PrivacyRight
    reason: str | None
    state: PrivacyRequestState
    requested_by: str
    requested_at: datetime
    due_on: date
    is_overdue: bool
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class SubmitPrivacyRequest(PrivacyRequestForm, Command[PrivacyRequestView]):
    """By the worker, or by an officer on the worker's word."""

    worker_id: UUID


class GetPrivacyRequest(Query[PrivacyRequestView]):
    request_id: UUID


class ListPrivacyRequests(PageRequest, Query[Page[PrivacyRequestView]]):
    """What is due first comes first."""

    state: PrivacyRequestState | None = None
    right: PrivacyRight | None = None
    worker_id: UUID | None = None
    overdue: bool = False


class PrivacyAnswer(BaseModel):
    """What was done, or why it is refused: read by the person."""

    answer: ShortText = Field(examples=["已按本人申请删除", "维权案件未办结, 依法保留至结案"])


class FulfilPrivacyRequest(PrivacyAnswer, Command[PrivacyRequestView]):
    """Answer it; a deletion is carried out, a restriction begins."""

    request_id: UUID


class RefusePrivacyRequest(PrivacyAnswer, Command[PrivacyRequestView]):
    request_id: UUID


class WithdrawPrivacyRequest(Command[PrivacyRequestView]):
    request_id: UUID


class RestrictionForm(BaseModel):
    """Why a record is restricted, or free again."""

    reason: ShortText = Field(examples=["本人要求停止处理, 保存期限未满"])


class RestrictWorker(RestrictionForm, Command[Nothing]):
    """停止处理: the record is kept and protected, and used for nothing else (§47)."""

    worker_id: UUID


class LiftRestriction(RestrictionForm, Command[Nothing]):
    worker_id: UUID


class ConsentForm(BaseModel):
    """How the person said yes."""

    evidence: ShortText | None = Field(default=None, examples=["授权书编号 DF-2026-0031"])


class GiveConsent(ConsentForm, Command[ConsentView]):
    """Consent to one purpose, given by the worker or taken down with its evidence (§14, §29)."""

    worker_id: UUID
    purpose: ConsentPurpose


class LookView(View):
    """Who read a record, on which day, how often."""

    worker_id: UUID
    actor: str
    scope: str
    what: str = Field(examples=["record", "history"])
    on: date
    times: int
    first_at: datetime
    last_at: datetime


class ListLooks(PageRequest, Query[Page[LookView]]):
    """谁看过谁: readings of records, the latest day first."""

    worker_id: UUID | None = None
    actor: str | None = None
    since: date | None = None
    until: date | None = None


class LookerView(View):
    """How many people one account looked at on one day."""

    actor: str
    scope: str
    on: date
    people: int
    times: int
    is_unusual: bool = Field(description="more people than anybody's work needs in a day")


class ListLookers(PageRequest, Query[Page[LookerView]]):
    """Accounts by day, for an auditor: the latest day first."""

    since: date | None = None
    unusual_only: bool = False


class OwnLook(View):
    """One entry of what a person may know: when, by whom (an office, not a name), what, and for what."""

    on: date
    who: str = Field(examples=["县公司", "网格员(敖市镇)", "东莞服务站", "用工企业"])
    what: list[str] = Field(examples=[["身份证号码"]])
    purpose: str | None
    times: int


class OwnLooks(View):
    items: list[OwnLook]


class GetOwnLooks(Query[OwnLooks]):
    """The last year's, newest first."""

    worker_id: UUID


class ProcessingActivity(View):
    """One line of the processing record 个人信息处理活动记录 (§55, §56): what is done, and on which basis."""

    key: str
    purpose: str
    basis: str
    categories: list[str]
    is_sensitive: bool
    recipients: str
    retention: str
    measures: str
    disclosures: int = Field(description="entries of the disclosure record in the period, where it is a disclosure")
    people: int


class ProcessingRecord(View):
    since: date
    until: date
    activities: list[ProcessingActivity]


class GetProcessingRecord(Query[ProcessingRecord]):
    """The last twelve months, unless said otherwise."""

    since: date | None = None
    until: date | None = None


class OwnHousehold(View):
    """One's place in a household; what is known of the others is theirs."""

    relation: HouseholdRelation
    since: date
    members_total: int | None


class OwnReferral(View):
    name: str
    referred_on: date


class AccessCopy(View):
    """查阅复制 (§45): everything that is held about one person, in a form that machines read too.

    HQ makes it of what HQ may see: what an outpost keeps for itself (cases, follow-ups) the person alone is told.
    """

    made_at: datetime
    worker: WorkerView
    id_number: str | None
    contacts: list[ContactView]
    changes: list[WorkerChangeView]
    visits: list[VisitView]
    change_requests: list[ChangeRequestView]
    privacy_requests: list[PrivacyRequestView]
    help_plans: list[HelpPlanView]
    looks: list[OwnLook]
    entries: list[RecordedEntry] = Field(description="hardships and work, with what was corrected or withdrawn")
    household: OwnHousehold | None
    brought_by: list[OwnReferral] = Field(description="who brought the person to work")
    brought: list[OwnReferral] = Field(description="whom the person brought")
    activities: list[ProcessingActivity]
    records: list[PersonalRecords] = Field(description="what every other service holds")
    withheld: str | None = Field(description="what this copy does not tell, and where it is read")


class PrintAccessCopy(Command[JobState]):
    """The same on paper, in words; the job's result is the file."""

    worker_id: UUID


class MakeAccessCopy(Command[AccessCopy]):
    """For the person, or for an officer who hands it over; recorded as a disclosure."""

    worker_id: UUID


class RetentionRow(View):
    """Somebody of whom nothing was recorded for so long that keeping the record needs a reason."""

    worker_id: UUID
    worker_name: str
    division: str
    division_name: str
    last_recorded_on: date


class ListRetentionDue(PageRequest, Query[Page[RetentionRow]]):
    """保存期限: due for deletion or for a reason to keep."""

    division: str | None = Field(default=None, pattern=r"^\d{6,12}$")


class RetentionForm(BaseModel):
    reason: ShortText = Field(examples=["仍在领取失业保险"])
    until: date


class KeepWorker(RetentionForm, Command[Nothing]):
    """Keep a record beyond its time, with the reason and an end."""

    worker_id: UUID


WORKER_RESTRICTED = ProblemCode(
    "worker.restricted",
    ProblemKind.conflict,
    zh="此人的信息已限制处理, 只保存不使用; 解除限制后才能修改。",
    en="This person's record is restricted: it is kept and not used. Lift the restriction first.",
)
WORKER_NOT_RESTRICTED = ProblemCode(
    "worker.not_restricted",
    ProblemKind.conflict,
    zh="此人的信息没有限制处理。",
    en="This person's record is not restricted.",
)
CONSENT_GIVEN_ALREADY = ProblemCode(
    "consent.given_already",
    ProblemKind.conflict,
    zh="这项同意已经给出, 没有撤回。",
    en="This consent was given already and is not withdrawn.",
)
PRIVACY_REQUEST_ANSWERED = ProblemCode(
    "privacy_request.answered",
    ProblemKind.conflict,
    zh="这份请求已经答复或撤回。",
    en="This request was answered or withdrawn already.",
)
PRIVACY_REQUEST_OPEN = ProblemCode(
    "privacy_request.open",
    ProblemKind.conflict,
    zh="同样的请求正在办理, 不需要重复提交。",
    en="The same request is being worked on already.",
)
