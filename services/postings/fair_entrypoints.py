"""What postings answers about 招聘会."""

from __future__ import annotations

from services.postings import fair_booths, fair_interviews, fair_posters, fair_visits, job_fairs
from shared.contracts import postings as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query
from shared.kit.session import Session

HQ_STAFF = (Role.hq_admin, Role.hq_officer)
STAFF = (*HQ_STAFF, Role.township_officer, Role.grid_leader)
KEEPERS = ("hq", "area")
READERS = ("hq", "area", "outpost", "partner")
DECIDING = (*STAFF, Role.partner_employer)
EVERYONE = ("hq", "outpost", "area", "partner", "worker", "public")

FAIR_JOBS = (fair_posters.make_fair_poster,)


class FairEntrypoints:
    """A part of PostingsService."""

    @command(c.PlanJobFair, allow=KEEPERS, roles=STAFF)
    def plan_job_fair(self, session: Session, command: c.PlanJobFair) -> c.JobFairView:
        return job_fairs.plan_job_fair(session, command)

    @command(c.UpdateJobFair, allow=KEEPERS, roles=STAFF)
    def update_job_fair(self, session: Session, command: c.UpdateJobFair) -> c.JobFairView:
        return job_fairs.update_job_fair(session, command)

    @command(c.OpenJobFair, allow=KEEPERS, roles=STAFF)
    def open_job_fair(self, session: Session, command: c.OpenJobFair) -> c.JobFairView:
        return job_fairs.open_job_fair(session, command)

    @command(c.CancelJobFair, allow=KEEPERS, roles=STAFF)
    def cancel_job_fair(self, session: Session, command: c.CancelJobFair) -> c.JobFairView:
        return job_fairs.cancel_job_fair(session, command)

    # Closing ends the interviews of people from every township.
    @command(c.CloseJobFair, allow=KEEPERS, roles=STAFF, as_service=True)
    def close_job_fair(self, session: Session, command: c.CloseJobFair) -> c.JobFairView:
        return job_fairs.close_job_fair(session, command)

    @command(c.ReopenJobFair, allow=KEEPERS, roles=STAFF)
    def reopen_job_fair(self, session: Session, command: c.ReopenJobFair) -> c.JobFairView:
        return job_fairs.reopen_job_fair(session, command)

    @query(c.GetJobFair, allow=READERS)
    def get_job_fair(self, session: Session, query: c.GetJobFair) -> c.JobFairView:
        return job_fairs.get_job_fair(session, query)

    @query(c.ListJobFairs, allow=READERS)
    def list_job_fairs(self, session: Session, query: c.ListJobFairs) -> Page[c.JobFairView]:
        return job_fairs.list_job_fairs(session, query)

    @query(c.GetFairResult, allow=KEEPERS)
    def get_fair_result(self, session: Session, query: c.GetFairResult) -> c.FairResult:
        return job_fairs.get_fair_result(session, query)

    @query(c.ListPublicFairs, allow=EVERYONE, as_service=True)
    def list_public_fairs(self, session: Session, query: c.ListPublicFairs) -> Page[c.PublicFair]:
        return job_fairs.list_public_fairs(session, query)

    @query(c.GetPublicFair, allow=EVERYONE, as_service=True)
    def get_public_fair(self, session: Session, query: c.GetPublicFair) -> c.PublicFair:
        return job_fairs.get_public_fair(session, query)

    @command(c.PrintFairPoster, allow=KEEPERS)
    def print_fair_poster(self, session: Session, command: c.PrintFairPoster) -> JobState:
        return fair_posters.print_fair_poster(session, command)

    @command(c.PlaceBooth, allow=KEEPERS, roles=STAFF)
    def place_booth(self, session: Session, command: c.PlaceBooth) -> c.BoothView:
        return fair_booths.place_booth(session, command)

    @command(c.ChangeBooth, allow=KEEPERS, roles=STAFF)
    def change_booth(self, session: Session, command: c.ChangeBooth) -> c.BoothView:
        return fair_booths.change_booth(session, command)

    @command(c.RemoveBooth, allow=KEEPERS, roles=STAFF, as_service=True)
    def remove_booth(self, session: Session, command: c.RemoveBooth) -> c.JobFairView:
        return fair_booths.remove_booth(session, command)

    @query(c.ListBooths, allow=READERS)
    def list_booths(self, session: Session, query: c.ListBooths) -> Page[c.BoothView]:
        return fair_booths.list_booths(session, query)

    @command(c.CheckInAtFair, allow=KEEPERS, roles=STAFF)
    def check_in_at_fair(self, session: Session, command: c.CheckInAtFair) -> c.PresenceReport:
        return fair_visits.check_in_at_fair(session, command)

    @query(c.GetOwnFair, allow=("worker",), as_service=True)
    def get_own_fair(self, session: Session, query: c.GetOwnFair) -> c.OwnFairView:
        return fair_visits.get_own_fair(session, query)

    @command(c.CheckInSelf, allow=("worker",), as_service=True)
    def check_in_self(self, session: Session, command: c.CheckInSelf) -> c.OwnFairView:
        return fair_visits.check_in_self(session, command)

    @query(c.ListFairAttendance, allow=KEEPERS)
    def list_fair_attendance(self, session: Session, query: c.ListFairAttendance) -> Page[c.PresenceView]:
        return fair_visits.list_fair_attendance(session, query)

    # A booth's queue counts people from every township.
    @command(c.BookInterview, allow=KEEPERS, roles=STAFF, as_service=True)
    def book_interview(self, session: Session, command: c.BookInterview) -> c.InterviewView:
        return fair_interviews.book_interview(session, command)

    @command(c.RecordInterviewResult, allow=(*KEEPERS, "partner"), roles=DECIDING)
    def record_interview_result(self, session: Session, command: c.RecordInterviewResult) -> c.InterviewView:
        return fair_interviews.record_interview_result(session, command)

    # An offer's cap counts everybody's offers, which neither an area account nor a worker may see.
    @command(c.AnswerFairOffer, allow=(*KEEPERS, "worker"), roles=(*STAFF, Role.worker), as_service=True)
    def answer_fair_offer(self, session: Session, command: c.AnswerFairOffer) -> c.InterviewView:
        return fair_interviews.answer_fair_offer(session, command)

    @query(c.ListInterviews, allow=(*KEEPERS, "partner", "worker"))
    def list_interviews(self, session: Session, query: c.ListInterviews) -> Page[c.InterviewView]:
        return fair_interviews.list_interviews(session, query)
