"""变更申请: asked for by one person, decided by another, carried out by the same rules as any other change."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select

from services.registry import asked_entries
from services.registry.changes import Change, change_of
from services.registry.days import today
from services.registry.drafts import draft_of_changes
from services.registry.field_words import in_words, label
from services.registry.former_values import opened, values_of
from services.registry.intake import actor_of, source_of
from services.registry.models import ChangeRequest, Worker
from services.registry.vault import Vault, vault_of
from services.registry.workers import apply_changes
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import WorkerSelf
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path

FACTS = (
    "name",
    "id_number",
    "phone",
    "education",
    "division",
    "limits",
    "can_work",
    "is_active",
    "is_verified",
    "skills",
)


def request_change(session: Session, command: c.RequestChange) -> c.ChangeRequestView:
    """Runs as the service, since a worker asks too. Raises NOT_FOUND, WORKER_ERASED, CHANGE_REQUEST_EMPTY, and whatever
    the change itself would raise for its values.
    """
    change = _of_caller(session, command.worker_id)
    found = opened(values_of(change.worker, change.records), vault_of(session.keys, change.worker))
    asked = _checked(session, command.changes)
    wanted = {name: asked[name] for name in FACTS if asked[name] is not None and asked[name] != found[name]}
    fields = [*wanted, *asked_entries.fields_asked(command.changes)]
    if not fields:
        raise c.CHANGE_REQUEST_EMPTY()
    asked_entries.check(change, command.changes)
    return _submit(session, change, command, fields, {name: found[name] for name in wanted})


def _submit(
    session: Session, change: Change, command: c.RequestChange, fields: list[str], found: dict[str, Any]
) -> c.ChangeRequestView:
    vault = vault_of(session.keys, change.worker)
    form = command.model_dump(mode="json", exclude={"worker_id"})
    request = ChangeRequest(
        worker_id=change.worker.id,
        division=change.worker.division,
        fields=fields,
        asked=vault.seal(orjson.dumps(form).decode(), "asked"),
        found=vault.seal(orjson.dumps(found).decode(), "found"),
        source=source_of(session),
        requested_by=actor_of(session),
        requested_at=session.now,
    )
    session.add(request)
    session.flush()
    return _view(session, request, change.worker)


def _of_caller(session: Session, worker_id: UUID) -> Change:
    """The worker, where the caller may ask about them: a grid leader within the area, a worker about themself."""
    change = change_of(session, worker_id, source=source_of(session))
    scope = session.caller.scope
    is_own = worker_id == scope.worker_id if isinstance(scope, WorkerSelf) else True
    is_near = change.worker.division.startswith(getattr(scope, "division", ""))
    if not (is_own and is_near):
        raise NOT_FOUND(worker_id=str(worker_id))
    return change


def _checked(session: Session, changes: c.AskedChanges) -> dict[str, Any]:
    """The facts as they would be stored, so that a wrong number is refused when it is asked for, not weeks later."""
    draft = draft_of_changes(_as_changes(changes), today(session))
    values = {name: getattr(draft, name) for name in FACTS if name not in ("id_number", "skills")}
    skills = [asdict(skill) | {"is_verified": skill.is_verified} for skill in draft.skills or []]
    number = draft.number.value if draft.number else None
    return values | {"id_number": number, "skills": None if draft.skills is None else skills}


def _as_changes(changes: c.AskedChanges) -> c.WorkerChanges:
    return c.WorkerChanges(**changes.model_dump(exclude=set(asked_entries.ENTRIES)))


def approve_change_request(session: Session, command: c.ApproveChangeRequest) -> c.ChangeRequestView:
    """Raises NOT_FOUND, CHANGE_REQUEST_DECIDED, CHANGE_REQUEST_OWN, CHANGE_REQUEST_OUTDATED, WORKER_DUPLICATE."""
    request = _pending(session, command.request_id)
    _not_own(session, request)
    form = _form(session, request)
    change = change_of(
        session,
        request.worker_id,
        source=request.source,
        valid_from=form.changes.valid_from,
        reason=f"变更申请: {form.reason}",
    )
    vault = vault_of(session.keys, change.worker)
    now = opened(values_of(change.worker, change.records), vault)
    before = orjson.loads(vault.open(request.found or b"", "found"))
    if stale := [name for name, value in before.items() if orjson.loads(orjson.dumps(now[name])) != value]:
        raise c.CHANGE_REQUEST_OUTDATED(fields=", ".join(stale), labels="、".join(map(label, stale)))
    apply_changes(session, change, draft_of_changes(_as_changes(form.changes), today(session)))
    asked_entries.carry_out(change, form.changes)
    return _decided(session, request, c.ChangeRequestState.approved, command.note)


def refuse_change_request(session: Session, command: c.RefuseChangeRequest) -> c.ChangeRequestView:
    """Raises NOT_FOUND, CHANGE_REQUEST_DECIDED or CHANGE_REQUEST_OWN."""
    request = _pending(session, command.request_id)
    _not_own(session, request)
    return _decided(session, request, c.ChangeRequestState.refused, command.reason)


def withdraw_change_request(session: Session, command: c.WithdrawChangeRequest) -> c.ChangeRequestView:
    """Runs as the service. Raises NOT_FOUND for another person's request, or CHANGE_REQUEST_DECIDED."""
    request = _pending(session, command.request_id)
    if request.requested_by != actor_of(session):
        raise NOT_FOUND(request_id=str(command.request_id))
    return _decided(session, request, c.ChangeRequestState.withdrawn, None)


