"""个人信息权利请求: asked, answered within thirty days (GB/T 35273-2020, 8.7), a refusal with its reason (§50)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.registry import erasure, restrictions
from services.registry.change_requests import list_change_requests
from services.registry.changes import change_of
from services.registry.contacts import list_contacts
from services.registry.days import today, years_before
from services.registry.disclosures import disclosed
from services.registry.help_plans import list_help_plans
from services.registry.intake import actor_of, source_of
from services.registry.knowledge import list_worker_changes
from services.registry.looks import own_looks
from services.registry.models import PrivacyRequest, Worker
from services.registry.processing import activities
from services.registry.vault import vault_of
from services.registry.visits import list_visits
from services.registry.workers import get_worker, own_or_visible
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PrivacyRequestState, PrivacyRight
from shared.kit.paging import page
from shared.kit.session import Session

ANSWERED_WITHIN = timedelta(days=30)
MOST = 500
ELSEWHERE = {
    "postings": "岗位推荐和推荐单: /api/v1/worker/recommendations",
    "dispatch": "派遣单、行程和车费报销: /api/v1/worker/dispatch-orders, /api/v1/worker/reimbursements",
    "training": "培训和证书: /api/v1/worker/enrolments, /api/v1/worker/certificates",
    "outposts": "站点服务和维权案件: 向输入地服务站查阅",
    "honey": "蜂蜜收购和结算: /api/v1/worker/honey/purchases",
    "notify": "收到的消息: /api/v1/worker/messages",
    "ledger": "就业信息台账: 向县公司查阅",
}


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


def make_access_copy(session: Session, command: c.MakeAccessCopy) -> c.AccessCopy:
    """Runs as the service, which sees what was disclosed about the person. Raises NOT_FOUND or WORKER_ERASED."""
    worker = own_or_visible(session, command.worker_id)
    vault = vault_of(session.keys, worker)
    view = get_worker(session, c.GetWorker(worker_id=worker.id))
    until = today(session)
    of_worker: dict[str, Any] = {"worker_id": worker.id, "limit": MOST}
    copy = c.AccessCopy(
        made_at=session.now,
        worker=view,
        id_number=vault.open(worker.id_sealed, "id_number") if worker.id_sealed else None,
        changes=list_worker_changes(session, c.ListWorkerChanges(**of_worker)).items,
        contacts=list_contacts(session, c.ListContacts(worker_id=worker.id)).items,
        visits=list_visits(session, c.ListVisits(**of_worker)).items,
        change_requests=list_change_requests(session, c.ListChangeRequests(**of_worker)).items,
        privacy_requests=list_privacy_requests(session, c.ListPrivacyRequests(**of_worker)).items,
        help_plans=list_help_plans(session, c.ListHelpPlans(**of_worker)).items,
        looks=own_looks(session, worker.id),
        activities=activities(session, years_before(until, 1), until),
        held_elsewhere=ELSEWHERE,
    )
    disclosed(session, [worker.id], ["copy"], "查阅复制本人信息")
    return copy
