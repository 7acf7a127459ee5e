"""Passwords as accounts have them: signing in, changing, resetting, and the block after repeated failures.

Whether an account exists must not show: unknown usernames are hashed, counted and blocked like known ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.identity import accounts, audit, passwords, sessions, users
from services.identity.models import PasswordCredential, SignInAttempt, UserAccount
from shared.contracts import postings
from shared.contracts.base import Nothing
from shared.contracts.errors import FORBIDDEN, NOT_FOUND
from shared.contracts.identity import (
    PASSWORD_WRONG,
    SIGN_IN_BLOCKED,
    SIGN_IN_REFUSED,
    ChangePassword,
    CredentialView,
    GetCredential,
    GetUser,
    NoteFailedAttempt,
    RegisterUser,
    ResetPassword,
    SessionOpened,
    SignIn,
    UserView,
)
from shared.contracts.scopes import Actor
from shared.kit.calls import Ask, Call
from shared.kit.privacy import lookup_hash
from shared.kit.session import Session

# From one address five failures block a username; from everywhere together, thirty. So a stranger cannot lock an
# officer out with five bad guesses, nor guess on from many addresses.
_FREE_HERE, _FREE_ANYWHERE = 5, 30
_FIRST_BLOCK, _LONGEST_BLOCK = timedelta(seconds=30), timedelta(minutes=15)
_FORGET_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Verified:
    """A password that fitted, and a fresher hash of it where the stored one is out of date."""

    user_id: UUID
    rehash: str | None


def verify(ask: Ask, command: SignIn, call: Call) -> Verified:
    """Check a password before the transaction; a failure is counted by a command of its own, so that it stays."""
    known = ask(GetCredential(username=command.username, address=command.address), as_service=True)
    if known.blocked_seconds:
        raise SIGN_IN_BLOCKED(retry_after=known.blocked_seconds)
    fits, rehash = passwords.verify_password(command.password, known.password_hash)
    if not fits or not known.is_usable or known.user_id is None:
        ask(NoteFailedAttempt(username=command.username, address=command.address), as_service=True)
        raise SIGN_IN_REFUSED()
    return Verified(known.user_id, rehash)


def sign_in(session: Session, command: SignIn, verified: Verified) -> SessionOpened:
    account = session.get(UserAccount, verified.user_id, with_for_update=True)
    if account is None or not accounts.is_usable(account, session.now):
        raise SIGN_IN_REFUSED()
    account.last_sign_in_at = session.now
    if verified.rehash:
        _store(session, account.id, verified.rehash)
    session.execute(
        delete(SignInAttempt).where(col(SignInAttempt.key).in_(_keys(session, account.folded, command.address)))
    )
    opened = sessions.open_for_user(session, account, command)
    audit.note(
        session,
        "session.opened",
        "user",
        account.id,
        actor=Actor(kind="user", id=str(account.id)),
        outpost=account.outpost,
        way="password",
        address=command.address,
    )
    return opened


def hash_for_new_user(ask: Ask, command: RegisterUser, call: Call) -> str:
    """The new account's hash; an employer's account is refused where postings does not know the employer."""
    if command.employer_id is not None:
        ask(postings.GetEmployer(employer_id=command.employer_id))
    return passwords.checked_hash(command.password, accounts.fold(command.username))


def hash_for_reset(ask: Ask, command: ResetPassword, call: Call) -> str:
    account = ask(GetUser(user_id=command.user_id))
    return passwords.checked_hash(command.password, accounts.fold(account.username))


def hash_for_change(ask: Ask, command: ChangePassword, call: Call) -> str:
    """Check the current password (failures count as at sign-in) and hash the new one."""
    if call.context.actor.kind != "user":
        raise FORBIDDEN()
    known = ask(GetCredential(user_id=UUID(call.context.actor.id)), as_service=True)
    if known.blocked_seconds:
        raise SIGN_IN_BLOCKED(retry_after=known.blocked_seconds)
    fits, _ = passwords.verify_password(command.current_password, known.password_hash)
    account = ask(GetUser(user_id=UUID(call.context.actor.id)), as_service=True)
    if not fits:
        ask(NoteFailedAttempt(username=account.username), as_service=True)
        raise PASSWORD_WRONG().with_fields([PASSWORD_WRONG.at("/current_password")])
    return passwords.checked_hash(command.new_password, accounts.fold(account.username))


def change_password(session: Session, command: ChangePassword, password_hash: str) -> Nothing:
    """Change the caller's own password and end the caller's other sessions."""
    account = session.get(UserAccount, UUID(session.caller.actor.id), with_for_update=True)
    if account is None:
        raise NOT_FOUND()
    _store(session, account.id, password_hash)
    account.must_change_password = False
    sessions.end_all(session, user_id=account.id, by="password changed", keep=command.keep_session)
    audit.note(session, "user.password_changed", "user", account.id, outpost=account.outpost)
    users.publish(session, account)
    return Nothing()


def reset_password(session: Session, command: ResetPassword, password_hash: str) -> UserView:
    """Give an account a new password, end its sessions and lift a block."""
    account = session.get(UserAccount, command.user_id, with_for_update=True)
    if account is None:
        raise NOT_FOUND()
    _store(session, account.id, password_hash)
    account.must_change_password = True
    account.version += 1
    account.updated_at = session.now
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.key).in_(_keys(session, account.folded, None))))
    sessions.end_all(session, user_id=account.id, by="password reset")
    audit.note(session, "user.password_reset", "user", account.id, outpost=account.outpost)
    users.publish(session, account)
    return users.view(account)


def get_credential(session: Session, query: GetCredential) -> CredentialView:
    """What checking a password needs, for a username (or an account) from an address."""
    statement = select(UserAccount, PasswordCredential.password_hash).join(
        PasswordCredential, col(PasswordCredential.user_id) == col(UserAccount.id)
    )
    if query.user_id is not None:
        statement = statement.where(col(UserAccount.id) == query.user_id)
    else:
        statement = statement.where(col(UserAccount.folded) == accounts.fold(query.username or ""))
    found = session.exec(statement).first()
    folded = found[0].folded if found else accounts.fold(query.username or "")
    return CredentialView(
        user_id=found[0].id if found else None,
        password_hash=found[1] if found else None,
        blocked_seconds=_blocked_seconds(session, folded, query.address),
        is_usable=bool(found) and accounts.is_usable(found[0], session.now) if found else False,
    )


def note_failed_attempt(session: Session, command: NoteFailedAttempt) -> Nothing:
    """Count one failure for the username from this address and for the username at all, and block past the free ones.

    A block starts at 30 seconds and doubles with each further failure, to a quarter of an hour.
    """
    folded = accounts.fold(command.username)
    for key, free in zip(_keys(session, folded, command.address), (_FREE_ANYWHERE, _FREE_HERE), strict=True):
        added = insert(SignInAttempt).values(key=key, failures=1, last_failed_at=session.now, blocked_until=None)
        failures = session.execute(
            added.on_conflict_do_update(
                index_elements=["key"],
                set_={"failures": col(SignInAttempt.failures) + 1, "last_failed_at": session.now},
            ).returning(col(SignInAttempt.failures))
        ).scalar_one()
        if failures >= free:
            attempt = session.get_one(SignInAttempt, key, populate_existing=True)
            attempt.blocked_until = session.now + min(_FIRST_BLOCK * 2 ** min(failures - free, 10), _LONGEST_BLOCK)
            if failures == free:
                audit.note(
                    session,
                    "sign_in.blocked",
                    "username",
                    None,
                    outcome="refused",
                    address=command.address,
                    failures=failures,
                )
    return Nothing()


def forget_attempts(session: Session) -> None:
    """Failures are forgotten a day after the last of them."""
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.last_failed_at) < session.now - _FORGET_AFTER))


def _keys(session: Session, folded: str, address: str | None) -> list[str]:
    """The username anywhere, and from here; as keyed hashes, since people type passwords into the wrong box."""
    named = [folded, f"{folded}\0{address or ''}"]
    return [lookup_hash(session.keys, value, purpose="sign-in") for value in named]


def _blocked_seconds(session: Session, folded: str, address: str | None) -> int:
    until = session.exec(
        select(SignInAttempt.blocked_until).where(
            col(SignInAttempt.key).in_(_keys(session, folded, address)),
            col(SignInAttempt.blocked_until) > session.now,
        )
    ).all()
    latest = max((moment for moment in until if moment), default=None)
    return int((latest - session.now).total_seconds()) + 1 if latest else 0


def _store(session: Session, user_id: UUID, password_hash: str) -> None:
    credential = session.get_one(PasswordCredential, user_id)
    credential.password_hash = password_hash
    credential.changed_at = session.now
