"""就业人员微信群: the county's groups, who joined them by consent, and the digests that are posted to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.base import Command, Event, Page, PageRequest, Query, View
from shared.contracts.errors import ProblemCode, ProblemKind
from shared.contracts.notify.messages import MessageState
from shared.contracts.scopes import OutpostCode
from shared.contracts.types import CleanText, DivisionCode, ShortText

__all__ = [
    "GROUP_PERSONAL_DETAILS",
    "GROUP_ROBOT_IN_USE",
    "AddGroupMembers",
    "AnnounceToGroups",
    "Announcement",
    "AnnouncementView",
    "ConsentWay",
    "DigestView",
    "GetWorkerGroup",
    "GroupAudience",
    "GroupMemberView",
    "GroupMembersAdded",
    "GroupMembersForm",
    "JoinWorkerGroup",
    "LeaveWorkerGroup",
    "LeftBecause",
    "ListGroupDigests",
    "ListGroupMembers",
    "ListOwnGroups",
    "ListWorkerGroups",
    "MarkDigestPosted",
    "OwnGroupView",
    "RegisterWorkerGroup",
    "UpdateWorkerGroup",
    "WorkerGroupChanges",
    "WorkerGroupForm",
    "WorkerGroupJoined",
    "WorkerGroupLeft",
    "WorkerGroupView",
]

GROUP_ROBOT_IN_USE = ProblemCode(
    "group.robot_in_use",
    ProblemKind.conflict,
    zh="这个机器人已用于“{name}”。每个群须有自己的机器人, 每分钟 20 条的限额按机器人计算。",
    en="This robot already serves another group. Each group needs its own: the 20 messages a minute are per robot.",
)
GROUP_PERSONAL_DETAILS = ProblemCode(
    "group.personal_details",
    ProblemKind.invalid,
    zh="群消息里不能有身份证号码或手机号码。",
    en="A group message may not contain an identity number or a mobile number.",
)
ROBOT_KEY = r"^[0-9A-Za-z-]{8,100}$"


class GroupAudience(StrEnum):
    workers = "workers"
    staff = "staff"


class ConsentWay(StrEnum):
    """How a person agreed to be in a group (个人信息保护法 第14条): themselves, on paper, or by word to the staff."""

    own = "own"
    paper = "paper"
    spoken = "spoken"


class LeftBecause(StrEnum):
    own_wish = "own_wish"
    consent_withdrawn = "consent_withdrawn"
    removed = "removed"
    merged = "merged"


class WorkerGroupView(View):
    """就业人员微信群. Without a robot its digests wait to be copied into the group by hand."""

    id: UUID
    name: str
    audience: GroupAudience
    division: str | None
    outpost: OutpostCode | None
    owner: str | None = Field(description="群主: who keeps the group")
    has_robot: bool
    digest_minutes: int = Field(description="at most one digest in so many minutes")
    members: int = Field(description="as the group itself shows it")
    joined: int = Field(description="workers known to be in it, by consent")
    is_active: bool
    version: int


class WorkerGroupForm(BaseModel, extra="forbid"):
    name: ShortText = Field(examples=["岩洞镇就业一群"])
    audience: GroupAudience = GroupAudience.workers
    robot_key: str | None = Field(default=None, pattern=ROBOT_KEY, examples=["693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"])
    division: DivisionCode | None = None
    outpost: OutpostCode | None = None
    owner: ShortText | None = Field(default=None, examples=["岩洞镇就业服务中心"])
    digest_minutes: int = Field(default=30, ge=5, le=1440)
    members: int = Field(default=0, ge=0, le=100_000)


class RegisterWorkerGroup(WorkerGroupForm, Command[WorkerGroupView]):
    """The robot's key is sealed and never shown again. Group messages carry no name and no identity number."""


class WorkerGroupChanges(BaseModel, extra="forbid"):
    """What is left out stays as it is."""

    name: ShortText | None = None
    robot_key: str | None = Field(default=None, pattern=ROBOT_KEY)
    owner: ShortText | None = None
    digest_minutes: int | None = Field(default=None, ge=5, le=1440)
    members: int | None = Field(default=None, ge=0, le=100_000)
    is_active: bool | None = None


