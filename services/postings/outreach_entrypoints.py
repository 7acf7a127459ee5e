"""What postings answers about 送岗下村."""

from __future__ import annotations

from services.postings import outreach, outreach_figures, outreach_packs, outreach_visits
from shared.contracts import postings as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

STAFF = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)
READERS = ("hq", "area")

OUTREACH_JOBS = (outreach_packs.make_outreach_pack,)


class OutreachEntrypoints:
    """A part of PostingsService."""

    @command(c.PlanOutreach, allow=READERS, roles=STAFF)
    def plan_outreach(self, session: Session, command: c.PlanOutreach) -> c.OutreachView:
        return outreach.plan_outreach(session, command)

    @command(c.UpdateOutreach, allow=READERS, roles=STAFF)
    def update_outreach(self, session: Session, command: c.UpdateOutreach) -> c.OutreachView:
        return outreach.update_outreach(session, command)

    @command(c.StartOutreach, allow=READERS, roles=STAFF)
    def start_outreach(self, session: Session, command: c.StartOutreach) -> c.OutreachView:
        return outreach.start_outreach(session, command)

    @command(c.CancelOutreach, allow=READERS, roles=STAFF)
    def cancel_outreach(self, session: Session, command: c.CancelOutreach) -> c.OutreachView:
        return outreach.cancel_outreach(session, command)

    @command(c.CloseOutreach, allow=READERS, roles=STAFF)
    def close_outreach(self, session: Session, command: c.CloseOutreach) -> c.OutreachView:
        return outreach.close_outreach(session, command)

    @command(c.ReopenOutreach, allow=READERS, roles=STAFF)
    def reopen_outreach(self, session: Session, command: c.ReopenOutreach) -> c.OutreachView:
        return outreach.reopen_outreach(session, command)

    @query(c.GetOutreach, allow=READERS)
    def get_outreach(self, session: Session, query: c.GetOutreach) -> c.OutreachView:
        return outreach.get_outreach(session, query)

    @query(c.ListOutreaches, allow=READERS)
    def list_outreaches(self, session: Session, query: c.ListOutreaches) -> Page[c.OutreachView]:
        return outreach.list_outreaches(session, query)

    @command(c.ChooseOutreachPostings, allow=READERS, roles=STAFF)
    def choose_outreach_postings(self, session: Session, command: c.ChooseOutreachPostings) -> c.OutreachPostingList:
        return outreach.choose_outreach_postings(session, command)

    @query(c.ListOutreachPostings, allow=READERS)
    def list_outreach_postings(self, session: Session, query: c.ListOutreachPostings) -> c.OutreachPostingList:
        return outreach.list_outreach_postings(session, query)

    @command(c.PrintOutreachPack, allow=READERS)
    def print_outreach_pack(self, session: Session, command: c.PrintOutreachPack) -> JobState:
        return outreach_packs.print_outreach_pack(session, command)

    @command(c.RecordOutreachAttendance, allow=READERS, roles=STAFF)
    def record_outreach_attendance(self, session: Session, command: c.RecordOutreachAttendance) -> c.PresenceReport:
        return outreach_visits.record_outreach_attendance(session, command)

    @query(c.ListOutreachAttendance, allow=READERS)
    def list_outreach_attendance(self, session: Session, query: c.ListOutreachAttendance) -> Page[c.PresenceView]:
        return outreach_visits.list_outreach_attendance(session, query)

    # An offer's cap counts everybody's offers, which no area account may see.
    @command(c.RecordOutreachWishes, allow=READERS, roles=STAFF, as_service=True)
    def record_outreach_wishes(self, session: Session, command: c.RecordOutreachWishes) -> c.WishReport:
        return outreach_visits.record_outreach_wishes(session, command)

    @query(c.ListOutreachWishes, allow=READERS)
    def list_outreach_wishes(self, session: Session, query: c.ListOutreachWishes) -> Page[c.WishView]:
        return outreach_visits.list_outreach_wishes(session, query)

    @query(c.GetOutreachResult, allow=READERS)
    def get_outreach_result(self, session: Session, query: c.GetOutreachResult) -> c.OutreachResult:
        return outreach.get_outreach_result(session, query)

    @query(c.GetOutreachFigures, allow=("hq",))
    def get_outreach_figures(self, session: Session, query: c.GetOutreachFigures) -> c.OutreachFigures:
        return outreach_figures.get_outreach_figures(session, query)
