"""What notify answers and does about 就业人员微信群."""

from __future__ import annotations

from services.notify import digests, groups, members
from shared.contracts import notify as c
from shared.contracts import registry
from shared.contracts.base import Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, subscribe, timer
from shared.kit.session import Session

HQ_STAFF = (Role.hq_admin, Role.hq_officer)
STAFF = (*HQ_STAFF, Role.township_officer, Role.grid_leader)


class GroupEntrypoints:
    """A part of NotifyService."""

    @command(c.RegisterWorkerGroup, allow=("hq",), roles=HQ_STAFF)
    def register_worker_group(self, session: Session, command: c.RegisterWorkerGroup) -> c.WorkerGroupView:
        return groups.register_group(session, command)

    @command(c.UpdateWorkerGroup, allow=("hq",), roles=HQ_STAFF)
    def update_worker_group(self, session: Session, command: c.UpdateWorkerGroup) -> c.WorkerGroupView:
        return groups.update_group(session, command)

    @query(c.GetWorkerGroup, allow=("hq", "area", "outpost"))
    def get_worker_group(self, session: Session, query: c.GetWorkerGroup) -> c.WorkerGroupView:
        return groups.get_group(session, query)

    @query(c.ListWorkerGroups, allow=("hq", "area", "outpost"))
    def list_worker_groups(self, session: Session, query: c.ListWorkerGroups) -> Page[c.WorkerGroupView]:
        return groups.list_groups(session, query)

    @query(c.ListGroupMembers, allow=("hq", "area"))
    def list_group_members(self, session: Session, query: c.ListGroupMembers) -> Page[c.GroupMemberView]:
        return members.list_members(session, query)

    # Where people live is kept for the machinery alone; whose people they are is checked in the rule.
    @command(c.AddGroupMembers, allow=("hq", "area"), roles=STAFF, as_service=True)
    def add_group_members(self, session: Session, command: c.AddGroupMembers) -> c.GroupMembersAdded:
        return members.add_members(session, command)

    @command(c.JoinWorkerGroup, allow=("worker",), as_service=True)
    def join_worker_group(self, session: Session, command: c.JoinWorkerGroup) -> c.OwnGroupView:
        return members.join_group(session, command)

    @command(c.LeaveWorkerGroup, allow=("hq", "area", "worker"), roles=(*STAFF, Role.worker), as_service=True)
    def leave_worker_group(self, session: Session, command: c.LeaveWorkerGroup) -> c.OwnGroupView:
        return members.leave_group(session, command)

    @query(c.ListOwnGroups, allow=("worker",), as_service=True)
    def list_own_groups(self, session: Session, query: c.ListOwnGroups) -> Page[c.OwnGroupView]:
        return members.list_own_groups(session, query)

    @command(c.AnnounceToGroups, allow=("hq",), roles=HQ_STAFF)
    def announce_to_groups(self, session: Session, command: c.AnnounceToGroups) -> c.AnnouncementView:
        return digests.announce(session, command)

    @query(c.ListGroupDigests, allow=("hq",))
    def list_group_digests(self, session: Session, query: c.ListGroupDigests) -> Page[c.DigestView]:
        return digests.list_digests(session, query)

    @command(c.MarkDigestPosted, allow=("hq",), roles=HQ_STAFF)
    def mark_digest_posted(self, session: Session, command: c.MarkDigestPosted) -> c.DigestView:
        return digests.mark_posted(session, command)

    @subscribe(registry.WorkerMerged)
    def worker_merged(self, session: Session, event: registry.WorkerMerged) -> None:
        members.merge(session, event)

    @subscribe(registry.ConsentWithdrawn)
    def consent_withdrawn(self, session: Session, event: registry.ConsentWithdrawn) -> None:
        members.withdraw_consent(session, event)

    @timer(seconds=30)
    def compose_digests(self, session: Session) -> None:
        digests.compose(session)
