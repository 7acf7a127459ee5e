"""村级离线包: a signed file with a village's people to take along, whose returned rows are merged."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import BlobRef, Command, JobState, Page, PageRequest, Query, View


class PackForm(BaseModel):
    division: str = Field(pattern=r"^\d{9}(\d{3})?$", description="a village, or a township", examples=["522631104201"])


class IssueVillagePack(PackForm, Command[JobState]):
    """Write the file to take along: the people of a village as they are known now, and room for new ones."""


class VillagePackView(View):
    """A pack: what was taken along, and what came back."""

    id: UUID
    state: str = Field(description="preparing | issued | returned | expired | failed")
    division: str
    division_name: str
    rows: int = Field(description="people in it")
    content_hash: str | None = Field(description="SHA-256 of the rows as they were given out; signed in the file")
    issued_by: str
    issued_at: datetime
    returned_at: datetime | None
    updated: int
    added: int
    unchanged: int
    missing: int = Field(description="people of the pack whose rows did not come back; nothing changes for them")
    refused: int = Field(description="rows that could not be taken; see the findings")
    open_conflicts: int


class GetVillagePack(Query[VillagePackView]):
    pack_id: UUID


class ListVillagePacks(PageRequest, Query[Page[VillagePackView]]):
    """The packs, newest first."""

    division: str | None = Field(default=None, pattern=r"^\d{4,12}$")


class VillagePackFile(View):
    file: BlobRef


class GetVillagePackFile(Query[VillagePackFile]):
    pack_id: UUID


class ReturnVillagePack(Command[JobState]):
    """Merge a returned file. The same file again changes nothing."""

    file: BlobRef


class FindingKind(StrEnum):
    """Why something in a returned row was not simply taken over."""

    conflict = "conflict"
    cleared = "cleared"
    refused = "refused"
    missing = "missing"
    asked = "asked"


class FindingState(StrEnum):
    open = "open"
    taken = "taken"
    kept = "kept"
    noted = "noted"


class PackFindingView(View):
    """One finding. Of a conflict: what the pack said when it left, what came back, what the record says now."""

    number: int
    kind: FindingKind
    state: FindingState
    row: int | None = Field(description="as the spreadsheet numbers its rows")
    worker_id: UUID | None
    name: str | None
    field: str = Field(examples=["phone"])
    field_label: str = Field(examples=["联系电话"])
    given: dict[str, str] = Field(description="as it was taken along, by column")
    returned: dict[str, str]
    current: dict[str, str] = Field(description="as it stood when the file came back")
    message: str
    settled_by: str | None
    settled_at: datetime | None


class ListPackFindings(PageRequest, Query[Page[PackFindingView]]):
    pack_id: UUID
    kind: FindingKind | None = None
    state: FindingState | None = None


class ConflictDecision(BaseModel):
    take_returned: bool = Field(description="true: what came back; false: the record stays as it is")


class SettlePackConflict(ConflictDecision, Command[PackFindingView]):
    pack_id: UUID
    number: int
