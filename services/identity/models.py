"""identity's tables. Secrets (hashes of passwords, tokens, codes) stand apart, where only the machinery reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from shared.contracts.identity import OrganisationKind
from shared.contracts.scopes import Actor, OutpostCode, Principal, Role, Scope
from shared.kit.tables import jsonb, new_id, service_tables, text_enum, timestamp
from shared.kit.tenancy import Policy, custom, hq_owned, machinery_only

if TYPE_CHECKING:
    from shared.kit.tables import ServiceTable as Table
else:
    Table = service_tables("identity")

_scope: TypeAdapter[Scope] = TypeAdapter(Scope)


class Organisation(Table, table=True):
    """The county, a township, or an outpost."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("kind", "code"),)
    __policy__: ClassVar[Policy] = hq_owned(read=("outpost", "area", "partner", "worker", "public"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: OrganisationKind = text_enum(OrganisationKind)
    code: str
    name: str
    division: str
    parent_id: UUID | None = Field(default=None, index=True)
    is_hub: bool = False
    is_active: bool = True
    rank: int = 0
    version: int = 1
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()


class UserAccount(Table, table=True):
    """An account, without its password. `folded` is the username as it is compared."""

    __tablename__ = "user_account"
    __policy__: ClassVar[Policy] = hq_owned(read=("outpost",), where={"outpost": "outpost = {key}"})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str
    folded: str = Field(unique=True)
    display_name: str
    role: Role = text_enum(Role, index=True)
    scope: dict[str, Any] = jsonb()
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True, index=True)
    is_active: bool = True
    valid_until: date | None = None
    must_change_password: bool = False
    last_sign_in_at: datetime | None = timestamp(nullable=True)
    version: int = 1
    created_at: datetime = timestamp()
    updated_at: datetime = timestamp()

    def principal(self) -> Principal:
        return Principal(
            actor=Actor(kind="user", id=str(self.id)), role=self.role, scope=_scope.validate_python(self.scope)
        )


class PasswordCredential(Table, table=True):
    """An account's argon2id hash."""

    __tablename__ = "password_credential"
    __policy__: ClassVar[Policy] = machinery_only()

    user_id: UUID = Field(primary_key=True)
    password_hash: str
    changed_at: datetime = timestamp()


class SignInAttempt(Table, table=True):
    """Failures in a row for one username, or for one username from one address; `key` is a keyed hash of that."""

    __tablename__ = "sign_in_attempt"
    __policy__: ClassVar[Policy] = machinery_only()

    key: str = Field(primary_key=True)
    failures: int = 0
    last_failed_at: datetime = timestamp(index=True)
    blocked_until: datetime | None = timestamp(nullable=True)


class SessionToken(Table, table=True):
    """A session: whom it stands for is read from the account each time, so that a change of role takes effect."""

    __tablename__ = "session_token"
    __policy__: ClassVar[Policy] = machinery_only()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    user_id: UUID | None = Field(default=None, index=True)
    worker_id: UUID | None = Field(default=None, index=True)
    way: str
    device: str | None = None
    address: str | None = None
    created_at: datetime = timestamp()
    last_seen_at: datetime = timestamp()
    idle_seconds: int
    expires_at: datetime = timestamp(index=True, default_now=False)
    ended_at: datetime | None = timestamp(nullable=True)
    ended_by: str | None = None


class ApiKey(Table, table=True):
    """A key of one employer or one outpost."""

    __tablename__ = "api_key"
    __policy__: ClassVar[Policy] = hq_owned(
        read=("outpost", "partner"),
        where={"outpost": "outpost = {key}", "partner": "employer_id::text = {key}"},
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key_hash: str = Field(unique=True)
    prefix: str
    label: str
    role: Role = text_enum(Role)
    scope: dict[str, Any] = jsonb()
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True, index=True)
    employer_id: UUID | None = Field(default=None, index=True)
    expires_on: date | None = None
    last_used_at: datetime | None = timestamp(nullable=True)
    revoked_at: datetime | None = timestamp(nullable=True)
    issued_by: str
    created_at: datetime = timestamp()

    def principal(self) -> Principal:
        return Principal(
            actor=Actor(kind="api_key", id=str(self.id)), role=self.role, scope=_scope.validate_python(self.scope)
        )


class PhoneCode(Table, table=True):
    """A code that was sent to a phone, both as keyed hashes; `code_hash` is null where nobody has the phone."""

    __tablename__ = "phone_code"
    __policy__: ClassVar[Policy] = machinery_only()

    id: UUID = Field(default_factory=new_id, primary_key=True)
    phone_hash: str = Field(index=True)
    code_hash: str | None = None
    failures: int = 0
    created_at: datetime = timestamp(index=True)
    expires_at: datetime = timestamp(default_now=False)
    used_at: datetime | None = timestamp(nullable=True)


class EmployerStanding(Table, table=True):
    """Which employers are blocked, by postings' events: a blocked employer's keys and accounts do not work. Those of a
    doubled employer stand for the one that it was merged into."""

    __tablename__ = "employer_standing"
    __policy__: ClassVar[Policy] = machinery_only()

    employer_id: UUID = Field(primary_key=True)
    is_blocked: bool = False
    into_employer_id: UUID | None = None


class FormerWorker(Table, table=True):
    """A worker who was erased, or merged into another: an old slip's link leads nowhere, or to the other."""

    __tablename__ = "former_worker"
    __policy__: ClassVar[Policy] = machinery_only()

    worker_id: UUID = Field(primary_key=True)
    into_worker_id: UUID | None = None


class AuditEntry(Table, table=True):
    """One act. The machinery adds, HQ reads, nobody changes (a trigger refuses it)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at_id", "at", "id"),
        Index("ix_audit_entry_subject", "subject_id", "at"),
        Index("ix_audit_entry_actor", "actor_id", "at"),
        Index("ix_audit_entry_action", "action", "at"),
    )
    __policy__: ClassVar[Policy] = custom(read="{kind} IN ('hq', 'service')", write="{kind} = 'service'")

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = timestamp()
    actor_kind: str
    actor_id: str
    role: Role | None = text_enum(Role, default=None, nullable=True)
    scope: str | None = None
    outpost: OutpostCode | None = text_enum(OutpostCode, default=None, nullable=True)
    action: str
    subject_kind: str | None = None
    subject_id: str | None = None
    outcome: str = "done"
    purpose: str | None = None
    facts: dict[str, Any] = jsonb()
    source: str = "identity"

    def actor(self) -> Actor:
        kind = cast(Literal["user", "api_key", "worker", "service", "anonymous"], self.actor_kind)
        return Actor(kind=kind, id=self.actor_id)
