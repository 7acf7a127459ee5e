"""What registry answers about protecting people: their rights, who looked, and the keys."""

from __future__ import annotations

from services.registry import access_copies, erasure, looks, privacy_requests, processing, resealing, restrictions
from shared.contracts import registry as c
from shared.contracts.base import JobState, Nothing, Page
from shared.contracts.kit import PersonalRecords
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, timer
from shared.kit.session import Session

PRIVACY_JOBS = (resealing.reseal, access_copies.write_access_copy)


COUNTY = ("hq", "area")
ADMIN = (Role.hq_admin,)
OFFICERS = (Role.hq_admin, Role.hq_officer)
AUDITORS = (Role.hq_admin, Role.hq_auditor)


class PrivacyEntrypoints:
    """A part of RegistryService."""

    @query(c.GetKeyUses, allow=("hq",), roles=(Role.hq_admin, Role.hq_auditor))
    def get_key_uses(self, session: Session, message: c.GetKeyUses) -> c.KeyUses:
        return resealing.get_key_uses(session, message)

    @command(c.ResealPeople, allow=("hq",), roles=(Role.hq_admin,))
    def reseal_people(self, session: Session, message: c.ResealPeople) -> JobState:
        return resealing.reseal_people(session, message)

    @command(c.SubmitPrivacyRequest, allow=(*COUNTY, "worker"), as_service=True)
    def submit_privacy_request(self, session: Session, message: c.SubmitPrivacyRequest) -> c.PrivacyRequestView:
        """As the service: a worker may ask, but writes no rows."""
        return privacy_requests.submit_privacy_request(session, message)

    @query(c.GetPrivacyRequest, allow=("hq", "worker"))
    def get_privacy_request(self, session: Session, message: c.GetPrivacyRequest) -> c.PrivacyRequestView:
        return privacy_requests.get_privacy_request(session, message)

    @query(c.ListPrivacyRequests, allow=("hq", "worker"))
    def list_privacy_requests(self, session: Session, message: c.ListPrivacyRequests) -> Page[c.PrivacyRequestView]:
        return privacy_requests.list_privacy_requests(session, message)

    @command(c.FulfilPrivacyRequest, allow=("hq",), roles=ADMIN, as_service=True)
    def fulfil_privacy_request(self, session: Session, message: c.FulfilPrivacyRequest) -> c.PrivacyRequestView:
        """As the service: only the machinery sees the legal holds."""
        return privacy_requests.fulfil_privacy_request(session, message)

    @command(c.RefusePrivacyRequest, allow=("hq",), roles=ADMIN)
    def refuse_privacy_request(self, session: Session, message: c.RefusePrivacyRequest) -> c.PrivacyRequestView:
        return privacy_requests.refuse_privacy_request(session, message)

    @command(c.WithdrawPrivacyRequest, allow=("hq", "worker"), as_service=True)
    def withdraw_privacy_request(self, session: Session, message: c.WithdrawPrivacyRequest) -> c.PrivacyRequestView:
        """As the service: a worker may take back, but writes no rows."""
        return privacy_requests.withdraw_privacy_request(session, message)

    @command(
        c.MakeAccessCopy,
        allow=("hq", "worker"),
        roles=(*OFFICERS, Role.worker),
        before=access_copies.gather,
        as_service=True,
    )
    def make_access_copy(
        self, session: Session, message: c.MakeAccessCopy, elsewhere: list[PersonalRecords]
    ) -> c.AccessCopy:
        """As the service, which alone sees everything that was disclosed about the person."""
        return access_copies.make_access_copy(session, message, elsewhere)

    @command(c.PrintAccessCopy, allow=("hq", "worker"), roles=(*OFFICERS, Role.worker), as_service=True)
    def print_access_copy(self, session: Session, message: c.PrintAccessCopy) -> JobState:
        return access_copies.print_access_copy(session, message)

    @command(c.RestrictWorker, allow=("hq",), roles=ADMIN)
    def restrict_worker(self, session: Session, message: c.RestrictWorker) -> Nothing:
        return restrictions.restrict_worker(session, message)

    @command(c.LiftRestriction, allow=("hq",), roles=ADMIN)
    def lift_restriction(self, session: Session, message: c.LiftRestriction) -> Nothing:
        return restrictions.lift_restriction(session, message)

    @command(c.GiveConsent, allow=(*COUNTY, "worker"), as_service=True)
    def give_consent(self, session: Session, message: c.GiveConsent) -> c.ConsentView:
        """As the service: a worker may consent, but writes no rows."""
        return erasure.give_consent(session, message)

    @query(c.ListLooks, allow=("hq",), roles=AUDITORS)
    def list_looks(self, session: Session, message: c.ListLooks) -> Page[c.LookView]:
        return looks.list_looks(session, message)

    @query(c.ListLookers, allow=("hq",), roles=AUDITORS)
    def list_lookers(self, session: Session, message: c.ListLookers) -> Page[c.LookerView]:
        return looks.list_lookers(session, message)

    @query(c.GetOwnLooks, allow=("worker",), as_service=True)
    def get_own_looks(self, session: Session, message: c.GetOwnLooks) -> c.OwnLooks:
        """As the service, which alone sees what was disclosed about the person."""
        return looks.get_own_looks(session, message)

    @query(c.GetProcessingRecord, allow=("hq",))
    def get_processing_record(self, session: Session, message: c.GetProcessingRecord) -> c.ProcessingRecord:
        return processing.get_processing_record(session, message)

    @query(c.ListRetentionDue, allow=("hq",), roles=OFFICERS, as_service=True)
    def list_retention_due(self, session: Session, message: c.ListRetentionDue) -> Page[c.RetentionRow]:
        """As the service: only the machinery sees the legal holds."""
        return processing.list_retention_due(session, message)

    @command(c.KeepWorker, allow=("hq",), roles=OFFICERS)
    def keep_worker(self, session: Session, message: c.KeepWorker) -> Nothing:
        return processing.keep_worker(session, message)

    @timer(seconds=86400)
    def drop_old_import_files(self, session: Session) -> None:
        processing.drop_old_import_files(session)
