"""输入地党委政府: the directory of offices that an outpost turns to for its workers."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import ShortText


class AuthorityKind(StrEnum):
    arbitration_commission = "arbitration_commission"
    labour_inspection = "labour_inspection"
    social_insurance = "social_insurance"
    public_employment = "public_employment"
    legal_aid = "legal_aid"
    hotline = "hotline"


class ReceivingAuthorityView(View):
    """输入地党委政府: an office where the outpost can turn to."""

    id: UUID
    outpost: OutpostCode | None = Field(description="null: everywhere")
    kind: AuthorityKind
    name: str
    phone: str | None
    address: str | None
    division: str | None
    note: str | None


class AuthorityForm(BaseModel, extra="forbid"):
    kind: AuthorityKind
    name: ShortText = Field(examples=["东莞市劳动人事争议仲裁院"])
    phone: ShortText | None = Field(default=None, description="the office's public number", examples=["12333"])
    address: ShortText | None = None
    division: str | None = Field(default=None, pattern=r"^\d{6}(\d{3})?$")
    note: ShortText | None = None


class AddReceivingAuthority(AuthorityForm, Command[ReceivingAuthorityView]):
    """At the caller's outpost."""


class ListReceivingAuthorities(PageRequest, Query[Page[ReceivingAuthorityView]]):
    kind: AuthorityKind | None = None
