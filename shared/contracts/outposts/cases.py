"""维权案件: kinds, states, the facts that move statutory clocks, and the commands of a case's life."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import BlobRef, Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, CleanText, ShortText

CASE_FACT_IN_FUTURE = ProblemCode(
    "rights_case.fact_in_future",
    ProblemKind.invalid,
    zh="日期 {on} 还没有到, 不能作为已经发生的事实。",
    en="{on} is still to come and cannot be the day of something that happened.",
)
CASE_FACT_NOT_FOR_KIND = ProblemCode(
    "rights_case.fact_not_for_kind",
    ProblemKind.invalid,
    zh="“{fact}”不适用于这类案件。",
    en="The fact '{fact}' does not belong to a case of kind '{kind}'.",
)


class RightsCaseKind(StrEnum):
    """劳资纠纷, 工伤理赔, 劳动仲裁, 咨询."""

    wage_dispute = "wage_dispute"
    injury_claim = "injury_claim"
    arbitration = "arbitration"
    advice = "advice"


class RightsCaseState(StrEnum):
    open = "open"
    arbitration = "arbitration"
    awarded = "awarded"
    lawsuit = "lawsuit"
    closed = "closed"


class CaseFact(StrEnum):
    """What happened. Those that name an act start, restart, lengthen or stop clocks (shared/reference)."""

    note = "note"
    employer_contacted = "employer_contacted"
    mediation_held = "mediation_held"
    claim_asserted = "claim_asserted"
    employment_ended = "employment_ended"
    inspection_complained = "inspection_complained"
    injury_filed = "injury_filed"
    injury_accepted = "injury_accepted"
    injury_accepted_clear = "injury_accepted_clear"
    injury_decided = "injury_decided"
    arbitration_filed = "arbitration_filed"
    arbitration_accepted = "arbitration_accepted"
    arbitration_refused = "arbitration_refused"
    award_extended = "award_extended"
    award_received = "award_received"
    lawsuit_filed = "lawsuit_filed"
    judgment_received = "judgment_received"


class RightsCaseOutcome(StrEnum):
    settled = "settled"
    won = "won"
    partly_won = "partly_won"
    lost = "lost"
    withdrawn = "withdrawn"
    advised = "advised"


class DeadlineState(StrEnum):
    """`suspended`: the law sets no limit while the starting fact is missing (拖欠工资, 劳动关系存续期间)."""

    running = "running"
    suspended = "suspended"
    met = "met"
    missed = "missed"


class DeadlineView(View):
    """One statutory clock of the case."""

    clock: str = Field(examples=["arbitration_application"])
    name_zh: str = Field(examples=["申请劳动仲裁"])
    name_en: str = Field(examples=["apply for arbitration"])
    law: str = Field(examples=["劳动争议调解仲裁法 第二十七条第一款"])
    bound: str = Field(description="who must act: worker | employer | commission | bureau", examples=["worker"])
    starts_on: date | None
    due_on: date | None
    state: DeadlineState
    days_left: int | None = Field(description="calendar days from today; negative when past")


class CaseEventView(View):
    id: UUID
    fact: str
    happened_on: date
    note: str | None
    recorded_at: datetime
    recorded_by: str


class EvidenceKind(StrEnum):
    contract = "contract"
    payslip = "payslip"
    attendance = "attendance"
    photo = "photo"
    recording = "recording"
    medical = "medical"
    chat = "chat"
    official_paper = "official_paper"
    other = "other"


class EvidenceView(View):
    id: UUID
    case_id: UUID
    kind: EvidenceKind
    blob: BlobRef
    description: str | None
    obtained_on: date | None
    added_at: datetime
    added_by: str


class RecoveryView(View):
    id: UUID
    case_id: UUID
    amount_cents: int
    received_on: date
    paid_by: str
    reference: str | None
    recorded_at: datetime


class RightsCaseRow(View):
    """A case in a list: no sensitive text."""

    id: UUID
    case_no: str = Field(examples=["WQ-DG-2026-0007"])
    worker_id: UUID
    outpost: OutpostCode
    kind: RightsCaseKind
    state: RightsCaseState
    facts_on: date
    employer_id: UUID | None
    amount_claimed_cents: int | None
    recovered_cents: int
    next_deadline_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    outcome: RightsCaseOutcome | None
    version: int


class RightsCaseView(RightsCaseRow):
    summary: str
    closing_note: str | None
    deadlines: list[DeadlineView]
    events: list[CaseEventView]
    evidence: list[EvidenceView]
    recoveries: list[RecoveryView]


class RightsCaseForm(BaseModel, extra="forbid"):
    worker_id: UUID
    kind: RightsCaseKind = Field(examples=["wage_dispute"])
    facts_on: date = Field(description="知道或者应当知道权利被侵害之日; of an injury: its day", examples=["2026-09-30"])
    summary: CleanText = Field(examples=["8、9 两月工资未发, 合计约 9,600 元"])
    amount_claimed_cents: Cents | None = Field(default=None, examples=[960000])
    employer_id: UUID | None = Field(default=None, description="left out: the employer in the caseload")


class OpenRightsCase(RightsCaseForm, Command[RightsCaseView]):
    """Only for a worker in the caller's caseload; anyone else is not found."""


