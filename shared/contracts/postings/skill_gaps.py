"""Which one skill more would open postings to the seekers whom the newest matching run left uncovered."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from shared.contracts.base import Query, View
from shared.contracts.types import DivisionCode

__all__ = ["GetSkillGaps", "SkillGap", "SkillGaps"]


class SkillGap(View):
    """What would be otherwise if every uncovered seeker had learned this occupation and nothing else changed."""

    occupation: str = Field(examples=["6-30-05-03"])
    occupation_name: str
    unlocked: int = Field(description="postings that would open, counted for each seeker")
    seekers: int = Field(description="seekers for whom at least one posting would open")
    lifted: int = Field(description="of these, who would then have the minimum of postings")
    postings: int = Field(description="postings that would open to at least one of them")
    openings: int = Field(description="free openings of those postings")


class SkillGaps(View):
    matching_id: UUID | None = Field(description="null: no run has finished yet")
    uncovered: int = Field(description="its uncovered seekers who still seek")
    items: list[SkillGap]


class GetSkillGaps(Query[SkillGaps]):
    """For the occupations named, and for those that postings demand and nobody named; most unlocked first."""

    occupations: list[str] = Field(default_factory=list, max_length=500)
    division: DivisionCode | None = None
