"""清单月末存档: sealed rosters that can be verified later."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.base import BlobRef, Command, JobState, Page, PageRequest, Query, View
from shared.contracts.registry.rosters import RosterKind


class RosterSnapshotView(View):
    """One sealed roster. `hash` covers `previous_hash`, so that none can be changed, left out or put in between."""

    id: UUID
    sequence: int
    kind: RosterKind
    as_of: date
    known_at: datetime = Field(description="what was recorded until then counts")
    members: int
    content_hash: str = Field(description="SHA-256 of the rows, one JSON text a line, in the order of the ids")
    previous_hash: str
    hash: str
    key_id: str
    signature: str = Field(description="Ed25519 over the hash, base64")
    sealed_at: datetime


class ListRosterSnapshots(PageRequest, Query[Page[RosterSnapshotView]]):
    """The sealed rosters, newest first."""

    kind: RosterKind | None = None


class GetRosterSnapshot(Query[RosterSnapshotView]):
    snapshot_id: UUID


class SealForm(BaseModel):
    """The day to seal; the last day of the month before, unless given."""

    as_of: date | None = Field(default=None, examples=["2026-10-31"])


class SealRosters(SealForm, Command[JobState]):
    """Seal all six rosters of a day. A day is sealed once; the same day again answers the same job."""


class VerifyRosterSnapshot(Command[JobState]):
    """Check a sealed roster: its chain, its signature, its rows, and whether the register still gives the same rows."""

    snapshot_id: UUID


class SnapshotFile(View):
    file: BlobRef


class GetSnapshotFile(Query[SnapshotFile]):
    """The sealed rows themselves, to be kept elsewhere."""

    snapshot_id: UUID