class GetRightsCase(Query[RightsCaseView]):
    case_id: UUID


class ListRightsCases(PageRequest, Query[Page[RightsCaseRow]]):
    """Newest first."""

    state: RightsCaseState | None = None
    kind: RightsCaseKind | None = None
    worker_id: UUID | None = None
    is_open: bool | None = None
    due_until: date | None = Field(default=None, description="with a clock that ends by this day")


class CaseEventForm(BaseModel, extra="forbid"):
    fact: CaseFact = Field(examples=["arbitration_filed"])
    happened_on: date = Field(examples=["2026-11-20"])
    note: CleanText | None = Field(default=None, examples=["已向东城仲裁庭递交申请书"])


class RecordCaseEvent(CaseEventForm, Command[RightsCaseView]):
    case_id: UUID


class EvidenceForm(BaseModel, extra="forbid"):
    kind: EvidenceKind = EvidenceKind.other
    description: CleanText | None = None
    obtained_on: date | None = None


class AddEvidence(EvidenceForm, Command[EvidenceView]):
    case_id: UUID
    blob: BlobRef


class GetEvidence(Query[EvidenceView]):
    case_id: UUID
    evidence_id: UUID


class RecoveryPayer(StrEnum):
    employer = "employer"
    work_injury_insurance = "work_injury_insurance"
    court = "court"
    other = "other"


class RecoveryForm(BaseModel, extra="forbid"):
    """追回金额: money that reached the worker."""

    amount_cents: int = Field(gt=0, le=10**12, description="integer fen, CNY", examples=[4350000])
    received_on: date
    paid_by: RecoveryPayer = RecoveryPayer.employer
    reference: ShortText | None = None


class RecordRecovery(RecoveryForm, Command[RightsCaseView]):
    case_id: UUID


class ClosureForm(BaseModel, extra="forbid"):
    outcome: RightsCaseOutcome = Field(examples=["settled"])
    note: CleanText | None = None


class CloseRightsCase(ClosureForm, Command[RightsCaseView]):
    case_id: UUID


class ReopeningForm(BaseModel, extra="forbid"):
    reason: CleanText = Field(examples=["企业未按调解书付款"])


class ReopenRightsCase(ReopeningForm, Command[RightsCaseView]):
    """Back to the state it was closed from."""

    case_id: UUID


class RightsCaseOpened(Event):
    topic: ClassVar[str] = "rights_case.opened"
    aggregate: ClassVar[str] = "case_id"
    case_id: UUID
    case_no: str
    worker_id: UUID
    outpost: OutpostCode
    kind: RightsCaseKind
    amount_claimed_cents: int | None = None
    employer_id: UUID | None = None


class RightsCaseDeadlineNear(Event):
    topic: ClassVar[str] = "rights_case.deadline_near"
    aggregate: ClassVar[str] = "case_id"
    case_id: UUID
    outpost: OutpostCode
    worker_id: UUID
    clock: str
    due_on: date


class RightsCaseResolved(Event):
    topic: ClassVar[str] = "rights_case.resolved"
    aggregate: ClassVar[str] = "case_id"
    case_id: UUID
    worker_id: UUID
    outpost: OutpostCode
    outcome: RightsCaseOutcome
    recovered_cents: int
