"""维权案件: opening, what happens in a case, closing and reopening; every step recomputes the statutory clocks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.outposts import case_views, caseloads, clocks
from services.outposts.here import actor, own_outpost, today
from services.outposts.models import CaseDeadline, CaseEvent, CaseNumber, Evidence, Recovery, RightsCase
from services.outposts.sealing import sealed, sealed_if_any
from shared.contracts import outposts as c
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.session import Session

SHORT = {
    OutpostCode.chancheng: "CC",
    OutpostCode.dongguan: "DG",
    OutpostCode.shenzhen: "SZ",
    OutpostCode.guangzhou: "GZ",
    OutpostCode.hangzhou: "HZ",
    OutpostCode.wenling: "WL",
    OutpostCode.guiyang: "GY",
}

State, Fact = c.RightsCaseState, c.CaseFact
# Which facts may be recorded in which state, and what the case becomes. A fact not listed may be recorded in any
# state but `closed` and changes none.
TRANSITIONS: dict[c.CaseFact, dict[c.RightsCaseState, c.RightsCaseState]] = {
    Fact.arbitration_filed: {State.open: State.arbitration},
    Fact.arbitration_accepted: {State.arbitration: State.arbitration},
    Fact.arbitration_refused: {State.arbitration: State.arbitration},
    Fact.award_extended: {State.arbitration: State.arbitration},
    Fact.award_received: {State.arbitration: State.awarded},
    Fact.lawsuit_filed: {State.arbitration: State.lawsuit, State.awarded: State.lawsuit},
    Fact.judgment_received: {State.lawsuit: State.lawsuit},
}


def open_case(session: Session, command: c.OpenRightsCase) -> c.RightsCaseView:
    """Raises NOT_FOUND for a worker outside the caseload, CASE_FACT_IN_FUTURE for a day still to come."""
    outpost = own_outpost(session)
    entry = caseloads.require_open(session, command.worker_id, outpost)
    _require_past(command.facts_on, today(session))
    case = RightsCase(
        case_no=_next_number(session, outpost),
        outpost=outpost,
        worker_id=command.worker_id,
        employer_id=command.employer_id or entry.employer_id,
        kind=command.kind,
        facts_on=command.facts_on,
        summary_sealed=sealed(session, command.summary, command.worker_id),
        amount_claimed_cents=command.amount_claimed_cents,
        opened_at=session.now,
        opened_by=actor(session),
    )
    session.add(case)
    session.flush()
    run_clocks(session, case)
    session.publish(
        c.RightsCaseOpened(
            case_id=case.id,
            case_no=case.case_no,
            worker_id=case.worker_id,
            outpost=outpost,
            kind=case.kind,
            amount_claimed_cents=case.amount_claimed_cents,
            employer_id=case.employer_id,
        )
    )
    return case_views.view(session, case)


def record_event(session: Session, command: c.RecordCaseEvent) -> c.RightsCaseView:
    """Raises NOT_FOUND, CASE_FACT_IN_FUTURE, CASE_FACT_NOT_FOR_KIND, and ILLEGAL_TRANSITION out of order."""
    case = _require(session, command.case_id, action=command.fact.value)
    _require_past(command.happened_on, today(session))
    fact = command.fact
    if fact.value in clocks.all_clock_facts() - clocks.facts_for(case.kind):
        raise c.CASE_FACT_NOT_FOR_KIND(fact=fact.value, kind=case.kind.value)
    if fact in TRANSITIONS:
        if case.state not in TRANSITIONS[fact]:
            raise ILLEGAL_TRANSITION(state=case.state.value, action=fact.value)
        case.state = TRANSITIONS[fact][case.state]
    _note(session, case, fact.value, command.happened_on, command.note)
    _changed(session, case)
    return case_views.view(session, case)


def add_evidence(session: Session, command: c.AddEvidence) -> c.EvidenceView:
    """证据材料: a stored file joins the case; closed cases take none."""
    case = _require(session, command.case_id, action="evidence")
    evidence = Evidence(
        outpost=case.outpost,
        case_id=case.id,
        kind=command.kind,
        blob=command.blob.model_dump(),
        description_sealed=sealed_if_any(session, command.description, case.worker_id),
        obtained_on=command.obtained_on,
        added_at=session.now,
        added_by=actor(session),
    )
    session.add(evidence)
    session.flush()
    return case_views.evidence_view(session, evidence, case.worker_id)


def get_evidence(session: Session, query: c.GetEvidence) -> c.EvidenceView:
    evidence = session.get(Evidence, query.evidence_id)
    case = session.get(RightsCase, query.case_id)
    if evidence is None or case is None or evidence.case_id != case.id:
        raise NOT_FOUND(evidence_id=str(query.evidence_id))
    return case_views.evidence_view(session, evidence, case.worker_id)


def record_recovery(session: Session, command: c.RecordRecovery) -> c.RightsCaseView:
    """追回金额 is added up in the case; also after closing, since money often comes last."""
    case = _require(session, command.case_id, action=None)
    _require_past(command.received_on, today(session))
    session.add(
        Recovery(
            outpost=case.outpost,
            case_id=case.id,
            amount_cents=command.amount_cents,
            received_on=command.received_on,
            paid_by=command.paid_by,
            reference=command.reference,
            recorded_at=session.now,
            recorded_by=actor(session),
        )
    )
    case.recovered_cents += command.amount_cents
    case.version += 1
    session.add(case)
    session.flush()
    return case_views.view(session, case)


def close_case(session: Session, command: c.CloseRightsCase) -> c.RightsCaseView:
    case = _require(session, command.case_id, action="closure")
    case.closed_from, case.state = case.state, State.closed
    case.closed_at, case.outcome = session.now, command.outcome
    case.closing_note_sealed = sealed_if_any(session, command.note, case.worker_id)
    _note(session, case, "closed", today(session), None)
    case.next_deadline_on = None
    case.version += 1
    session.add(case)
    session.flush()
    session.publish(
        c.RightsCaseResolved(
            case_id=case.id,
            worker_id=case.worker_id,
            outpost=case.outpost,
            outcome=command.outcome,
            recovered_cents=case.recovered_cents,
        )
    )
    return case_views.view(session, case)


def reopen_case(session: Session, command: c.ReopenRightsCase) -> c.RightsCaseView:
    """Back to the state it was closed from; the clocks had run on meanwhile."""
    case = _require(session, command.case_id, action=None)
    if case.state is not State.closed:
        raise ILLEGAL_TRANSITION(state=case.state.value, action="reopening")
    case.state = case.closed_from or State.open
    case.closed_from = case.closed_at = case.outcome = None
    _note(session, case, "reopened", today(session), command.reason)
    _changed(session, case)
    return case_views.view(session, case)


def run_clocks(session: Session, case: RightsCase) -> None:
    """Write what every clock of the case says today."""
    events = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
    facts = [(event.fact, event.happened_on) for event in events]
    found = clocks.deadlines(case.kind, case.facts_on, facts, today(session))
    stored = {
        row.clock: row
        for row in session.exec(select(CaseDeadline).where(CaseDeadline.case_id == case.id).with_for_update()).all()
    }
    for one in found:
        row = stored.get(one.clock) or CaseDeadline(
            outpost=case.outpost, case_id=case.id, worker_id=case.worker_id, clock=one.clock, state=one.state
        )
        row.starts_on, row.due_on, row.near_on, row.state = one.starts_on, one.due_on, one.near_on, one.state
        session.add(row)
    case.next_deadline_on = clocks.next_due(found)
    session.add(case)
    session.flush()


def warn_of_deadlines(session: Session) -> None:
    """Tell once of each end that comes near, and mark those that have passed. Closed cases are left alone."""
    now = today(session)
    near = session.exec(
        select(CaseDeadline, RightsCase)
        .join(RightsCase, col(RightsCase.id) == CaseDeadline.case_id)
        .where(
            CaseDeadline.state == c.DeadlineState.running,
            col(CaseDeadline.near_on) <= now,
            RightsCase.state != State.closed,
            col(CaseDeadline.warned_for).is_distinct_from(CaseDeadline.due_on) | (col(CaseDeadline.due_on) < now),
        )
        .limit(500)
        .with_for_update(of=CaseDeadline, skip_locked=True)
    ).all()
    for deadline, case in near:
        if deadline.due_on is None:
            continue
        if deadline.warned_for != deadline.due_on:
            deadline.warned_for = deadline.due_on
            session.publish(
                c.RightsCaseDeadlineNear(
                    case_id=case.id,
                    outpost=case.outpost,
                    worker_id=case.worker_id,
                    clock=deadline.clock,
                    due_on=deadline.due_on,
                )
            )
        if deadline.due_on < now:
            deadline.state = c.DeadlineState.missed
        session.add(deadline)


def _require(session: Session, case_id: UUID, *, action: str | None) -> RightsCase:
    """The case, locked; with an action, not a closed one."""
    case = session.exec(select(RightsCase).where(RightsCase.id == case_id).with_for_update()).one_or_none()
    if case is None:
        raise NOT_FOUND(case_id=str(case_id))
    if action and case.state is State.closed:
        raise ILLEGAL_TRANSITION(state=case.state.value, action=action)
    return case


def _changed(session: Session, case: RightsCase) -> None:
    case.version += 1
    session.add(case)
    session.flush()
    run_clocks(session, case)


def _note(session: Session, case: RightsCase, fact: str, happened_on: date, note: str | None) -> None:
    session.add(
        CaseEvent(
            outpost=case.outpost,
            case_id=case.id,
            fact=fact,
            happened_on=happened_on,
            note_sealed=sealed_if_any(session, note, case.worker_id),
            recorded_at=session.now,
            recorded_by=actor(session),
        )
    )


def _require_past(day: date, now: date) -> None:
    if day > now:
        raise c.CASE_FACT_IN_FUTURE(on=day.isoformat())


def _next_number(session: Session, outpost: OutpostCode) -> str:
    """WQ-<outpost>-<year>-<number>: 维权, counted anew in each outpost's year."""
    year = today(session).year
    given = insert(CaseNumber).values(outpost=outpost, year=year, last=1)
    counted = given.on_conflict_do_update(
        index_elements=["outpost", "year"], set_={"last": CaseNumber.last + 1}
    ).returning(col(CaseNumber.last))
    return f"WQ-{SHORT[outpost]}-{year}-{session.execute(counted).scalar_one():04d}"
