"""一带十: who brought whom to work, the tree that grows of it, and what became of those who were brought."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Command, Nothing, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.registry.people import Employment

REFERRAL_TOO_MANY = ProblemCode(
    "referral.too_many",
    ProblemKind.conflict,
    zh="同一介绍人一天最多登记 {most} 人。",
    en="One person can refer {most} workers a day at most.",
)
REFERRAL_AT_WORK = ProblemCode(
    "referral.at_work",
    ProblemKind.conflict,
    zh="被介绍人当时已经在岗 (自 {since} 起), 不能登记为介绍。",
    en="The worker was at work already, since {since}; nobody brought them to it.",
)


class ReferralView(View):
    id: UUID
    referrer_id: UUID
    referrer_name: str
    worker_id: UUID
    worker_name: str
    referred_on: date
    employment: Employment = Field(description="what the person who was brought does today")


class RecordReferral(Command[ReferralView]):
    """A worker is brought by one person at most, and never by somebody whom they brought, however far removed."""

    referrer_id: UUID
    worker_id: UUID
    referred_on: date | None = Field(default=None, description="left out: today; never in the future")


class WithdrawReferral(Command[Nothing]):
    """A referral recorded by mistake."""

    referral_id: UUID


class ListReferrals(PageRequest, Query[Page[ReferralView]]):
    """Newest first."""

    referrer_id: UUID | None = None


class ReferralNode(View):
    worker_id: UUID
    worker_name: str
    referrer_id: UUID
    level: int = Field(description="1: brought by the root")
    referred_on: date
    employment: Employment


class ReferralTree(View):
    """`brought` counts whom the root brought, 10 of whom are the aim; `working` how many of them are at work."""

    root_id: UUID
    brought: int
    working: int
    reached: int = Field(description="all levels together")
    reached_working: int
    nodes: list[ReferralNode]


class GetReferralTree(Query[ReferralTree]):
    worker_id: UUID
    levels: int = Field(default=5, ge=1, le=10)


class Referrer(View):
    worker_id: UUID
    worker_name: str
    brought: int
    working: int


class ReferrerList(View):
    items: list[Referrer]


class ListReferrers(Query[ReferrerList]):
    """Who brought most, first."""

    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")
    limit: int = Field(default=50, ge=1, le=500)
