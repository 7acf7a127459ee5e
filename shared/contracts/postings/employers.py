"""用工企业 and 劳务合作框架协议: who employs, under which agreement, and who may no longer."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.contracts.base import BlobRef, Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.types import CleanText, DivisionCode, ShortText

__all__ = [
    "AGREEMENT_DATES_INVALID",
    "AGREEMENT_DUPLICATE",
    "AGREEMENT_LAPSED",
    "EMPLOYER_BLOCKED",
    "EMPLOYER_DUPLICATE",
    "EMPLOYER_USCC_INVALID",
    "AgreementChanged",
    "AgreementForm",
    "AgreementState",
    "AgreementView",
    "AttachAgreementScan",
    "BlockEmployer",
    "EmployerChanged",
    "EmployerChanges",
    "EmployerContact",
    "EmployerRow",
    "EmployerView",
    "GetAgreement",
    "GetEmployer",
    "ListAgreements",
    "ListEmployers",
    "Reason",
    "RegisterEmployer",
    "SignAgreement",
    "TerminateAgreement",
    "UnblockEmployer",
    "UpdateEmployer",
]

EMPLOYER_ID = "0198c1d2-7a01-7a5b-8c6d-7e8f90a1b2c3"

EMPLOYER_DUPLICATE = ProblemCode(
    "employer.duplicate",
    ProblemKind.conflict,
    zh="该统一社会信用代码的企业已经登记。",
    en="An employer with this unified social credit code is already registered.",
)
EMPLOYER_USCC_INVALID = ProblemCode(
    "employer.uscc_invalid",
    ProblemKind.invalid,
    zh="统一社会信用代码有误: {reason_zh}。",
    en="The unified social credit code is not valid: {reason_en}.",
)
EMPLOYER_BLOCKED = ProblemCode(
    "employer.blocked",
    ProblemKind.conflict,
    zh="该企业已列入黑名单, 不能发布岗位或派遣人员。",
    en="This employer is blocked; no posting may be opened and nobody may be sent to it.",
)
AGREEMENT_LAPSED = ProblemCode(
    "agreement.lapsed",
    ProblemKind.conflict,
    zh="与该企业的劳务合作框架协议未生效、已到期或已终止, 不能再安排人员。",
    en="The framework agreement with this employer is not in force; nobody new may be placed under it.",
)
AGREEMENT_DATES_INVALID = ProblemCode(
    "agreement.dates_invalid",
    ProblemKind.invalid,
    zh="协议终止日期不能早于起始日期。",
    en="The agreement cannot end before it begins.",
)
AGREEMENT_DUPLICATE = ProblemCode(
    "agreement.number_taken",
    ProblemKind.conflict,
    zh="协议编号 {number} 已经登记。",
    en="Agreement number {number} is already registered.",
)


class EmployerContact(BaseModel):
    """A person at the employer. Stored sealed; shown to HQ, the outposts and the employer itself."""

    name: ShortText = Field(examples=["王经理"])
    phone: str | None = Field(default=None, max_length=30, examples=["0769-22334455"])
    email: str | None = Field(default=None, max_length=200, examples=["hr@example.com"])
    position: str | None = Field(default=None, max_length=100, examples=["人事主管"])


def _gather_contact(given: Any) -> Any:
    """`contact` and `contact_name` / `contact_phone` / `contact_email` are accepted for a single contact."""
    if not isinstance(given, dict):
        return given
    body = dict(given)
    single = body.pop("contact", None)
    flat = {key: body.pop(f"contact_{key}", None) for key in ("name", "phone", "email")}
    if isinstance(single, str):
        single = {"name": single}
    if single is None and flat["name"]:
        single = {key: value for key, value in flat.items() if value is not None}
    if single is not None:
        body["contacts"] = [single, *(body.get("contacts") or [])]
    return body


class EmployerRow(View):
    id: UUID = Field(examples=[EMPLOYER_ID])
    name: str = Field(examples=["东莞市长安鑫源电子有限公司"])
    uscc: str = Field(examples=["91441900MA4UXK9T16"])
    division: str | None = Field(default=None, examples=["441900119"])
    is_blocked: bool
    open_postings: int = 0
    version: int


class EmployerView(EmployerRow):
    address: str | None = None
    industry: str | None = None
    note: str | None = None
    contacts: list[EmployerContact] = Field(default_factory=list)
    blocked_reason: str | None = None
    blocked_at: datetime | None = None
    merged_into: UUID | None = Field(default=None, description="the record that stayed when this one was a double")
    created_at: datetime
    updated_at: datetime


class RegisterEmployer(Command[EmployerView]):
    """Register an employer 用工企业 by its unified social credit code (GB 32100-2015)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "东莞市长安鑫源电子有限公司",
                    "uscc": "91441900MA4UXK9T16",
                    "division": "441900119",
                    "contacts": [{"name": "王经理", "phone": "0769-22334455", "position": "人事主管"}],
                }
            ]
        }
    )

    name: ShortText
    uscc: str = Field(max_length=40, description="18 characters, GB 32100-2015; spaces and lower case are corrected")
    division: DivisionCode | None = None
    address: str | None = Field(default=None, max_length=500)
    industry: str | None = Field(default=None, max_length=100)
    note: CleanText | None = None
    contacts: list[EmployerContact] = Field(default_factory=list, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def gather_contact(cls, given: Any) -> Any:
        return _gather_contact(given)


class EmployerChanges(BaseModel):
    """What may change of an employer; its code stays. What is left out stays as it is; `contacts` is a whole list."""

    model_config = ConfigDict(extra="forbid")

    name: ShortText | None = None
    division: DivisionCode | None = None
    address: str | None = Field(default=None, max_length=500)
    industry: str | None = Field(default=None, max_length=100)
    note: CleanText | None = None
    contacts: list[EmployerContact] | None = Field(default=None, max_length=20)

    @model_validator(mode="before")
    @classmethod
    def gather_contact(cls, given: Any) -> Any:
        return _gather_contact(given)


class UpdateEmployer(EmployerChanges, Command[EmployerView]):
    employer_id: UUID
    expected_version: int | None = None


class Reason(BaseModel):
    """Why; it is kept and shown."""

    model_config = ConfigDict(extra="forbid")

    reason: CleanText = Field(examples=["拖欠2025年12月工资, 劳动监察大队已立案"])


class BlockEmployer(Reason, Command[EmployerView]):
    """Put an employer on the blacklist 黑名单: its postings are offered to nobody until it is taken off."""

    employer_id: UUID


class UnblockEmployer(Reason, Command[EmployerView]):
    employer_id: UUID


class GetEmployer(Query[EmployerView]):
    """One employer; a partner leaves the id out and gets itself."""

    employer_id: UUID | None = None


class ListEmployers(PageRequest, Query[Page[EmployerRow]]):
    q: str | None = Field(default=None, max_length=100, description="part of the name, or the code")
    is_blocked: bool | None = None
    is_merged: bool = Field(default=False, description="list the doubled records instead")


class AgreementState(StrEnum):
    """pending -> active -> lapsed by date; pending or active -> terminated by decision."""

    pending = "pending"
    active = "active"
    lapsed = "lapsed"
    terminated = "terminated"


class AgreementView(View):
    id: UUID
    employer_id: UUID
    number: str = Field(examples=["LWHZ-2026-0012"])
    valid_from: date
    valid_to: date = Field(description="the last day on which it holds")
    state: AgreementState
    scan: BlobRef | None = Field(default=None, description="the signed scan, named by its SHA-256")
    note: str | None = None
    terminated_reason: str | None = None
    version: int
    created_at: datetime


class AgreementForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: ShortText | None = Field(default=None, description="the paper's own number; made when left out")
    valid_from: date = Field(examples=["2026-01-01"])
    valid_to: date = Field(examples=["2027-12-31"])
    note: CleanText | None = None


class SignAgreement(AgreementForm, Command[AgreementView]):
    """Record a framework agreement 劳务合作框架协议 with its validity and, if given, its signed scan."""

    employer_id: UUID
    scan: BlobRef | None = None


class AttachAgreementScan(Command[AgreementView]):
    agreement_id: UUID
    scan: BlobRef


class TerminateAgreement(Reason, Command[AgreementView]):
    agreement_id: UUID


class GetAgreement(Query[AgreementView]):
    agreement_id: UUID


class ListAgreements(PageRequest, Query[Page[AgreementView]]):
    employer_id: UUID | None = None
    state: AgreementState | None = None
    lapsing_before: date | None = Field(default=None, description="agreements that end before this day")


class EmployerChanged(Event):
    topic: ClassVar[str] = "employer.changed"
    aggregate: ClassVar[str] = "employer_id"
    about_worker: ClassVar[str | None] = None

    employer_id: UUID
    name: str
    uscc: str
    division: str | None = None
    is_blocked: bool


class AgreementChanged(Event):
    topic: ClassVar[str] = "agreement.changed"
    aggregate: ClassVar[str] = "agreement_id"
    about_worker: ClassVar[str | None] = None

    agreement_id: UUID
    employer_id: UUID
    valid_from: date
    valid_to: date
    state: AgreementState