class UpdateWorkerGroup(WorkerGroupChanges, Command[WorkerGroupView]):
    group_id: UUID
    expected_version: int | None = None


class GetWorkerGroup(Query[WorkerGroupView]):
    group_id: UUID


class ListWorkerGroups(PageRequest, Query[Page[WorkerGroupView]]):
    outpost: OutpostCode | None = None
    division: str | None = Field(default=None, pattern=r"^\d{6,12}$", description="code or the beginning of one")
    audience: GroupAudience | None = None
    is_active: bool | None = None


class GroupMemberView(View):
    worker_id: UUID
    division: str
    consented_on: date
    consent_way: ConsentWay
    joined_at: datetime
    recorded_by: str
    left_at: datetime | None
    left_because: LeftBecause | None


class ListGroupMembers(PageRequest, Query[Page[GroupMemberView]]):
    """In the order of joining."""

    group_id: UUID
    is_present: bool = Field(default=True, description="false: those who left")


class GroupMembersForm(BaseModel, extra="forbid"):
    """People who agreed, and how. Nobody is put into a group without having said so."""

    worker_ids: list[UUID] = Field(min_length=1, max_length=500)
    consented_on: date
    consent_way: ConsentWay = Field(examples=["paper"])

    @model_validator(mode="after")
    def not_for_others(self) -> Self:
        if self.consent_way is ConsentWay.own:
            raise ValueError("only the worker can join by their own hand")
        return self


class GroupMembersAdded(View):
    joined: int
    known: int = Field(description="were in the group already")
    missing: list[UUID] = Field(description="unknown, or outside what the caller looks after")


class AddGroupMembers(GroupMembersForm, Command[GroupMembersAdded]):
    group_id: UUID


class OwnGroupView(View):
    """A group as the worker sees it."""

    id: UUID
    name: str
    division: str | None
    is_joined: bool


class ListOwnGroups(PageRequest, Query[Page[OwnGroupView]]):
    """The groups around the worker's home, and those joined."""


class JoinWorkerGroup(Command[OwnGroupView]):
    """The worker's own consent. Joining twice is joining once."""

    group_id: UUID


class LeaveWorkerGroup(Command[OwnGroupView]):
    """By the worker, or by the staff for one who asked."""

    group_id: UUID
    worker_id: UUID | None = Field(default=None, description="for whom; a worker leaves for themselves")


class Announcement(BaseModel, extra="forbid"):
    """Something to say to groups: named ones, or every workers' group of a division."""

    text: CleanText = Field(max_length=500, examples=["周六上午九点岩洞镇鼓楼有招聘会, 十二家企业到场。"])
    group_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=50)
    division: DivisionCode | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if (self.group_ids is None) == (self.division is None):
            raise ValueError("name exactly one of group_ids, division")
        return self


class AnnouncementView(View):
    groups: int = Field(description="whose next digest will carry it")


class AnnounceToGroups(Announcement, Command[AnnouncementView]):
    """Joins the next digest of each group. Raises GROUP_PERSONAL_DETAILS."""


class DigestView(View):
    """One post to a group, made of everything that had gathered."""

    id: UUID
    group_id: UUID
    text: str
    notes: int = Field(description="how many things it tells")
    is_by_hand: bool = Field(description="waits for somebody to copy it into the group")
    state: MessageState
    created_at: datetime
    delivered_at: datetime | None


class ListGroupDigests(PageRequest, Query[Page[DigestView]]):
    """Newest first."""

    group_id: UUID


class MarkDigestPosted(Command[DigestView]):
    """It was copied into the group by hand."""

    group_id: UUID
    digest_id: UUID


class WorkerGroupJoined(Event):
    topic: ClassVar[str] = "worker_group.joined"
    aggregate: ClassVar[str] = "group_id"
    group_id: UUID
    worker_id: UUID
    consent_way: ConsentWay


class WorkerGroupLeft(Event):
    topic: ClassVar[str] = "worker_group.left"
    aggregate: ClassVar[str] = "group_id"
    group_id: UUID
    worker_id: UUID
    because: LeftBecause
