"""Sessions and whom a credential stands for. A session does not copy the account's rights: it asks them each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, Protocol, cast
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from services.identity import accounts, api_keys, audit, partners
from services.identity.models import FormerWorker, SessionToken, UserAccount
from shared.contracts.base import Nothing, Page
from shared.contracts.errors import NOT_FOUND, UNAUTHENTICATED, Problem
from shared.contracts.identity import (
    ENTRY_PURPOSES,
    SESSION_EXPIRED,
    Authenticate,
    AuthenticatedView,
    EndOtherSessions,
    EndSession,
    ListSessions,
    SessionOpened,
    SessionView,
    SignInWithLink,
    TouchCredential,
)
from shared.contracts.scopes import Actor, Principal, Role, WorkerSelf
from shared.kit.links import LINK_INVALID, LinkClaims, read_link_token
from shared.kit.paging import page
from shared.kit.session import Session

# An office day, and two hours away from the desk; a worker's phone keeps its page for a day.
STAFF_FOR, STAFF_IDLE = timedelta(hours=12), timedelta(hours=2)
WORKER_FOR, WORKER_IDLE = timedelta(hours=24), timedelta(hours=24)
TOUCH_AFTER = timedelta(seconds=60)
KEEP_ENDED = timedelta(days=30)
# How many times over a record may have been merged; a circle must not hold a sign-in.
_MERGES = 10


class Opening(Protocol):
    """What every way of entering brings along."""

    token_hash: str
    address: str | None
    device: str | None


def open_for_user(session: Session, account: UserAccount, opening: Opening) -> SessionOpened:
    token = _new(session, opening, way="password", user_id=account.id, lasts=STAFF_FOR, idle=STAFF_IDLE)
    return SessionOpened(
        session_id=token.id,
        expires_at=token.expires_at,
        principal=partners.followed(session, account.principal()),
        display_name=account.display_name,
        must_change_password=account.must_change_password,
    )


def open_for_worker(session: Session, worker_id: UUID, opening: Opening, *, way: str) -> SessionOpened:
    """A session of the worker, or of the one this worker was merged into; raises link.invalid after an erasure."""
    for _ in range(_MERGES):
        former = session.get(FormerWorker, worker_id)
        if former is None:
            break
        if former.into_worker_id is None:
            raise LINK_INVALID()
        worker_id = former.into_worker_id
    token = _new(session, opening, way=way, worker_id=worker_id, lasts=WORKER_FOR, idle=WORKER_IDLE)
    audit.note(
        session,
        "session.opened",
        "worker",
        worker_id,
        actor=Actor(kind="worker", id=str(worker_id)),
        way=way,
        address=opening.address,
    )
    return SessionOpened(session_id=token.id, expires_at=token.expires_at, principal=_worker(worker_id))


def sign_in_with_link(session: Session, command: SignInWithLink) -> SessionOpened:
    """Enter as the worker whom a slip, a message or a QR names; raises link.invalid and link.expired."""
    claims = _entry_claims(session, command.link_token)
    try:
        worker_id = UUID(claims.subject)
    except ValueError as error:
        raise LINK_INVALID() from error
    return open_for_worker(session, worker_id, command, way="link")


def _entry_claims(session: Session, token: str) -> LinkClaims:
    for purpose in ENTRY_PURPOSES[:-1]:
        try:
            return read_link_token(session.keys, token, purpose=purpose, now=session.now)
        except Problem as problem:
            if problem.code != LINK_INVALID.code:
                raise
    return read_link_token(session.keys, token, purpose=ENTRY_PURPOSES[-1], now=session.now)


def authenticate(session: Session, query: Authenticate) -> AuthenticatedView:
    """Whom a credential stands for now; raises session.required (unknown) and session.expired."""
    if query.kind == "api_key":
        return api_keys.authenticate(session, query.credential_hash)
    found = session.exec(
        select(SessionToken, UserAccount)
        .outerjoin(UserAccount, col(UserAccount.id) == col(SessionToken.user_id))
        .where(col(SessionToken.token_hash) == query.credential_hash)
    ).first()
    if found is None:
        raise UNAUTHENTICATED()
    token, account = cast(tuple[SessionToken, UserAccount | None], found)
    if not is_live(token, session.now):
        raise SESSION_EXPIRED()
    principal = _worker(token.worker_id) if token.worker_id else cast(UserAccount, account).principal()
    seen = AuthenticatedView(
        principal=partners.followed(session, principal),
        credential_id=token.id,
        expires_at=token.expires_at,
        is_touch_due=session.now - token.last_seen_at > TOUCH_AFTER,
    )
    if account is not None:
        if not accounts.is_usable(account, session.now) or partners.is_blocked(session, seen.principal):
            raise SESSION_EXPIRED()
        seen.display_name = account.display_name
        seen.must_change_password = account.must_change_password
    return seen


def is_live(token: SessionToken, now: datetime) -> bool:
    """Not ended, not past its time, and used within its idle time."""
    idle = timedelta(seconds=token.idle_seconds)
    return token.ended_at is None and now < token.expires_at and now < token.last_seen_at + idle


def touch_credential(session: Session, command: TouchCredential) -> Nothing:
    """Note that a session or key was used; one that is over stays over."""
    if command.kind == "api_key":
        api_keys.touch(session, command.credential_hash)
        return Nothing()
    token = session.exec(
        select(SessionToken).where(col(SessionToken.token_hash) == command.credential_hash).with_for_update()
    ).first()
    if token is not None and is_live(token, session.now):
        token.last_seen_at = session.now
    return Nothing()


def list_sessions(session: Session, query: ListSessions) -> Page[SessionView]:
    statement = select(SessionToken).where(
        _owned_by(session.caller.actor),
        col(SessionToken.ended_at).is_(None),
        col(SessionToken.expires_at) > session.now,
    )
    order = (col(SessionToken.created_at).desc(), col(SessionToken.id).desc())
    return page(session, statement, order=order, request=query, view=_view)


def end_session(session: Session, command: EndSession) -> Nothing:
    """End one of the caller's own sessions; ending it twice is the same ending. Raises resource.not_found."""
    token = session.exec(
        select(SessionToken)
        .where(col(SessionToken.id) == command.session_id, _owned_by(session.caller.actor))
        .with_for_update()
    ).first()
    if token is None:
        raise NOT_FOUND()
    if token.ended_at is None:
        token.ended_at, token.ended_by = session.now, "signed out"
        audit.note(session, "session.ended", "session", token.id)
    return Nothing()


