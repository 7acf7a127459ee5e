"""Fares as the tests claim them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.contracts import dispatch as c
from shared.contracts.scopes import Actor, Context, Hq, Role
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County, today
from tests.support.asker import Asker

LONG_AGO = today() - timedelta(days=120)


def leg(**given: Any) -> dict[str, Any]:
    fields = {
        "mode": "train",
        "from": "从江站",
        "to": "东莞南站",
        "on": today().isoformat(),
        "amount_cents": 21_350,
        "ticket_no": new_id().hex[-12:],
    }
    return {**fields, **given}


def claim(order: c.DispatchOrderView, *legs: dict[str, Any]) -> c.SubmitReimbursement:
    return c.SubmitReimbursement.model_validate({"order_id": order.id, "legs": legs or [leg()]})


def at_work(county: County, **given: Any) -> c.DispatchOrderView:
    """Somebody who travelled by own fare and has worked long enough."""
    order = county.issue(transport=c.Transport.own_fare, depart_on=LONG_AGO, **given)
    county.started(order, started_on=LONG_AGO)
    return order


def submitted(county: County, order: c.DispatchOrderView, *legs: dict[str, Any]) -> c.ReimbursementView:
    return county.platform.worker(order.worker_id).ask(claim(order, *legs))


def second_officer(county: County) -> Asker:
    """Somebody else at headquarters than `county.hq`."""
    return county.platform.asker(
        Context(actor=Actor(kind="user", id="second-officer"), role=Role.hq_officer, scope=Hq())
    )
