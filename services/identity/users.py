"""Accounts: opening, changing and closing one. Rights change at once: open sessions end with them."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, or_, select

from services.identity import audit, sessions
from services.identity.accounts import fold, scope_of
from services.identity.models import PasswordCredential, UserAccount
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND, STALE
from shared.contracts.identity import (
    LAST_ADMIN,
    OWN_ACCOUNT,
    USERNAME_TAKEN,
    ChangeUser,
    DeactivateUser,
    GetUser,
    ListUsers,
    ReactivateUser,
    RegisterUser,
    UserChanged,
    UserView,
)
from shared.contracts.scopes import Role
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id


def register_user(session: Session, command: RegisterUser, password_hash: str) -> UserView:
    """Open an account; raises user.username_taken and user.role_scope_mismatch."""
    scope = scope_of(command.role, outpost=command.outpost, division=command.division, employer_id=command.employer_id)
    folded = fold(command.username)
    if session.exec(select(UserAccount.id).where(col(UserAccount.folded) == folded)).first():
        raise USERNAME_TAKEN(username=command.username)
    account = UserAccount(
        id=new_id(),
        username=command.username,
        folded=folded,
        display_name=command.display_name or command.username,
        role=command.role,
        scope=scope.model_dump(mode="json"),
        outpost=command.outpost,
        valid_until=command.valid_until,
        must_change_password=True,
    )
    session.add(account)
    session.add(PasswordCredential(user_id=account.id, password_hash=password_hash))
    audit.note(session, "user.registered", "user", account.id, outpost=account.outpost, role=account.role.value)
    publish(session, account)
    return view(account)


def change_user(session: Session, command: ChangeUser) -> UserView:
    """Change name, role, scope or last day.

    Raises user.own_account for the own role, user.last_admin, resource.changed_meanwhile.
    """
    account = _for_change(session, command.user_id)
    if command.expected_version is not None and command.expected_version != account.version:
        raise STALE(version=account.version)
    given = (command.outpost, command.division, command.employer_id)
    is_right_changed = command.role is not None or any(value is not None for value in given)
    if is_right_changed:
        if str(account.id) == session.caller.actor.id:
            raise OWN_ACCOUNT()
        role = command.role or account.role
        scope = scope_of(role, outpost=command.outpost, division=command.division, employer_id=command.employer_id)
        if account.role is Role.hq_admin and role is not Role.hq_admin:
            _keep_an_admin(session, account)
        account.role, account.scope, account.outpost = role, scope.model_dump(mode="json"), command.outpost
    if command.display_name is not None:
        account.display_name = command.display_name
    if command.valid_until is not None:
        if account.role is Role.hq_admin:
            _keep_an_admin(session, account)
        account.valid_until = command.valid_until
    if is_right_changed or command.valid_until is not None:
        sessions.end_all(session, user_id=account.id, by="rights changed")
    audit.note(session, "user.changed", "user", account.id, outpost=account.outpost, role=account.role.value)
    return _changed(session, account)


def deactivate_user(session: Session, command: DeactivateUser) -> UserView:
    """Close an account; closing it twice is the same closing. Raises user.own_account and user.last_admin."""
    account = _for_change(session, command.user_id)
    if str(account.id) == session.caller.actor.id:
        raise OWN_ACCOUNT()
    if not account.is_active:
        return view(account)
    if account.role is Role.hq_admin:
        _keep_an_admin(session, account)
    account.is_active = False
    sessions.end_all(session, user_id=account.id, by="account closed")
    audit.note(session, "user.deactivated", "user", account.id, outpost=account.outpost, purpose=command.reason)
    return _changed(session, account)


def reactivate_user(session: Session, command: ReactivateUser) -> UserView:
    account = _for_change(session, command.user_id)
    if account.is_active:
        return view(account)
    account.is_active = True
    audit.note(session, "user.reactivated", "user", account.id, outpost=account.outpost)
    return _changed(session, account)


def get_user(session: Session, query: GetUser) -> UserView:
    account = session.get(UserAccount, query.user_id)
    if account is None:
        raise NOT_FOUND()
    return view(account)


def list_users(session: Session, query: ListUsers) -> Page[UserView]:
    statement = select(UserAccount)
    if query.q:
        statement = statement.where(
            or_(
                col(UserAccount.folded).contains(fold(query.q), autoescape=True),
                col(UserAccount.display_name).icontains(query.q, autoescape=True),
            )
        )
    if query.role:
        statement = statement.where(col(UserAccount.role) == query.role)
    if query.outpost:
        statement = statement.where(col(UserAccount.outpost) == query.outpost)
    if query.is_active is not None:
        statement = statement.where(col(UserAccount.is_active) == query.is_active)
    order = (col(UserAccount.folded), col(UserAccount.id))
    return page(session, statement, order=order, request=query, view=view)


def _for_change(session: Session, user_id: UUID) -> UserAccount:
    account = session.get(UserAccount, user_id, with_for_update=True)
    if account is None:
        raise NOT_FOUND()
    return account


def _keep_an_admin(session: Session, leaving: UserAccount) -> None:
    """Refuse to lose the last county administrator; the rows are locked, so that two cannot leave at once."""
    admins = session.exec(
        select(UserAccount)
        .where(col(UserAccount.role) == Role.hq_admin, col(UserAccount.is_active))
        .order_by(col(UserAccount.id))
        .with_for_update()
    ).all()
    if not any(admin.id != leaving.id and admin.valid_until is None for admin in admins):
        raise LAST_ADMIN()


def _changed(session: Session, account: UserAccount) -> UserView:
    account.version += 1
    account.updated_at = session.now
    publish(session, account)
    return view(account)


def publish(session: Session, account: UserAccount) -> None:
    session.publish(
        UserChanged(user_id=account.id, role=account.role, is_active=account.is_active), outpost=account.outpost
    )


def view(account: UserAccount) -> UserView:
    return UserView.model_validate(account)