def end_other_sessions(session: Session, command: EndOtherSessions) -> Nothing:
    actor = session.caller.actor
    if actor.kind in ("user", "worker"):
        owner = UUID(actor.id)
        end_all(
            session,
            user_id=owner if actor.kind == "user" else None,
            worker_id=owner if actor.kind == "worker" else None,
            by="signed out elsewhere",
            keep=command.keep_session,
        )
    return Nothing()


def end_all(
    session: Session,
    *,
    user_id: UUID | None = None,
    worker_id: UUID | None = None,
    by: str,
    keep: UUID | None = None,
) -> None:
    """End every open session of one account or one worker, but the one to keep."""
    owner = col(SessionToken.user_id) == user_id if user_id else col(SessionToken.worker_id) == worker_id
    statement = update(SessionToken).where(owner, col(SessionToken.ended_at).is_(None))
    if keep is not None:
        statement = statement.where(col(SessionToken.id) != keep)
    session.execute(statement.values(ended_at=session.now, ended_by=by))


def forget_ended(session: Session) -> None:
    """Sessions that were over a month ago are deleted; the audit trail keeps that they were."""
    session.execute(delete(SessionToken).where(col(SessionToken.expires_at) < session.now - KEEP_ENDED))


def _new(
    session: Session,
    opening: Opening,
    *,
    way: str,
    lasts: timedelta,
    idle: timedelta,
    user_id: UUID | None = None,
    worker_id: UUID | None = None,
) -> SessionToken:
    token = SessionToken(
        token_hash=opening.token_hash,
        user_id=user_id,
        worker_id=worker_id,
        way=way,
        device=opening.device,
        address=opening.address,
        created_at=session.now,
        last_seen_at=session.now,
        idle_seconds=int(idle.total_seconds()),
        expires_at=session.now + lasts,
    )
    session.add(token)
    return token


def _worker(worker_id: UUID) -> Principal:
    return Principal(
        actor=Actor(kind="worker", id=str(worker_id)), role=Role.worker, scope=WorkerSelf(worker_id=worker_id)
    )


def _owned_by(actor: Actor):  # type: ignore[no-untyped-def]
    if actor.kind == "user":
        return col(SessionToken.user_id) == UUID(actor.id)
    if actor.kind == "worker":
        return col(SessionToken.worker_id) == UUID(actor.id)
    return col(SessionToken.id).is_(None)


def _view(token: SessionToken) -> SessionView:
    return SessionView(
        id=token.id,
        way=cast(Literal["password", "link", "phone_code"], token.way),
        device=token.device,
        address=token.address,
        created_at=token.created_at,
        last_seen_at=token.last_seen_at,
        expires_at=token.expires_at,
    )
