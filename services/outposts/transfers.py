"""转岗: the outpost that looks after the worker asks, the receiving one answers; only a yes moves the caseload."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, or_, select

from services.outposts import caseloads, follow_ups, handovers
from services.outposts.here import actor, own_outpost
from services.outposts.models import JobTransfer
from services.outposts.sealing import opened, opened_if_any, sealed, sealed_if_any
from shared.contracts import outposts as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.paging import page
from shared.kit.session import Session


def request_job_transfer(session: Session, command: c.RequestJobTransfer) -> c.JobTransferView:
    """Raises NOT_FOUND for a worker outside the caller's caseload, TRANSFER_ALREADY_REQUESTED while one waits."""
    outpost = own_outpost(session)
    caseloads.require_open(session, command.worker_id, outpost)
    waiting = session.exec(
        select(JobTransfer.id).where(
            JobTransfer.worker_id == command.worker_id,
            JobTransfer.from_outpost == outpost,
            JobTransfer.state == c.JobTransferState.requested,
        )
    ).first()
    if waiting:
        raise c.TRANSFER_ALREADY_REQUESTED(transfer_id=str(waiting))
    transfer = JobTransfer(
        worker_id=command.worker_id,
        from_outpost=outpost,
        to_outpost=command.to_outpost,
        employer_id=command.employer_id,
        posting_id=command.posting_id,
        reason_sealed=sealed(session, command.reason, command.worker_id),
        hands_over_cases=command.hands_over_cases,
        requested_at=session.now,
        requested_by=actor(session),
    )
    session.add(transfer)
    session.flush()
    session.publish(
        c.JobTransferRequested(
            transfer_id=transfer.id,
            worker_id=transfer.worker_id,
            from_outpost=outpost,
            to_outpost=transfer.to_outpost,
            posting_id=transfer.posting_id,
        )
    )
    return view(session, transfer)


def accept_job_transfer(session: Session, command: c.AcceptJobTransfer) -> c.JobTransferView:
    """The receiver's yes. The caseload moves with the event, since the receiver cannot write the sender's rows."""
    transfer = _answered(session, command.transfer_id, c.JobTransferState.accepted, command.note, by_receiver=True)
    session.publish(
        c.JobTransferAccepted(
            transfer_id=transfer.id,
            worker_id=transfer.worker_id,
            from_outpost=transfer.from_outpost,
            to_outpost=transfer.to_outpost,
            posting_id=transfer.posting_id,
            employer_id=transfer.employer_id,
            hands_over_cases=transfer.hands_over_cases,
            accepted_at=session.now,
        )
    )
    return view(session, transfer)


def refuse_job_transfer(session: Session, command: c.RefuseJobTransfer) -> c.JobTransferView:
    return view(
        session,
        _answered(session, command.transfer_id, c.JobTransferState.refused, command.note, by_receiver=True),
    )


def withdraw_job_transfer(session: Session, command: c.WithdrawJobTransfer) -> c.JobTransferView:
    return view(session, _answered(session, command.transfer_id, c.JobTransferState.withdrawn, None, by_receiver=False))


def move(session: Session, event: c.JobTransferAccepted) -> None:
    """Carry out an accepted transfer under the machinery's scope: entry, follow-ups and, if so asked, open cases."""
    entry = caseloads.find_open(session, event.worker_id, event.from_outpost)
    if entry and event.from_outpost is event.to_outpost:
        caseloads.change_employer(session, entry, event.employer_id, event.posting_id)
        return
    received = caseloads.open_entry(
        session,
        worker_id=event.worker_id,
        outpost=event.to_outpost,
        employer_id=event.employer_id,
        posting_id=event.posting_id,
    )
    if entry is None:
        return
    follow_ups.hand_over(session, entry, received)
    if event.hands_over_cases:
        handovers.hand_over_cases(session, event.worker_id, event.from_outpost, event.to_outpost)
    entry.state = c.CaseloadState.closed
    entry.closed_because = c.CaseloadClosedBecause.transferred
    entry.until_at = session.now
    entry.version += 1
    session.add(entry)
    session.publish(caseloads.moved(session, received, event.from_outpost, entry.employer_id))


def get_job_transfer(session: Session, query: c.GetJobTransfer) -> c.JobTransferView:
    transfer = session.get(JobTransfer, query.transfer_id)
    if transfer is None:
        raise NOT_FOUND(transfer_id=str(query.transfer_id))
    return view(session, transfer)


def list_job_transfers(session: Session, query: c.ListJobTransfers) -> Page[c.JobTransferView]:
    outpost = own_outpost(session)
    incoming, outgoing = JobTransfer.to_outpost == outpost, JobTransfer.from_outpost == outpost
    either = {c.TransferDirection.incoming: incoming, c.TransferDirection.outgoing: outgoing}
    statement = select(JobTransfer).where(
        either[query.direction] if query.direction else or_(col(JobTransfer.to_outpost) == outpost, outgoing)
    )
    if query.state:
        statement = statement.where(JobTransfer.state == query.state)
    return page(
        session,
        statement,
        order=(col(JobTransfer.requested_at).desc(), col(JobTransfer.id).desc()),
        request=query,
        view=lambda transfer: view(session, transfer),
    )


def view(session: Session, transfer: JobTransfer) -> c.JobTransferView:
    return c.JobTransferView.model_validate(
        {
            **transfer.model_dump(),
            "reason": opened(session, transfer.reason_sealed, transfer.worker_id),
            "answer_note": opened_if_any(session, transfer.answer_note_sealed, transfer.worker_id),
        }
    )


def _answered(
    session: Session, transfer_id: UUID, state: c.JobTransferState, note: str | None, *, by_receiver: bool
) -> JobTransfer:
    """Only the receiver accepts or refuses, only the sender withdraws; once."""
    transfer = session.exec(select(JobTransfer).where(JobTransfer.id == transfer_id).with_for_update()).one_or_none()
    outpost = own_outpost(session)
    if transfer is None or outpost is not _whose(transfer, by_receiver=by_receiver):
        raise NOT_FOUND(transfer_id=str(transfer_id))
    if transfer.state is not c.JobTransferState.requested:
        raise ILLEGAL_TRANSITION(state=transfer.state.value, action=state.value)
    transfer.state, transfer.answered_at = state, session.now
    transfer.answer_note_sealed = sealed_if_any(session, note, transfer.worker_id)
    transfer.version += 1
    session.add(transfer)
    session.flush()
    return transfer


def _whose(transfer: JobTransfer, *, by_receiver: bool) -> OutpostCode:
    return transfer.to_outpost if by_receiver else transfer.from_outpost
