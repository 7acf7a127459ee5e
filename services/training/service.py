"""What training answers and hears."""

from __future__ import annotations

from services.training import (
    attendance,
    certificates,
    commissions,
    courses,
    enrolments,
    learners,
    outcomes,
    placements,
    printing,
    sessions,
    suggestions,
)
from services.training.personal_tables import PERSONAL
from shared.contracts import dispatch, postings, registry
from shared.contracts import training as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import Unit, command, query, subscribe, subscribe_many
from shared.kit.session import Session

EVERYONE = ("hq", "outpost", "area", "partner", "worker", "public")
OFFICERS = (Role.hq_admin, Role.hq_officer)
ENROLLING = (*OFFICERS, Role.township_officer, Role.grid_leader, Role.worker)
STAFF = (*OFFICERS, Role.township_officer, Role.grid_leader)


class TrainingService:
    name = "training"
    unit = Unit()
    jobs = (printing.make_commission_paper, printing.make_sign_in_sheet, printing.make_certificates)
    personal = PERSONAL

    @command(c.CreateCourse, allow=("hq",), roles=OFFICERS)
    def create_course(self, session: Session, command: c.CreateCourse) -> c.CourseView:
        return courses.create_course(session, command)

    @command(c.ChangeCourse, allow=("hq",), roles=OFFICERS)
    def change_course(self, session: Session, command: c.ChangeCourse) -> c.CourseView:
        return courses.change_course(session, command)

    @query(c.GetCourse, allow=EVERYONE)
    def get_course(self, session: Session, query: c.GetCourse) -> c.CourseView:
        return courses.get_course(session, query)

    @query(c.ListCourses, allow=EVERYONE)
    def list_courses(self, session: Session, query: c.ListCourses) -> Page[c.CourseView]:
        return courses.list_courses(session, query)

    @command(c.CreateTrainingCommission, allow=("hq",), roles=OFFICERS, before=commissions.find_posting)
    def create_training_commission(
        self, session: Session, command: c.CreateTrainingCommission, posting: postings.PostingView | None
    ) -> c.TrainingCommissionView:
        return commissions.create_commission(session, command, posting)

    @command(c.CompleteTrainingCommission, allow=("hq",), roles=OFFICERS)
    def complete_training_commission(
        self, session: Session, command: c.CompleteTrainingCommission
    ) -> c.TrainingCommissionView:
        return commissions.complete_commission(session, command)

    @command(c.CancelTrainingCommission, allow=("hq",), roles=OFFICERS)
    def cancel_training_commission(
        self, session: Session, command: c.CancelTrainingCommission
    ) -> c.TrainingCommissionView:
        return commissions.cancel_commission(session, command)

    @query(c.GetTrainingCommission, allow=("hq", "area"))
    def get_training_commission(self, session: Session, query: c.GetTrainingCommission) -> c.TrainingCommissionView:
        return commissions.get_commission(session, query)

    @query(c.ListTrainingCommissions, allow=("hq", "area"))
    def list_training_commissions(
        self, session: Session, query: c.ListTrainingCommissions
    ) -> Page[c.TrainingCommissionView]:
        return commissions.list_commissions(session, query)

    @command(c.PrintTrainingCommission, allow=("hq",))
    def print_training_commission(self, session: Session, command: c.PrintTrainingCommission) -> JobState:
        return printing.print_commission(session, command)

    @command(c.CreateTrainingSession, allow=("hq",), roles=OFFICERS, before=commissions.find_posting)
    def create_training_session(
        self, session: Session, command: c.CreateTrainingSession, posting: postings.PostingView | None
    ) -> c.TrainingSessionView:
        return sessions.create_session(session, command, posting)

    @command(c.ChangeTrainingSession, allow=("hq",), roles=OFFICERS)
    def change_training_session(self, session: Session, command: c.ChangeTrainingSession) -> c.TrainingSessionView:
        return sessions.change_session(session, command)

    @command(c.CompleteTrainingSession, allow=("hq",), roles=OFFICERS)
    def complete_training_session(self, session: Session, command: c.CompleteTrainingSession) -> c.TrainingSessionView:
        return sessions.complete_session(session, command)

    @command(c.CancelTrainingSession, allow=("hq",), roles=OFFICERS)
    def cancel_training_session(self, session: Session, command: c.CancelTrainingSession) -> c.TrainingSessionView:
        return sessions.cancel_session(session, command)

    @query(c.GetTrainingSession, allow=EVERYONE)
    def get_training_session(self, session: Session, query: c.GetTrainingSession) -> c.TrainingSessionView:
        return sessions.get_session(session, query)

    @query(c.ListTrainingSessions, allow=EVERYONE)
    def list_training_sessions(self, session: Session, query: c.ListTrainingSessions) -> Page[c.TrainingSessionView]:
        return sessions.list_sessions(session, query)

    # Seats are the county's to count, so these run as the machinery; `find_worker` and `require_reach` narrow them.
    @command(
        c.EnrolWorker, allow=("hq", "area", "worker"), roles=ENROLLING, before=enrolments.find_worker, as_service=True
    )
    def enrol_worker(self, session: Session, command: c.EnrolWorker, worker: registry.WorkerView) -> c.EnrolmentView:
        return enrolments.enrol_worker(session, command, worker)

    @command(c.CancelEnrolment, allow=("hq", "area", "worker"), roles=ENROLLING, as_service=True)
    def cancel_enrolment(self, session: Session, command: c.CancelEnrolment) -> c.EnrolmentView:
        return enrolments.cancel_enrolment(session, command)

    @command(c.RecordResults, allow=("hq",), roles=OFFICERS)
    def record_results(self, session: Session, command: c.RecordResults) -> c.ResultsView:
        return enrolments.record_results(session, command)

    @query(c.ListEnrolments, allow=("hq", "area", "outpost", "worker"))
    def list_enrolments(self, session: Session, query: c.ListEnrolments) -> Page[c.EnrolmentView]:
        return enrolments.list_enrolments(session, query)

    @command(c.RecordAttendance, allow=("hq",), roles=OFFICERS)
    def record_attendance(self, session: Session, command: c.RecordAttendance) -> c.AttendanceView:
        return attendance.record_attendance(session, command)

    @command(c.CheckIn, allow=("hq",), roles=OFFICERS)
    def check_in(self, session: Session, command: c.CheckIn) -> c.CheckInView:
        return attendance.check_in(session, command)

    @command(c.CheckInByCode, allow=("worker",), as_service=True)
    def check_in_by_code(self, session: Session, command: c.CheckInByCode) -> c.CheckInView:
        return attendance.check_in_by_code(session, command)

    @query(c.MakeAttendanceCode, allow=("hq",), roles=OFFICERS)
    def make_attendance_code(self, session: Session, query: c.MakeAttendanceCode) -> c.AttendanceCodeView:
        return attendance.make_code(session, query)

    @query(c.ListAttendance, allow=("hq", "area"))
    def list_attendance(self, session: Session, query: c.ListAttendance) -> Page[c.AttendanceRow]:
        return attendance.list_attendance(session, query)

    @command(c.PrintSignInSheet, allow=("hq",), roles=OFFICERS)
    def print_sign_in_sheet(self, session: Session, command: c.PrintSignInSheet) -> JobState:
        return printing.print_sign_in_sheet(session, command)

    # A certificate is linked to work that only the machinery keeps; HQ sees every row anyhow.
    @command(c.IssueCertificates, allow=("hq",), roles=OFFICERS, as_service=True)
    def issue_certificates(self, session: Session, command: c.IssueCertificates) -> c.CertificatesIssued:
        return certificates.issue_certificates(session, command)

    @command(c.RevokeCertificate, allow=("hq",), roles=OFFICERS)
    def revoke_certificate(self, session: Session, command: c.RevokeCertificate) -> c.CertificateView:
        return certificates.revoke_certificate(session, command)

    @command(c.PrintCertificates, allow=("hq",), roles=OFFICERS)
    def print_certificates(self, session: Session, command: c.PrintCertificates) -> JobState:
        return printing.print_certificates(session, command)

    @query(c.ListCertificates, allow=("hq", "area", "outpost", "worker"))
    def list_certificates(self, session: Session, query: c.ListCertificates) -> Page[c.CertificateView]:
        return certificates.list_certificates(session, query)

    @query(c.CheckCertificate, allow=EVERYONE, as_service=True)
    def check_certificate(self, session: Session, query: c.CheckCertificate) -> c.CertificateCheckView:
        return certificates.check_certificate(session, query)

    @query(c.GetTrainingOutcomes, allow=("hq", "area"))
    def get_training_outcomes(self, session: Session, query: c.GetTrainingOutcomes) -> c.TrainingOutcomes:
        return outcomes.training_outcomes(session, query)

    @query(c.GetCourseOutcomes, allow=("hq",))
    def get_course_outcomes(self, session: Session, query: c.GetCourseOutcomes) -> c.CourseOutcomes:
        return outcomes.course_outcomes(session, query)

    @query(c.SuggestCourses, allow=("hq",), before=suggestions.find_gaps)
    def suggest_courses(
        self, session: Session, query: c.SuggestCourses, found: tuple[list[c.CourseView], postings.SkillGaps]
    ) -> c.CourseSuggestions:
        return suggestions.suggest_courses(query, found)

    @subscribe(dispatch.PlacementStarted)
    def placement_started(self, session: Session, event: dispatch.PlacementStarted) -> None:
        placements.placed(session, event)

    @subscribe_many(registry.WorkerRegistered)
    def worker_registered(self, session: Session, events: list[registry.WorkerRegistered]) -> None:
        learners.learn_of_new(session, events)

    @subscribe(registry.WorkerUpdated)
    def worker_updated(self, session: Session, event: registry.WorkerUpdated) -> None:
        learners.learn(session, event)

    @subscribe(registry.WorkerMerged)
    def worker_merged(self, session: Session, event: registry.WorkerMerged) -> None:
        learners.merge(session, event)

    @subscribe(registry.WorkerErased)
    def worker_erased(self, session: Session, event: registry.WorkerErased) -> None:
        learners.erase(session, event)