def _pending(session: Session, request_id: UUID) -> ChangeRequest:
    request = session.get(ChangeRequest, request_id, with_for_update=True)
    if request is None:
        raise NOT_FOUND(request_id=str(request_id))
    if request.state is not c.ChangeRequestState.pending:
        raise c.CHANGE_REQUEST_DECIDED(state=request.state.value)
    return request


def _not_own(session: Session, request: ChangeRequest) -> None:
    if request.requested_by == actor_of(session):
        raise c.CHANGE_REQUEST_OWN()


def _decided(
    session: Session, request: ChangeRequest, state: c.ChangeRequestState, decision: str | None
) -> c.ChangeRequestView:
    worker = _worker(session, request)
    request.state, request.decision = state, decision
    request.decided_by, request.decided_at = actor_of(session), session.now
    request.version += 1
    session.add(request)
    session.flush()
    return _view(session, request, worker)


def _worker(session: Session, request: ChangeRequest) -> Worker:
    worker = session.get(Worker, request.worker_id)
    if worker is None:
        raise NOT_FOUND(request_id=str(request.id))
    return worker


def get_change_request(session: Session, query: c.GetChangeRequest) -> c.ChangeRequestView:
    request = session.get(ChangeRequest, query.request_id)
    if request is None:
        raise NOT_FOUND(request_id=str(query.request_id))
    return _view(session, request, _worker(session, request))


def list_change_requests(session: Session, query: c.ListChangeRequests) -> Page[c.ChangeRequestView]:
    statement: Any = select(ChangeRequest, Worker).join(Worker, col(Worker.id) == col(ChangeRequest.worker_id))
    if query.state:
        statement = statement.where(col(ChangeRequest.state) == query.state)
    if query.division:
        statement = statement.where(col(ChangeRequest.division).startswith(query.division))
    if query.worker_id:
        statement = statement.where(col(ChangeRequest.worker_id) == query.worker_id)
    order = (col(ChangeRequest.requested_at), col(ChangeRequest.id))
    return page(session, statement, order=order, request=query, view=lambda row: _view(session, row[0], row[1]))


def _form(session: Session, request: ChangeRequest) -> c.ChangeRequestForm:
    vault = vault_of(session.keys, _worker(session, request))
    return c.ChangeRequestForm.model_validate_json(vault.open(request.asked or b"", "asked"))


def _view(session: Session, request: ChangeRequest, worker: Worker) -> c.ChangeRequestView:
    form, changes = None, []
    if request.asked and worker.data_key:
        form = _form(session, request)
        changes = _in_words(session, request, form.changes, vault_of(session.keys, worker))
    return c.ChangeRequestView(
        **request.model_dump(exclude={"asked", "found", "fields"}),
        worker_name=worker.name,
        division_name=division_path(request.division),
        changes=changes,
        reason=form.reason if form else "",
        evidence=form.evidence if form else None,
    )


def _in_words(session: Session, request: ChangeRequest, asked: c.AskedChanges, vault: Vault) -> list[c.FieldChange]:
    before = orjson.loads(vault.open(request.found, "found")) if request.found else {}
    after = _checked(session, asked)
    told = [
        c.FieldChange(
            field=name, label=label(name), before=in_words(name, before[name]), after=in_words(name, after[name])
        )
        for name in before
    ]
    return told + asked_entries.in_words(session, asked)
