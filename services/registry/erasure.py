"""Withdrawing a consent, and erasing a person: the key is destroyed, so that every sealed value is lost with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from services.registry import history
from services.registry.changes import Change, change_of
from services.registry.days import day_of, today
from services.registry.intake import actor_of, source_of
from services.registry.models import (
    ChangeRequest,
    Consent,
    EmploymentSpell,
    HelpAction,
    HelpPlan,
    LegalHold,
    PrivacyRequest,
    Visit,
    Worker,
    WorkerMerger,
    WorkerSkill,
    WorkerToken,
)
from services.registry.sealed_columns import OF_ROWS
from services.registry.views import ERASED_NAME
from services.registry.workers import own_or_visible
from shared.contracts import registry as c
from shared.contracts.base import Nothing
from shared.contracts.registry import MergerState
from shared.kit.session import Session


def withdraw_consent(session: Session, command: c.WithdrawConsent) -> c.ConsentView:
    """Runs as the service, since a worker may not write rows; so whose consent it is, is decided here.

    Refusing automated decisions needs no consent given before (个人信息保护法 §24). Raises NOT_FOUND or
    CONSENT_NOT_GIVEN.
    """
    own_or_visible(session, command.worker_id)
    change = change_of(session, command.worker_id, source=source_of(session), reason="撤回同意", even_restricted=True)
    consent = next((known for known in change.records.consents if known.purpose == command.purpose), None)
    if consent is None and command.purpose is c.ConsentPurpose.automated_matching:
        consent = Consent(
            worker_id=change.worker.id,
            purpose=command.purpose,
            division=change.worker.division,
            given_on=day_of(change.worker.created_at),
        )
        change.records.consents.append(consent)
    if consent is None or consent.withdrawn_on is not None:
        raise c.CONSENT_NOT_GIVEN(purpose=command.purpose.value)
    consent.withdrawn_on = today(session)
    session.add(consent)
    change.announce(["consents"])
    session.publish(c.ConsentWithdrawn(worker_id=change.worker.id, purpose=command.purpose))
    return c.ConsentView(purpose=consent.purpose, given_on=consent.given_on, withdrawn_on=consent.withdrawn_on)


def give_consent(session: Session, command: c.GiveConsent) -> c.ConsentView:
    """Runs as the service, since a worker may not write rows. Raises NOT_FOUND or CONSENT_GIVEN_ALREADY."""
    own_or_visible(session, command.worker_id)
    change = change_of(session, command.worker_id, source=source_of(session), reason="给出同意")
    consent = next((known for known in change.records.consents if known.purpose == command.purpose), None)
    if consent and consent.withdrawn_on is None:
        raise c.CONSENT_GIVEN_ALREADY(purpose=command.purpose.value)
    if consent is None:
        consent = Consent(
            worker_id=change.worker.id,
            purpose=command.purpose,
            division=change.worker.division,
            given_on=today(session),
        )
        change.records.consents.append(consent)
    consent.given_on, consent.withdrawn_on, consent.evidence = today(session), None, command.evidence
    session.add(consent)
    change.announce(["consents"])
    return c.ConsentView(purpose=consent.purpose, given_on=consent.given_on, withdrawn_on=None)


def erase_worker(session: Session, command: c.EraseWorker) -> Nothing:
    """The person, with the records that were merged into this one.

    Raises NOT_FOUND, WORKER_ERASED, or WORKER_ON_LEGAL_HOLD while a rights case is open.
    """
    merged = select(col(Worker.id)).where(col(Worker.merged_into) == command.worker_id, col(Worker.erased_at).is_(None))
    doubled = session.exec(merged.order_by(col(Worker.id))).all()
    changes = [
        change_of(session, worker_id, source=source_of(session), even_restricted=True)
        for worker_id in (command.worker_id, *doubled)
    ]
    ids = [change.worker.id for change in changes]
    if session.exec(select(LegalHold).where(col(LegalHold.worker_id).in_(ids))).first():
        raise c.WORKER_ON_LEGAL_HOLD()
    for change in changes:
        _erase(session, change, command.reason)
    settled = {"added": None, "state": MergerState.final, "settled_at": session.now, "settled_by": actor_of(session)}
    session.execute(
        update(WorkerMerger)
        .where(col(WorkerMerger.worker_id).in_(ids) | col(WorkerMerger.into_worker_id).in_(ids))
        .where(col(WorkerMerger.state) == MergerState.provisional)
        .values(**settled)
    )
    return Nothing()


def _erase(session: Session, change: Change, reason: str) -> None:
    worker = change.worker
    worker.name, worker.name_key = ERASED_NAME, f"~ {worker.id}"
    worker.id_hash = worker.id_sealed = worker.data_key = None
    worker.phone_hash = worker.phone_last4 = worker.phone_sealed = None
    worker.id_area = worker.id_last4 = ""
    worker.wants_out_work = worker.wants_local_work = worker.is_active = False
    worker.destinations, worker.wanted_occupations, worker.limits = [], [], []
    worker.expected_wage_cents = worker.available_from = None
    worker.version += 1
    worker.erased_at = worker.updated_at = session.now
    session.add(worker)
    history.record(
        session,
        worker,
        changed=["is_active", "wants_out_work", "wants_local_work", "erased"],
        source=change.source,
        reason=reason,
    )
    session.flush()
    _blank_rows(session, worker.id)
    session.publish(c.WorkerErased(worker_id=worker.id))


def _blank_rows(session: Session, worker_id: UUID) -> None:
    session.execute(delete(WorkerToken).where(col(WorkerToken.worker_id) == worker_id))
    for sealed in OF_ROWS:
        owner = getattr(sealed.table, sealed.owner)
        session.execute(update(sealed.table).where(owner == worker_id).values({sealed.column: None}))
    blanks: tuple[tuple[Any, dict[str, Any]], ...] = (
        (WorkerSkill, {"evidence": None}),
        (EmploymentSpell, {"employer_name": None, "place": None}),
        (Consent, {"evidence": None}),
        (Visit, {"void_reason": None}),
        (PrivacyRequest, {"reason": None}),
        (ChangeRequest, {"decision": None}),
        (HelpPlan, {"goal": ERASED_NAME, "note": None}),
        (HelpAction, {"what": ERASED_NAME, "result": None}),
    )
    for table, blank in blanks:
        session.execute(update(table).where(table.worker_id == worker_id).values(**blank))
