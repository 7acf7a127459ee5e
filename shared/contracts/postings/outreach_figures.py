"""What the county's outreach came to in a period: 送岗下村、招聘会、线上宣传、推荐单."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from shared.contracts.base import Query, View

__all__ = ["GetOutreachFigures", "OutreachFigures"]


class OutreachFigures(View):
    """Events by the day on which they began (none that was called off), slips by the day of their first print."""

    from_date: date
    to_date: date
    outreaches: int = Field(description="送岗下村 held or under way")
    outreach_attended: int
    outreach_walk_ins: int
    wishes: int
    wishes_accepted: int
    fairs: int = Field(description="招聘会 held or under way")
    fair_attended: int
    fair_walk_ins: int
    interviews: int
    fair_offers: int
    fair_offers_accepted: int
    campaigns: int = Field(description="线上宣传 that ran")
    campaign_views: int
    campaign_enquiries: int
    slips: int = Field(description="推荐单, each number once")
    reprints: int


class GetOutreachFigures(Query[OutreachFigures]):
    from_date: date
    to_date: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.to_date < self.from_date:
            raise ValueError("to_date must not be before from_date")
        return self
