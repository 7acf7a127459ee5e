"""Tables of 线上宣传: the campaign with its postings, and its reach by day."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from services.postings.base import Table
from shared.contracts.postings.campaigns import CampaignChannel, CampaignState
from shared.kit.tables import jsonb, new_id, text_enum, timestamp
from shared.kit.tenancy import hq_owned


class Campaign(Table, table=True):
    """线上宣传."""

    __tablename__ = "campaign"
    __table_args__ = (
        Index("ix_campaign_listed", "starts_on", "id"),
        CheckConstraint("starts_on <= ends_on", name="dates"),
    )
    __policy__: ClassVar = hq_owned(read=("area", "outpost"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(unique=True)
    title: str
    channel: CampaignChannel = text_enum(CampaignChannel)
    starts_on: date
    ends_on: date
    posting_ids: list[str] = jsonb(list)
    division: str | None = None
    url: str | None = None
    text: str | None = None
    state: CampaignState = text_enum(CampaignState, default=CampaignState.planned)
    planned_by: str
    created_at: datetime = timestamp()
    version: int = 1


class CampaignReach(Table, table=True):
    """How many a campaign reached on one day: as its platform says, or as counted on its own page."""

    __tablename__ = "campaign_reach"
    __policy__: ClassVar = hq_owned(read=("area", "outpost"))

    campaign_id: UUID = Field(primary_key=True, foreign_key="postings.campaign.id")
    on_day: date = Field(primary_key=True)
    is_counted: bool = Field(primary_key=True)
    views: int = Field(default=0, sa_type=BigInteger)
    likes: int = Field(default=0, sa_type=BigInteger)
    shares: int = Field(default=0, sa_type=BigInteger)
    enquiries: int = 0
