"""个人信息权利请求: asked, answered within thirty days (GB/T 35273-2020, 8.7), a refusal with its reason (§50)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry import erasure, restrictions
from services.registry.changes import change_of
from services.registry.days import today
from services.registry.intake import actor_of, source_of
from services.registry.models import PrivacyRequest, Worker
from services.registry.workers import own_or_visible
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PrivacyRequestState, PrivacyRight
from shared.kit.paging import page
from shared.kit.session import Session

ANSWERED_WITHIN = timedelta(days=30)


def submit_privacy_request(session: Session, command: c.SubmitPrivacyRequest) -> c.PrivacyRequestView:
    """Runs as the service, since a worker asks too. Raises NOT_FOUND, WORKER_ERASED or PRIVACY_REQUEST_OPEN."""
    worker = own_or_visible(session, command.worker_id)
    if worker.erased_at:
        raise c.WORKER_ERASED()
    same = select(PrivacyRequest).where(
        col(PrivacyRequest.worker_id) == worker.id,
        col(PrivacyRequest.right) == command.right,
        col(PrivacyRequest.state) == PrivacyRequestState.open,
    )
    if found := session.exec(same).first():
        raise c.PRIVACY_REQUEST_OPEN(request_id=str(found.id))
    request = PrivacyRequest(
        worker_id=worker.id,
        division=worker.division,
        right=command.right,
        reason=command.reason,
        requested_by=actor_of(session),
        requested_at=session.now,
        due_on=today(session) + ANSWERED_WITHIN,
    )
    session.add(request)
    session.flush()
    return _view(session, request, worker)


def fulfil_privacy_request(session: Session, command: c.FulfilPrivacyRequest) -> c.PrivacyRequestView:
    """Runs as the service. Raises NOT_FOUND, PRIVACY_REQUEST_ANSWERED, WORKER_ON_LEGAL_HOLD or WORKER_RESTRICTED."""
    request = _open(session, command.request_id)
    reason = f"本人请求: {command.answer}"
    if request.right is PrivacyRight.deletion:
        erasure.erase_worker(session, c.EraseWorker(worker_id=request.worker_id, reason=reason))
    if request.right is PrivacyRight.restriction:
        change = change_of(session, request.worker_id, source=source_of(session), reason=reason)
        restrictions.restrict(session, change, command.answer)
    return _answered(session, request, PrivacyRequestState.fulfilled, command.answer)


def refuse_privacy_request(session: Session, command: c.RefusePrivacyRequest) -> c.PrivacyRequestView:
    """Raises NOT_FOUND or PRIVACY_REQUEST_ANSWERED."""
    return _answered(session, _open(session, command.request_id), PrivacyRequestState.refused, command.answer)


def withdraw_privacy_request(session: Session, command: c.WithdrawPrivacyRequest) -> c.PrivacyRequestView:
    """Runs as the service. Raises NOT_FOUND or PRIVACY_REQUEST_ANSWERED."""
    request = _open(session, command.request_id)
    own_or_visible(session, request.worker_id)
    return _answered(session, request, PrivacyRequestState.withdrawn, None)


def _open(session: Session, request_id: UUID) -> PrivacyRequest:
    request = session.get(PrivacyRequest, request_id, with_for_update=True)
    if request is None:
        raise NOT_FOUND(request_id=str(request_id))
    if request.state is not PrivacyRequestState.open:
        raise c.PRIVACY_REQUEST_ANSWERED(state=request.state.value)
    return request


def _answered(
    session: Session, request: PrivacyRequest, state: PrivacyRequestState, answer: str | None
) -> c.PrivacyRequestView:
    request.state, request.answer = state, answer
    request.answered_by, request.answered_at = actor_of(session), session.now
    request.version += 1
    session.add(request)
    session.flush()
    return get_privacy_request(session, c.GetPrivacyRequest(request_id=request.id))


def get_privacy_request(session: Session, query: c.GetPrivacyRequest) -> c.PrivacyRequestView:
    request = session.get(PrivacyRequest, query.request_id)
    worker = session.get(Worker, request.worker_id) if request else None
    if request is None or worker is None:
        raise NOT_FOUND(request_id=str(query.request_id))
    return _view(session, request, worker)


def list_privacy_requests(session: Session, query: c.ListPrivacyRequests) -> Page[c.PrivacyRequestView]:
    statement: Any = select(PrivacyRequest, Worker).join(Worker, col(Worker.id) == col(PrivacyRequest.worker_id))
    for column, wanted in (
        (col(PrivacyRequest.state), query.state),
        (col(PrivacyRequest.right), query.right),
        (col(PrivacyRequest.worker_id), query.worker_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.overdue:
        statement = statement.where(
            col(PrivacyRequest.state) == PrivacyRequestState.open, col(PrivacyRequest.due_on) < today(session)
        )
    order = (col(PrivacyRequest.due_on), col(PrivacyRequest.id))
    return page(session, statement, order=order, request=query, view=lambda row: _view(session, row[0], row[1]))


def _view(session: Session, request: PrivacyRequest, worker: Worker) -> c.PrivacyRequestView:
    is_open = request.state is PrivacyRequestState.open
    return c.PrivacyRequestView(
        **request.model_dump(exclude={"division"}),
        worker_name=worker.name,
        is_overdue=is_open and request.due_on < today(session),
    )
