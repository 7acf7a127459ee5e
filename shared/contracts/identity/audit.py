"""操作日志: who did what to whom, and for what purpose. Entries are added and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.scopes import Actor, OutpostCode, Role


class AuditEntryView(View):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1f01",
                    "at": "2026-07-01T09:15:02+08:00",
                    "actor": {"kind": "user", "id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01"},
                    "role": "hq_officer",
                    "scope": "hq",
                    "outpost": None,
                    "action": "worker.id_number_disclosed",
                    "subject_kind": "worker",
                    "subject_id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b2001",
                    "outcome": "done",
                    "purpose": "办理社保补贴",
                    "facts": {},
                    "source": "registry",
                }
            ]
        }
    )

    id: UUID
    at: datetime
    actor: Actor
    role: Role | None
    scope: str | None = Field(description="`hq`, `outpost:dongguan`, `area:522631104`, `partner:<id>` …")
    outpost: OutpostCode | None
    action: str
    subject_kind: str | None
    subject_id: str | None
    outcome: str
    purpose: str | None
    facts: dict[str, Any]
    source: str


class RecordAudit(Command[AuditEntryView]):
    """Add an entry, from a service that must have it written before it acts (a disclosure). No personal data.

    Asked as the caller, the entry is the caller's, and `actor`, `role` and `scope` are ignored.
    """

    actor: Actor | None = None
    role: Role | None = None
    scope: str | None = Field(default=None, max_length=80)
    outpost: OutpostCode | None = None
    action: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=80, examples=["worker.id_number_disclosed"])
    subject_kind: str | None = Field(default=None, max_length=40, examples=["worker"])
    subject_id: str | None = Field(default=None, max_length=80)
    outcome: Literal["done", "refused", "failed"] = "done"
    purpose: str | None = Field(default=None, max_length=200)
    facts: dict[str, Any] = Field(default_factory=dict)


class ListAudit(PageRequest, Query[Page[AuditEntryView]]):
    """The trail, newest first; filters narrow together."""

    actor_id: str | None = Field(default=None, max_length=80)
    action: str | None = Field(default=None, max_length=80, description="an action, or its beginning: `worker.`")
    subject_kind: str | None = Field(default=None, max_length=40)
    subject_id: str | None = Field(default=None, max_length=80)
    outpost: OutpostCode | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


class AuditRecorded(Event):
    """An act worth keeping, published by whichever service did it, in the transaction that did it.

    identity files it under the envelope's actor and time. No personal data in `facts` or `purpose`.
    """

    topic: ClassVar[str] = "audit.recorded"
    aggregate: ClassVar[str] = "entry_id"
    about_worker: ClassVar[str | None] = None

    entry_id: UUID
    actor: Actor
    role: Role | None = None
    scope: str | None = None
    outpost: OutpostCode | None = None
    action: str
    subject_kind: str | None = None
    subject_id: str | None = None
    outcome: str = "done"
    purpose: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    at: datetime
    source: str
