"""What is known about a worker: the words, and the small values that commands, views and events share."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from shared.contracts.base import View
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import Cents, ShortText

OccupationCode = Annotated[
    str,
    StringConstraints(pattern=r"^\d(-\d{2}){0,3}$"),
    Field(description="职业分类大典 2022; a shorter code is a whole family", examples=["6-05-01-03"]),
]


class Sex(StrEnum):
    male = "male"
    female = "female"


class Education(StrEnum):
    """文化程度, lowest first."""

    illiterate = "illiterate"
    primary = "primary"
    junior_middle = "junior_middle"
    senior_middle = "senior_middle"
    secondary_vocational = "secondary_vocational"
    college = "college"
    bachelor = "bachelor"

    @property
    def rank(self) -> int:
        """To compare with what a posting asks for: 高中 and 中职 count the same."""
        return {"illiterate": 0, "primary": 1, "junior_middle": 2, "college": 4, "bachelor": 5}.get(self.value, 3)


class SkillLevel(StrEnum):
    """国家职业技能等级; `unrated` is a skill somebody says or is known to have, without a grade."""

    unrated = "unrated"
    junior = "junior"
    intermediate = "intermediate"
    senior = "senior"
    technician = "technician"
    senior_technician = "senior_technician"


class WorkLimit(StrEnum):
    """What the worker's health does not allow; a posting that demands it is not recommended."""

    heavy_lifting = "heavy_lifting"
    heights = "heights"
    night_shift = "night_shift"
    long_standing = "long_standing"
    chemicals = "chemicals"
    fine_vision = "fine_vision"


class DifficultyKind(StrEnum):
    """就业困难认定: the kinds of hardship the county certifies."""

    out_of_poverty = "out_of_poverty"
    monitored = "monitored"
    zero_employment = "zero_employment"
    disabled = "disabled"
    low_income = "low_income"
    aged_40_50 = "aged_40_50"
    long_unemployed = "long_unemployed"
    landless = "landless"
    single_parent = "single_parent"
    other = "other"


class SpellKind(StrEnum):
    """就业形式 of one employment spell: 外出务工, 县内就业, 灵活就业 (by the day), 公益性岗位, 养蜂创业, 自主创业."""

    out_of_county = "out_of_county"
    local = "local"
    flexible = "flexible"
    public_post = "public_post"
    beekeeping = "beekeeping"
    self_employed = "self_employed"


class Employment(StrEnum):
    """What a worker does today; `none` has no current spell."""

    none = "none"
    out_of_county = "out_of_county"
    local = "local"
    flexible = "flexible"
    public_post = "public_post"
    beekeeping = "beekeeping"
    self_employed = "self_employed"


class ConsentPurpose(StrEnum):
    """What a worker agreed to, one by one (个人信息保护法 §23, §24, §29)."""

    registration = "registration"
    sensitive_status = "sensitive_status"
    share_with_employers = "share_with_employers"
    messages = "messages"
    automated_matching = "automated_matching"
    dispatch = "dispatch"


class RecordSource(StrEnum):
    """Who brought a fact in: 来源."""

    hq = "hq"
    grid_leader = "grid_leader"
    outpost = "outpost"
    worker = "worker"
    roster_import = "roster_import"
    certificate = "certificate"
    placement = "placement"


class SkillIn(BaseModel):
    """A skill as it is given: an occupation code, or the word people use (缝纫工, 叉车)."""

    occupation: ShortText = Field(examples=["6-05-01-03", "缝纫工"])
    level: SkillLevel = SkillLevel.unrated
    evidence: ShortText | None = Field(default=None, examples=["初级工证 2221001234"])


class SkillView(View):
    occupation: str = Field(examples=["6-05-01-03"])
    name: str = Field(examples=["缝纫工"])
    level: SkillLevel
    is_verified: bool = Field(description="a certificate or a grade stands behind it")
    evidence: str | None = None


class Intention(BaseModel):
    """就业意愿: where to, for how much, from when."""

    wants_out_work: bool = False
    wants_local_work: bool = False
    destinations: list[OutpostCode] = Field(default_factory=list, examples=[["dongguan", "wenling"]])
    occupations: list[ShortText] = Field(default_factory=list, examples=[["6-25-04-07"]])
    expected_wage_cents: Cents | None = None
    from_date: date | None = Field(default=None, examples=["2026-03-01"])


class DifficultyIn(BaseModel):
    """A certified hardship with its evidence and the days it holds, both included."""

    kind: DifficultyKind
    evidence: ShortText | None = Field(default=None, examples=["脱贫户信息表 第37页"])
    valid_from: date = Field(examples=["2025-01-01"])
    valid_to: date | None = Field(default=None, examples=["2026-12-31"])


class DifficultyView(View):
    id: str
    kind: DifficultyKind
    evidence: str | None
    valid_from: date
    valid_to: date | None
    source: RecordSource


class SpellIn(BaseModel):
    """就业经历段. The day of `ended_on` is the first without the work."""

    kind: SpellKind
    employer_name: ShortText | None = Field(default=None, examples=["东莞某电子厂"])
    place: ShortText | None = Field(default=None, examples=["广东省东莞市长安镇"])
    occupation: ShortText | None = Field(default=None, examples=["6-25-04-07"])
    wage_cents: Cents | None = Field(default=None, description="a month, integer fen")
    days: float | None = Field(
        default=None, ge=0.5, le=4000, multiple_of=0.5, description="worked so far, where it is work by the day"
    )
    started_on: date = Field(examples=["2026-02-20"])
    ended_on: date | None = None


class SpellView(View):
    id: str
    kind: SpellKind
    employer_name: str | None
    place: str | None
    occupation: str | None
    wage_cents: int | None
    days: float | None = None
    started_on: date
    ended_on: date | None
    end_reason: str | None
    source: RecordSource


class ConsentView(View):
    purpose: ConsentPurpose
    given_on: date
    withdrawn_on: date | None
