"""劳务合同 over time: renewals, scans, and which contracts are missing or about to expire."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from shared.contracts.base import BlobRef, Command, Page, PageRequest, Query
from shared.contracts.dispatch.orders import LaborContractForm, LaborContractView
from shared.contracts.scopes import OutpostCode


class ContractConcern(StrEnum):
    """missing: at work for a month without a recorded contract (劳动合同法 §10); expiring: within thirty days."""

    missing = "missing"
    expiring = "expiring"


class RenewLaborContract(LaborContractForm, Command[LaborContractView]):
    """Record the contract that follows the latest one of an order: 续签."""

    order_id: UUID


class AttachContractScan(Command[LaborContractView]):
    """Keep the scan of the latest contract of an order; a later scan replaces it."""

    order_id: UUID
    scan: BlobRef


class ListLaborContracts(PageRequest, Query[Page[LaborContractView]]):
    """Contracts, those that end first in front, those without an end last. Only the latest of each order."""

    outpost: OutpostCode | None = None
    employer_id: UUID | None = None
    worker_id: UUID | None = None
    expires_within_days: int | None = Field(default=None, ge=0, le=730, description="not yet over, over by then")
    is_expired: bool | None = None
    has_scan: bool | None = None
    has_injury_cover: bool | None = None
