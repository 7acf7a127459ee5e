"""Who acts, and over which rows: the context that travels with every command and event."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class OutpostCode(StrEnum):
    """东西部劳务协作服务站: the seven tenants. 禅城 is the hub (中心站)."""

    chancheng = "chancheng"
    dongguan = "dongguan"
    shenzhen = "shenzhen"
    guangzhou = "guangzhou"
    hangzhou = "hangzhou"
    wenling = "wenling"
    guiyang = "guiyang"


class _Scope(BaseModel):
    model_config = ConfigDict(frozen=True)


class Hq(_Scope):
    kind: Literal["hq"] = "hq"


class Outpost(_Scope):
    kind: Literal["outpost"] = "outpost"
    code: OutpostCode


class Area(_Scope):
    """A township, village or grid: every row whose division code begins with `division`."""

    kind: Literal["area"] = "area"
    division: str = Field(pattern=r"^\d{6,12}$")


class Partner(_Scope):
    kind: Literal["partner"] = "partner"
    employer_id: UUID


class WorkerSelf(_Scope):
    kind: Literal["worker"] = "worker"
    worker_id: UUID


class Public(_Scope):
    """A reader who has not signed in: sees what is published to everyone, and nothing else."""

    kind: Literal["public"] = "public"


class Service(_Scope):
    """The machinery itself, narrowed to one outpost where an event concerns one. Only the kit makes one."""

    kind: Literal["service"] = "service"
    name: str
    outpost: OutpostCode | None = None


Scope = Annotated[Hq | Outpost | Area | Partner | WorkerSelf | Public | Service, Field(discriminator="kind")]


class Role(StrEnum):
    """五方角色: what a person may do; the scope says over which rows."""

    hq_admin = "hq_admin"
    hq_officer = "hq_officer"
    hq_auditor = "hq_auditor"
    township_officer = "township_officer"
    grid_leader = "grid_leader"
    outpost_lead = "outpost_lead"
    liaison_officer = "liaison_officer"
    partner_employer = "partner_employer"
    worker = "worker"
    public = "public"
    machinery = "machinery"


class Actor(BaseModel):
    """Who is accountable for the act: an account, an API key, a worker, or a service."""

    model_config = ConfigDict(frozen=True)
    kind: Literal["user", "api_key", "worker", "service", "anonymous"]
    id: str


class Principal(BaseModel):
    """登录主体: who is signed in, as identity answered it."""

    model_config = ConfigDict(frozen=True)
    actor: Actor
    role: Role
    scope: Scope


class Context(BaseModel):
    """What the gateway signs and every service verifies."""

    model_config = ConfigDict(frozen=True)
    actor: Actor
    role: Role
    scope: Scope
    locale: Literal["zh-CN", "en"] = "zh-CN"
