"""劳务合同: its facts are recorded once an order; the paper's scan is kept by hash."""

from __future__ import annotations

from services.dispatch.models import LaborContract
from services.dispatch.orders import locked
from services.dispatch.refusals import refusing
from services.dispatch.states import who
from shared.contracts import dispatch as c
from shared.contracts.errors import ILLEGAL_TRANSITION
from shared.kit.session import Session


def record_labor_contract(session: Session, command: c.RecordLaborContract) -> c.LaborContractView:
    """Record the contract of an order that was not cancelled; raises ORDER_CONTRACT_EXISTS the second time."""
    order = locked(session, command.order_id)
    if order.state is c.OrderState.cancelled:
        raise ILLEGAL_TRANSITION(state=order.state.value, action="record_labor_contract")
    with refusing(session, {"uq_labor_contract_order_id": c.ORDER_CONTRACT_EXISTS()}):
        contract = LaborContract(
            **command.model_dump(exclude={"scan"}),
            scan=command.scan.model_dump(mode="json") if command.scan else None,
            worker_id=order.worker_id,
            employer_id=order.employer_id,
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
