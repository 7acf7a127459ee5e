"""What training answers and hears."""

from __future__ import annotations

from services.training import certificates, courses, enrolments
from shared.contracts import dispatch, registry
from shared.contracts import training as c
from shared.contracts.base import Page
from shared.kit.entrypoints import Unit, command, query, subscribe
from shared.kit.session import Session

EVERYONE = ("hq", "outpost", "area", "partner", "worker", "public")


class TrainingService:
    name = "training"
    unit = Unit()
    jobs = ()

    @command(c.CreateCourse, allow=("hq",))
    def create_course(self, session: Session, command: c.CreateCourse) -> c.CourseView:
        return courses.create_course(session, command)

    @command(c.ChangeCourse, allow=("hq",))
    def change_course(self, session: Session, command: c.ChangeCourse) -> c.CourseView:
        return courses.change_course(session, command)

    @query(c.GetCourse, allow=EVERYONE)
    def get_course(self, session: Session, query: c.GetCourse) -> c.CourseView:
        return courses.get_course(session, query)

    @query(c.ListCourses, allow=EVERYONE)
    def list_courses(self, session: Session, query: c.ListCourses) -> Page[c.CourseView]:
        return courses.list_courses(session, query)

    @command(c.CreateTrainingCommission, allow=("hq",))
    def create_training_commission(
        self, session: Session, command: c.CreateTrainingCommission
    ) -> c.TrainingCommissionView:
        return courses.create_commission(session, command)

    @command(c.CancelTrainingCommission, allow=("hq",))
    def cancel_training_commission(
        self, session: Session, command: c.CancelTrainingCommission
    ) -> c.TrainingCommissionView:
        return courses.cancel_commission(session, command)

    @query(c.GetTrainingCommission, allow=("hq", "area"))
    def get_training_commission(self, session: Session, query: c.GetTrainingCommission) -> c.TrainingCommissionView:
        return courses.get_commission(session, query)

    @query(c.ListTrainingCommissions, allow=("hq", "area"))
    def list_training_commissions(
        self, session: Session, query: c.ListTrainingCommissions
    ) -> Page[c.TrainingCommissionView]:
        return courses.list_commissions(session, query)

    @command(c.CreateTrainingSession, allow=("hq",))
    def create_training_session(self, session: Session, command: c.CreateTrainingSession) -> c.TrainingSessionView:
        return courses.create_session(session, command)

    @command(c.CancelTrainingSession, allow=("hq",))
    def cancel_training_session(self, session: Session, command: c.CancelTrainingSession) -> c.TrainingSessionView:
        return enrolments.cancel_session(session, command)

    @query(c.GetTrainingSession, allow=EVERYONE)
    def get_training_session(self, session: Session, query: c.GetTrainingSession) -> c.TrainingSessionView:
        return courses.get_session(session, query)

    @query(c.ListTrainingSessions, allow=EVERYONE)
    def list_training_sessions(self, session: Session, query: c.ListTrainingSessions) -> Page[c.TrainingSessionView]:
        return courses.list_sessions(session, query)

    @command(c.EnrolWorker, allow=("hq",), before=enrolments.find_worker)
    def enrol_worker(self, session: Session, command: c.EnrolWorker, worker: registry.WorkerView) -> c.EnrolmentView:
        return enrolments.enrol_worker(session, command, worker)

    @command(c.CancelEnrolment, allow=("hq",))
    def cancel_enrolment(self, session: Session, command: c.CancelEnrolment) -> c.EnrolmentView:
        return enrolments.cancel_enrolment(session, command)

    @query(c.ListEnrolments, allow=("hq", "area", "outpost", "worker"))
    def list_enrolments(self, session: Session, query: c.ListEnrolments) -> Page[c.EnrolmentView]:
        return enrolments.list_enrolments(session, query)

    @command(c.RecordAttendance, allow=("hq",))
    def record_attendance(self, session: Session, command: c.RecordAttendance) -> c.AttendanceView:
        return enrolments.record_attendance(session, command)

    @command(c.IssueCertificates, allow=("hq",))
    def issue_certificates(self, session: Session, command: c.IssueCertificates) -> c.CertificatesIssued:
        return certificates.issue_certificates(session, command)

    @query(c.ListCertificates, allow=("hq", "area", "outpost", "worker"))
    def list_certificates(self, session: Session, query: c.ListCertificates) -> Page[c.CertificateView]:
        return certificates.list_certificates(session, query)

    @query(c.CheckCertificate, allow=EVERYONE, as_service=True)
    def check_certificate(self, session: Session, query: c.CheckCertificate) -> c.CertificateCheckView:
        return certificates.check_certificate(session, query)

    @query(c.GetCourseOutcomes, allow=("hq",))
    def get_course_outcomes(self, session: Session, query: c.GetCourseOutcomes) -> c.CourseOutcomes:
        return certificates.course_outcomes(session, query)

    @subscribe(dispatch.PlacementStarted)
    def placement_started(self, session: Session, event: dispatch.PlacementStarted) -> None:
        certificates.placed(session, event)
