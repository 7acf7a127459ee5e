"""API keys: how an employer's or an outpost's own software enters. The key is shown once; its SHA-256 is kept."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Command, Page, PageRequest, Query, View
from shared.contracts.identity.sessions import CredentialHash
from shared.contracts.scopes import OutpostCode, Role, Scope
from shared.contracts.types import ShortText


class ApiKeyView(View):
    """A key without its secret; `prefix` is how its owner recognises it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key_id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1d01",
                    "label": "ERP 岗位推送",
                    "prefix": "sk_7Qm2",
                    "role": "partner_employer",
                    "scope": {"kind": "partner", "employer_id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1e01"},
                    "expires_on": None,
                    "last_used_at": None,
                    "revoked_at": None,
                    "created_at": "2026-07-01T08:00:00+08:00",
                }
            ]
        }
    )

    key_id: UUID
    label: str
    prefix: str
    role: Role
    scope: Scope
    expires_on: date | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


class ApiKeyForm(BaseModel, extra="forbid"):
    label: ShortText = Field(description="what the key is for", examples=["ERP 岗位推送"])
    expires_on: date | None = Field(default=None, description="last day on which it works")


class IssueApiKey(ApiKeyForm, Command[ApiKeyView]):
    """Issue a key to one employer or one outpost. The gateway makes the key and sends its hash."""

    employer_id: UUID | None = None
    outpost: OutpostCode | None = None
    key_hash: CredentialHash
    prefix: str = Field(min_length=4, max_length=12)


class RevokeApiKey(Command[ApiKeyView]):
    """Revoke a key for good. Revoking twice is the same revocation."""

    key_id: UUID


class ListApiKeys(PageRequest, Query[Page[ApiKeyView]]):
    employer_id: UUID | None = None
    outpost: OutpostCode | None = None
