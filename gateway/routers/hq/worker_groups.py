"""就业人员微信群: the groups, who is in them by consent, what is said to them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.answers import headers_for, json_response, problems
from gateway.auth import Area, AreaWriter, HqReader, HqWriter
from gateway.people import with_people
from shared.contracts import notify as c
from shared.contracts.base import Page, PageRequest
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, STALE
from shared.contracts.registry import PeoplePurpose

router = APIRouter(prefix="/hq/worker-groups", tags=["hq"])


@router.post("", status_code=201, response_model=c.WorkerGroupView, responses=problems(c.GROUP_ROBOT_IN_USE))
async def register_group(caller: HqWriter, body: c.RegisterWorkerGroup) -> Response:
    """Register a group and its robot, if it has one; the key is sealed and not shown again."""
    return await caller.create(body, location="/api/v1/hq/worker-groups/{id}")


@router.get("", response_model=Page[c.WorkerGroupView])
async def list_groups(caller: Area, query: Annotated[c.ListWorkerGroups, Query()]) -> Response:
    """List the groups."""
    return await caller.answer(query)


@router.post(
    "/announcements", response_model=c.AnnouncementView, responses=problems(NOT_FOUND, c.GROUP_PERSONAL_DETAILS)
)
async def announce(caller: HqWriter, body: c.AnnounceToGroups) -> Response:
    """Say something to groups: it joins the next digest of each."""
    return await caller.answer(body)


@router.get("/{group_id}", response_model=c.WorkerGroupView, responses=problems(NOT_FOUND))
async def get_group(caller: Area, group_id: UUID) -> Response:
    """Read one group."""
    return await caller.answer(c.GetWorkerGroup(group_id=group_id))


@router.patch(
    "/{group_id}", response_model=c.WorkerGroupView, responses=problems(NOT_FOUND, STALE, c.GROUP_ROBOT_IN_USE)
)
async def update_group(caller: HqWriter, group_id: UUID, body: c.WorkerGroupChanges) -> Response:
    """Change a group, give it another robot, or end it."""
    changes = body.model_dump(exclude_unset=True)
    return await caller.answer(c.UpdateWorkerGroup(group_id=group_id, expected_version=caller.if_match(), **changes))


@router.get("/{group_id}/members", response_model=Page[c.GroupMemberView], responses=problems(NOT_FOUND))
async def list_members(
    caller: Area, group_id: UUID, page: Annotated[PageRequest, Query()], is_present: bool = True
) -> Response:
    """List who is in the group and by which consent, each with `person` as far as the caller may see."""
    reply = await caller.ask_raw(
        c.ListGroupMembers(group_id=group_id, is_present=is_present, cursor=page.cursor, limit=page.limit)
    )
    reply["items"] = await with_people(caller, reply["items"], PeoplePurpose.message)
    return json_response(reply, headers=headers_for(reply, caller.request))


@router.post("/{group_id}/members", response_model=c.GroupMembersAdded, responses=problems(NOT_FOUND))
async def add_members(caller: AreaWriter, group_id: UUID, body: c.GroupMembersForm) -> Response:
    """Record people who agreed to be in the group, on paper or by word."""
    return await caller.answer(c.AddGroupMembers(group_id=group_id, **body.model_dump()))


@router.delete("/{group_id}/members/{worker_id}", response_model=c.OwnGroupView, responses=problems(NOT_FOUND))
async def remove_member(caller: AreaWriter, group_id: UUID, worker_id: UUID) -> Response:
    """Record that somebody left the group."""
    return await caller.answer(c.LeaveWorkerGroup(group_id=group_id, worker_id=worker_id))


@router.get("/{group_id}/digests", response_model=Page[c.DigestView], responses=problems(NOT_FOUND))
async def list_digests(caller: HqReader, group_id: UUID, page: Annotated[PageRequest, Query()]) -> Response:
    """List what was posted to the group, and what waits to be copied into it."""
    return await caller.answer(c.ListGroupDigests(group_id=group_id, cursor=page.cursor, limit=page.limit))


@router.post(
    "/{group_id}/digests/{digest_id}/posting",
    response_model=c.DigestView,
    responses=problems(NOT_FOUND, ILLEGAL_TRANSITION),
)
async def mark_posted(caller: HqWriter, group_id: UUID, digest_id: UUID) -> Response:
    """Record that a digest was copied into a group that has no robot."""
    return await caller.answer(c.MarkDigestPosted(group_id=group_id, digest_id=digest_id))
