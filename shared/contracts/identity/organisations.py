"""Organisations: the county, its townships, its outposts. What a scope's key refers to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import DivisionCode, ShortText


class OrganisationKind(StrEnum):
    """县级公司—乡镇就业服务中心, and the 东西部劳务协作服务站 outside the county."""

    county = "county"
    township = "township"
    outpost = "outpost"


class OrganisationView(View):
    """One organisation. `code` is the outpost's code, or the division's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1a01",
                    "kind": "outpost",
                    "code": "chancheng",
                    "name": "佛山禅城东西部劳务协作服务站",
                    "division": "440604",
                    "parent_id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1a00",
                    "is_hub": True,
                    "is_active": True,
                    "version": 1,
                    "created_at": "2026-07-01T08:00:00+08:00",
                }
            ]
        }
    )

    id: UUID
    kind: OrganisationKind
    code: str
    name: str
    division: str
    parent_id: UUID | None
    is_hub: bool = Field(description="中心站: sees the roll-ups of the other six")
    is_active: bool
    version: int
    created_at: datetime


class OutpostView(View):
    """站点: one of the seven tenants."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "chancheng",
                    "name": "佛山禅城东西部劳务协作服务站",
                    "is_hub": True,
                    "division": "440604",
                    "is_active": True,
                    "organisation_id": "0197a3c2-5b7e-7d10-9c1f-2f6f0f4b1a01",
                    "version": 1,
                }
            ]
        }
    )

    code: OutpostCode
    name: str
    is_hub: bool
    division: str
    is_active: bool
    organisation_id: UUID
    version: int


class BootstrapView(View):
    """What the first start made. `generated_password` is set only where there was none, and only once."""

    organisations_created: int
    is_admin_created: bool
    admin_username: str
    generated_password: str | None = Field(default=None, repr=False)
    is_password_weak: bool = False


class ListOrganisations(PageRequest, Query[Page[OrganisationView]]):
    kind: OrganisationKind | None = None


class ListOutposts(PageRequest, Query[Page[OutpostView]]):
    """The seven outposts, the hub first."""


class GetOutpost(Query[OutpostView]):
    code: OutpostCode


class OrganisationChanges(BaseModel, extra="forbid"):
    """What to change; null leaves a fact as it is."""

    name: ShortText | None = Field(default=None, examples=["佛山禅城东西部劳务协作服务站"])
    division: DivisionCode | None = None
    is_active: bool | None = None


class ChangeOrganisation(OrganisationChanges, Command[OrganisationView]):
    """Rename an organisation, or say that it works (no longer)."""

    organisation_id: UUID
    expected_version: int | None = None


class BootstrapCounty(Command[BootstrapView]):
    """Make the county, its townships, the seven outposts and one administrator, where they are not there yet."""

    admin_password: str | None = Field(default=None, repr=False)


class OrganisationChanged(Event):
    topic: ClassVar[str] = "organisation.changed"
    aggregate: ClassVar[str] = "organisation_id"
    about_worker: ClassVar[str | None] = None

    organisation_id: UUID
    kind: OrganisationKind
    code: str
    is_active: bool
