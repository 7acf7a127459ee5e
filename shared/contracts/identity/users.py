"""Users: people with an account. A worker is never a User; workers enter by signed link or phone code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.base import Command, Event, Nothing, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode, Role, Scope
from shared.contracts.types import DivisionCode

USER_ROLES = (
    Role.hq_admin,
    Role.hq_officer,
    Role.hq_auditor,
    Role.township_officer,
    Role.grid_leader,
    Role.outpost_lead,
    Role.liaison_officer,
    Role.partner_employer,
)


def _a_user_role(role: Role) -> Role:
    if role not in USER_ROLES:
        raise ValueError("no account can have this role")
    return role


Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=64, pattern=r"^[\w][\w.@+-]*$"),
    Field(examples=["dongguan.lead"]),
]
Password = Annotated[
    str,
    StringConstraints(min_length=1, max_length=256),
    Field(description="8 to 128 characters; never stored", examples=["gulou-huaqiao-1384"]),
]
UserRole = Annotated[Role, AfterValidator(_a_user_role), Field(examples=["outpost_lead"])]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]


class UserView(View):
    """An account as an administrator sees it; nothing of its password."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1b01",
                    "username": "dongguan.lead",
                    "display_name": "东莞站站长",
                    "role": "outpost_lead",
                    "scope": {"kind": "outpost", "code": "dongguan"},
                    "is_active": True,
                    "valid_until": None,
                    "must_change_password": True,
                    "last_sign_in_at": None,
                    "version": 1,
                    "created_at": "2026-07-01T08:00:00+08:00",
                }
            ]
        }
    )

    id: UUID
    username: str
    display_name: str
    role: Role
    scope: Scope
    is_active: bool
    valid_until: date | None = Field(description="last day on which the account may be used")
    must_change_password: bool
    last_sign_in_at: datetime | None
    version: int
    created_at: datetime


class UserForm(BaseModel, extra="forbid"):
    """What every account is opened with."""

    username: Username
    password: Password = Field(repr=False)
    role: UserRole
    display_name: DisplayName | None = Field(default=None, examples=["东莞站站长"])


class RegisterUser(UserForm, Command[UserView]):
    """Open an account. The role decides which of `outpost`, `division` and `employer_id` it takes.

    hq_* take none; outpost_lead and liaison_officer (站点联络员) an outpost; township_officer and grid_leader (网格长)
    a division; partner_employer an employer.
    """

    outpost: OutpostCode | None = None
    division: DivisionCode | None = None
    employer_id: UUID | None = None
    valid_until: date | None = None


class UserChanges(BaseModel, extra="forbid"):
    """What to change; null leaves a fact as it is. With a role goes what it needs, as at registering."""

    display_name: DisplayName | None = None
    role: UserRole | None = None
    outpost: OutpostCode | None = None
    division: DivisionCode | None = None
    employer_id: UUID | None = None
    valid_until: date | None = None


class ChangeUser(UserChanges, Command[UserView]):
    """Change what an account is called, may do, or until when. Its open sessions end where its rights change."""

    user_id: UUID
    expected_version: int | None = None


class DeactivateUser(Command[UserView]):
    """Close an account at once: its sessions end, it cannot sign in."""

    user_id: UUID
    reason: str | None = Field(default=None, max_length=200, examples=["离职"])


class ReactivateUser(Command[UserView]):
    user_id: UUID


class ResetPassword(Command[UserView]):
    """Give an account a new password, which its owner should change; open sessions end and a block is lifted."""

    user_id: UUID
    password: Password = Field(repr=False)


class ChangePassword(Command[Nothing]):
    """Change the own password; every other session of the account ends."""

    current_password: Password = Field(repr=False)
    new_password: Password = Field(repr=False)
    keep_session: UUID | None = Field(default=None, description="the session that stays open")


class GetUser(Query[UserView]):
    user_id: UUID


class ListUsers(PageRequest, Query[Page[UserView]]):
    q: str | None = Field(default=None, max_length=64, description="part of a username or display name")
    role: Role | None = None
    outpost: OutpostCode | None = None
    is_active: bool | None = None


class CredentialView(View):
    """What checking a password needs; between identity's own parts only."""

    user_id: UUID | None
    password_hash: str | None = Field(default=None, repr=False)
    blocked_seconds: int = 0
    is_usable: bool = False


class GetCredential(Query[CredentialView]):
    """Answered to identity itself, before a transaction that must not spend time on hashing."""

    username: str | None = None
    user_id: UUID | None = None
    address: str | None = None


class NoteFailedAttempt(Command[Nothing]):
    """Count a failed password, for accounts that exist and that do not alike."""

    username: str
    address: str | None = None


class UserChanged(Event):
    topic: ClassVar[str] = "user.changed"
    aggregate: ClassVar[str] = "user_id"
    about_worker: ClassVar[str | None] = None

    user_id: UUID
    role: Role
    is_active: bool
