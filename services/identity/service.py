"""The map of identity: what it answers, what it hears, what it does by the clock."""

from __future__ import annotations

from services.identity import (
    api_keys,
    audit,
    bootstrap,
    credentials,
    organisations,
    phone_codes,
    projections,
    sessions,
    users,
)
from services.identity.personal_tables import PERSONAL
from shared.contracts import identity as c
from shared.contracts import postings, registry
from shared.contracts.base import Nothing, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import Unit, command, query, subscribe, timer
from shared.kit.session import Session

ADMIN = (Role.hq_admin,)
ANYONE = ("hq", "outpost", "area", "partner", "worker", "public")
SIGNED_IN = ("hq", "outpost", "area", "partner", "worker")
USERS = ("hq", "outpost", "area", "partner")


class IdentityService:
    """`as_service` stands wherever secrets are touched: those tables are the machinery's, and the rule in the noun
    module narrows to the caller's own account, or the decorator to the administrator."""

    name = "identity"
    unit = Unit()
    jobs = ()
    personal = PERSONAL

    @command(c.BootstrapCounty, allow=(), before=bootstrap.prepare)
    def bootstrap_county(
        self, session: Session, command: c.BootstrapCounty, first: bootstrap.FirstPassword | None
    ) -> c.BootstrapView:
        return bootstrap.bootstrap(session, first)

    @query(c.ListOrganisations, allow=ANYONE)
    def list_organisations(self, session: Session, query: c.ListOrganisations) -> Page[c.OrganisationView]:
        return organisations.list_organisations(session, query)

    @query(c.ListOutposts, allow=ANYONE)
    def list_outposts(self, session: Session, query: c.ListOutposts) -> Page[c.OutpostView]:
        return organisations.list_outposts(session, query)

    @query(c.GetOutpost, allow=ANYONE)
    def get_outpost(self, session: Session, query: c.GetOutpost) -> c.OutpostView:
        return organisations.get_outpost(session, query)

    @command(c.ChangeOrganisation, allow=("hq",), roles=ADMIN, as_service=True)
    def change_organisation(self, session: Session, command: c.ChangeOrganisation) -> c.OrganisationView:
        return organisations.change_organisation(session, command)

    @command(c.RegisterUser, allow=("hq",), roles=ADMIN, before=credentials.hash_for_new_user, as_service=True)
    def register_user(self, session: Session, command: c.RegisterUser, password_hash: str) -> c.UserView:
        return users.register_user(session, command, password_hash)

    @command(c.ChangeUser, allow=("hq",), roles=ADMIN, as_service=True)
    def change_user(self, session: Session, command: c.ChangeUser) -> c.UserView:
        return users.change_user(session, command)

    @command(c.DeactivateUser, allow=("hq",), roles=ADMIN, as_service=True)
    def deactivate_user(self, session: Session, command: c.DeactivateUser) -> c.UserView:
        return users.deactivate_user(session, command)

    @command(c.ReactivateUser, allow=("hq",), roles=ADMIN, as_service=True)
    def reactivate_user(self, session: Session, command: c.ReactivateUser) -> c.UserView:
        return users.reactivate_user(session, command)

    @query(c.GetUser, allow=("hq", "outpost"))
    def get_user(self, session: Session, query: c.GetUser) -> c.UserView:
        return users.get_user(session, query)

    @query(c.ListUsers, allow=("hq", "outpost"))
    def list_users(self, session: Session, query: c.ListUsers) -> Page[c.UserView]:
        return users.list_users(session, query)

    @command(c.SignIn, allow=("public",), before=credentials.verify, as_service=True)
    def sign_in(self, session: Session, command: c.SignIn, verified: credentials.Verified) -> c.SessionOpened:
        return credentials.sign_in(session, command, verified)

    @command(c.SignInWithLink, allow=("public",), as_service=True)
    def sign_in_with_link(self, session: Session, command: c.SignInWithLink) -> c.SessionOpened:
        return sessions.sign_in_with_link(session, command)

    @command(c.SignInWithPhoneCode, allow=("public",), before=phone_codes.check, as_service=True)
    def sign_in_with_phone_code(
        self, session: Session, command: c.SignInWithPhoneCode, checked: phone_codes.Checked
    ) -> c.SessionOpened:
        return phone_codes.sign_in(session, command, checked)

    @command(c.RequestPhoneCode, allow=("public",), before=phone_codes.send, as_service=True)
    def request_phone_code(self, session: Session, command: c.RequestPhoneCode, code: str | None) -> Nothing:
        return phone_codes.request_phone_code(session, command, code)

    @query(c.GetPhoneCodeStanding, allow=())
    def get_phone_code_standing(self, session: Session, query: c.GetPhoneCodeStanding) -> c.PhoneCodeStanding:
        return phone_codes.get_phone_code_standing(session, query)

    @command(c.TryPhoneCode, allow=())
    def try_phone_code(self, session: Session, command: c.TryPhoneCode) -> c.PhoneCodeTried:
        return phone_codes.try_phone_code(session, command)

    @query(c.GetCredential, allow=())
    def get_credential(self, session: Session, query: c.GetCredential) -> c.CredentialView:
        return credentials.get_credential(session, query)

    @command(c.NoteFailedAttempt, allow=())
    def note_failed_attempt(self, session: Session, command: c.NoteFailedAttempt) -> Nothing:
        return credentials.note_failed_attempt(session, command)

    @command(c.ChangePassword, allow=USERS, before=credentials.hash_for_change, as_service=True)
    def change_password(self, session: Session, command: c.ChangePassword, password_hash: str) -> Nothing:
        return credentials.change_password(session, command, password_hash)

    @command(c.ResetPassword, allow=("hq",), roles=ADMIN, before=credentials.hash_for_reset, as_service=True)
    def reset_password(self, session: Session, command: c.ResetPassword, password_hash: str) -> c.UserView:
        return credentials.reset_password(session, command, password_hash)

    @query(c.Authenticate, allow=("public",), as_service=True)
    def authenticate(self, session: Session, query: c.Authenticate) -> c.AuthenticatedView:
        return sessions.authenticate(session, query)

    @command(c.TouchCredential, allow=("public",), as_service=True)
    def touch_credential(self, session: Session, command: c.TouchCredential) -> Nothing:
        return sessions.touch_credential(session, command)

    @query(c.ListSessions, allow=SIGNED_IN, as_service=True)
    def list_sessions(self, session: Session, query: c.ListSessions) -> Page[c.SessionView]:
        return sessions.list_sessions(session, query)

    @command(c.EndSession, allow=SIGNED_IN, as_service=True)
    def end_session(self, session: Session, command: c.EndSession) -> Nothing:
        return sessions.end_session(session, command)

    @command(c.EndOtherSessions, allow=SIGNED_IN, as_service=True)
    def end_other_sessions(self, session: Session, command: c.EndOtherSessions) -> Nothing:
        return sessions.end_other_sessions(session, command)

    @command(c.IssueApiKey, allow=("hq",), roles=ADMIN, before=api_keys.check_owner, as_service=True)
    def issue_api_key(self, session: Session, command: c.IssueApiKey, _: None) -> c.ApiKeyView:
        return api_keys.issue_api_key(session, command)

    @command(c.RevokeApiKey, allow=("hq",), roles=ADMIN, as_service=True)
    def revoke_api_key(self, session: Session, command: c.RevokeApiKey) -> c.ApiKeyView:
        return api_keys.revoke_api_key(session, command)

    @query(c.ListApiKeys, allow=("hq", "outpost", "partner"))
    def list_api_keys(self, session: Session, query: c.ListApiKeys) -> Page[c.ApiKeyView]:
        return api_keys.list_api_keys(session, query)

    @command(c.RecordAudit, allow=ANYONE, as_service=True)
    def record_audit(self, session: Session, command: c.RecordAudit) -> c.AuditEntryView:
        return audit.record_audit(session, command)

    @query(c.ListAudit, allow=("hq",), roles=(Role.hq_admin, Role.hq_auditor))
    def list_audit(self, session: Session, query: c.ListAudit) -> Page[c.AuditEntryView]:
        return audit.list_audit(session, query)

    @subscribe(c.AuditRecorded)
    def audit_recorded(self, session: Session, event: c.AuditRecorded) -> None:
        audit.audit_recorded(session, event)

    @subscribe(postings.EmployerChanged)
    def employer_changed(self, session: Session, event: postings.EmployerChanged) -> None:
        projections.employer_changed(session, event)

    @subscribe(postings.EmployerMerged)
    def employer_merged(self, session: Session, event: postings.EmployerMerged) -> None:
        projections.employer_merged(session, event)

    @subscribe(postings.EmployerMergeUndone)
    def employer_merge_undone(self, session: Session, event: postings.EmployerMergeUndone) -> None:
        projections.employer_merge_undone(session, event)

    @subscribe(registry.WorkerErased)
    def worker_erased(self, session: Session, event: registry.WorkerErased) -> None:
        projections.worker_erased(session, event)

    @subscribe(registry.WorkerMerged)
    def worker_merged(self, session: Session, event: registry.WorkerMerged) -> None:
        projections.worker_merged(session, event)

    @timer(seconds=300)
    def forget(self, session: Session) -> None:
        credentials.forget_attempts(session)
        sessions.forget_ended(session)
        phone_codes.forget_codes(session)
