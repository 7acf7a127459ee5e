"""劳务合同: facts are recorded once, renewals follow one another, the scan is kept by hash; what lacks is found."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, func
from sqlmodel import col, select

from services.dispatch.models import DispatchOrder, LaborContract, Placement
from services.dispatch.orders import locked
from services.dispatch.refusals import refusing
from services.dispatch.states import today, who
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION
from shared.kit.paging import page
from shared.kit.session import Session

# 劳动合同法 §10: in writing within a month of the first day at work.
WRITTEN_WITHIN = timedelta(days=30)
ENDS_WITHIN = timedelta(days=30)
NEVER = date(9999, 12, 31)
AT_ONCE = 200


def record_labor_contract(session: Session, command: c.RecordLaborContract) -> c.LaborContractView:
    """Record the contract of an order that was not cancelled; raises ORDER_CONTRACT_EXISTS the second time."""
    order = _not_cancelled(session, command.order_id, "record_labor_contract")
    if latest_contract(session, order.id) is not None:
        raise c.ORDER_CONTRACT_EXISTS()
    return _add(session, order, command, 1)


def renew_labor_contract(session: Session, command: c.RenewLaborContract) -> c.LaborContractView:
    """Record the next contract; raises ORDER_CONTRACT_NONE and ORDER_CONTRACT_OVERLAPS."""
    order = _not_cancelled(session, command.order_id, "renew_labor_contract")
    latest = _latest(session, order.id)
    if command.starts_on <= latest.starts_on:
        raise c.ORDER_CONTRACT_OVERLAPS(starts_on=latest.starts_on.isoformat())
    latest.is_latest = False
    session.add(latest)
    return _add(session, order, command, latest.number + 1)


def attach_contract_scan(session: Session, command: c.AttachContractScan) -> c.LaborContractView:
    """Keep the scan of the latest contract; raises ORDER_CONTRACT_NONE."""
    latest = _latest(session, locked(session, command.order_id).id)
    latest.scan = command.scan.model_dump(mode="json")
    session.add(latest)
    return c.LaborContractView.model_validate(latest.model_dump())


def latest_contract(session: Session, order_id: UUID) -> LaborContract | None:
    return session.exec(
        select(LaborContract).where(LaborContract.order_id == order_id, col(LaborContract.is_latest).is_(True))
    ).one_or_none()


def list_labor_contracts(session: Session, query: c.ListLaborContracts) -> Page[c.LaborContractView]:
    statement = select(LaborContract).where(col(LaborContract.is_latest).is_(True))
    for column, value in (
        (LaborContract.outpost, query.outpost),
        (LaborContract.employer_id, query.employer_id),
        (LaborContract.worker_id, query.worker_id),
        (LaborContract.has_injury_cover, query.has_injury_cover),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    day, ends_on = today(session), col(LaborContract.ends_on)
    if query.expires_within_days is not None:
        statement = statement.where(ends_on.between(day, day + timedelta(days=query.expires_within_days)))
    if query.is_expired is not None:
        statement = statement.where(ends_on < day if query.is_expired else func.coalesce(ends_on, NEVER) >= day)
    if query.has_scan is not None:
        scanned = func.coalesce(func.jsonb_typeof(LaborContract.scan), "null") == "object"
        statement = statement.where(scanned if query.has_scan else ~scanned)
    return page(
        session,
        statement,
        order=(func.coalesce(LaborContract.ends_on, NEVER), col(LaborContract.id)),
        request=query,
        view=lambda contract: c.LaborContractView.model_validate(contract.model_dump()),
    )


def tell_what_lacks(session: Session) -> None:
    """Ask once for each contract that is missing a month after the start, and once before each one that ends."""
    day = today(session)
    unwritten = session.exec(
        select(Placement)
        .where(
            col(Placement.ended_on).is_(None),
            col(Placement.contract_asked_at).is_(None),
            col(Placement.started_on) <= day - WRITTEN_WITHIN,
            ~exists().where(col(LaborContract.order_id) == col(Placement.order_id)),
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for placement in unwritten:
        placement.contract_asked_at = session.now
        session.add(placement)
        _tell_due(session, placement, c.ContractConcern.missing, None)
    ending = session.exec(
        select(LaborContract, Placement)
        .join(Placement, col(Placement.order_id) == col(LaborContract.order_id))
        .where(
            col(LaborContract.is_latest).is_(True),
            col(LaborContract.expiry_told_at).is_(None),
            col(LaborContract.ends_on) <= day + ENDS_WITHIN,
            col(Placement.ended_on).is_(None),
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for contract, placement in ending:
        contract.expiry_told_at = session.now
        session.add(contract)
        _tell_due(session, placement, c.ContractConcern.expiring, contract.ends_on)


def _tell_due(session: Session, placement: Placement, concern: c.ContractConcern, ends_on: date | None) -> None:
    session.publish(
        c.LaborContractDue(
            order_id=placement.order_id,
            worker_id=placement.worker_id,
            employer_id=placement.employer_id,
            outpost=placement.outpost,
            concern=concern,
            ends_on=ends_on,
        )
    )


def _not_cancelled(session: Session, order_id: UUID, action: str) -> DispatchOrder:
    order = locked(session, order_id)
    if order.state is c.OrderState.cancelled:
        raise ILLEGAL_TRANSITION(state=order.state.value, action=action)
    return order


def _latest(session: Session, order_id: UUID) -> LaborContract:
    found = latest_contract(session, order_id)
    if found is None:
        raise c.ORDER_CONTRACT_NONE()
    return found


def _add(
    session: Session, order: DispatchOrder, form: c.RecordLaborContract | c.RenewLaborContract, number: int
) -> c.LaborContractView:
    with refusing(session, {"labor_contract_numbered": c.ORDER_CONTRACT_EXISTS()}):
        contract = LaborContract(
            **form.model_dump(exclude={"scan"}),
            number=number,
            scan=form.scan.model_dump(mode="json") if form.scan else None,
            worker_id=order.worker_id,
            employer_id=order.employer_id,
            outpost=order.outpost,
            recorded_at=session.now,
            recorded_by=who(session),
        )
        session.add(contract)
    session.publish(
        c.LaborContractRecorded(
            contract_id=contract.id,
            order_id=order.id,
            worker_id=order.worker_id,
            employer_id=order.employer_id,
            outpost=order.outpost,
            starts_on=contract.starts_on,
            ends_on=contract.ends_on,
            wage_cents=contract.wage_cents,
        )
    )
    return c.LaborContractView.model_validate(contract.model_dump())
