"""The receipt by the code on the paper, by HTTP without an account; and what happens when none comes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.dispatch import labor_contracts, placements, receipts
from services.dispatch.models import DispatchOrder
from services.dispatch.order_papers import paper_code
from services.dispatch.receipt_sheets import VALID_DAYS
from shared.contracts import dispatch as c
from shared.contracts import ledger
from shared.kit.links import make_link_token
from shared.kit.tables import new_id
from tests.services.dispatch.conftest import County, today
from tests.support.asker import refused

HTML = {"accept": "text/html", "accept-language": "zh-CN"}
Ticks = Callable[[Callable[[Any], None]], None]


@pytest.fixture
def tick(county: County) -> Ticks:
    """Let a timer of dispatch run, and its news spread."""

    def run(work: Callable[[Any], None]) -> None:
        runtime = county.platform.hosted["dispatch"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            work(session)
        county.platform.settle()

    return run


def code(county: County, order_id: Any, *, purpose: str = c.RECEIPT_PURPOSE, days: int = 1) -> str:
    expires_at = datetime.now(UTC) + timedelta(days=days)
    return make_link_token(county.platform.keys, purpose=purpose, subject=str(order_id), expires_at=expires_at)


class TestPage:
    def test_whoever_holds_the_paper_closes_the_order_once(self, county: County, http: Any) -> None:
        order = county.issue()
        page = f"/r/{code(county, order.id)}"
        shown = http.get(page, headers=HTML)
        assert shown.status_code == 200, shown.text
        assert order.order_no in shown.text
        assert "<script" not in shown.text
        assert shown.headers["referrer-policy"] == "no-referrer"
        form = {"csrf_token": csrf(shown.text), "outcome": "started", "started_on": str(today()), "wage": "4800.50"}

        done = http.post(page, data=form, headers=HTML, follow_redirects=False)
        again = http.post(page, data=form, headers=HTML, follow_redirects=False)

        assert done.status_code == 303, done.text
        assert again.status_code == 422
        receipt = county.hq.ask(c.ListReceipts(worker_id=order.worker_id)).items[0]
        assert (receipt.received_from, receipt.started_on, receipt.wage_cents) == ("paper", today(), 480_050)
        after = http.get(page, headers=HTML).text
        assert receipt.receipt_no in after
        assert "<form" not in after

    def test_not_started_with_a_reason(self, county: County, http: Any) -> None:
        order = county.issue()
        page = f"/r/{code(county, order.id)}"
        token = csrf(http.get(page, headers=HTML).text)
        form = {"csrf_token": token, "outcome": "not_started", "reason": "health"}
        assert http.post(page, data=form, headers=HTML, follow_redirects=False).status_code == 303
        county.platform.settle()
        assert (
            county.hq.ask(c.ListReceipts(worker_id=order.worker_id)).items[0].reason_kind is c.NotStartedReason.health
        )
        assert county.issue(order.worker_id).state is c.OrderState.issued

    def test_a_form_without_a_day_is_asked_for_again(self, county: County, http: Any) -> None:
        page = f"/r/{code(county, county.issue().id)}"
        token = csrf(http.get(page, headers=HTML).text)
        wrong = http.post(page, data={"csrf_token": token, "outcome": "started"}, headers=HTML)
        assert wrong.status_code == 422
        assert "请填写上岗日期" in wrong.text

    def test_other_codes_open_nothing(self, county: County, http: Any) -> None:
        order = county.issue()
        for wrong in (code(county, order.id, purpose="seat"), "x.y", code(county, new_id())):
            assert http.get(f"/r/{wrong}", headers=HTML).status_code == 404
        with refused("link.expired"):
            county.platform.public().ask(c.GetReceiptSheet(token=code(county, order.id, days=-1)))
        assert VALID_DAYS > 2 * 7


class TestOverdue:
    def test_the_outpost_is_asked_and_then_headquarters(
        self, county: County, tick: Ticks, sql: Callable[..., Any]
    ) -> None:
        late, later = (
            county.issue(depart_on=today() - timedelta(days=8)),
            county.issue(depart_on=today() - timedelta(days=15)),
        )
        for _ in range(2):
            tick(receipts.escalate_overdue)
        told = sql(
            "SELECT aggregate_id, (payload::jsonb -> 'body' ->> 'level')::int FROM dispatch.outbox "
            "WHERE topic = 'employment_receipt.overdue' ORDER BY 2"
        )
        assert sorted(told) == sorted([(str(late.id), 1), (str(later.id), 1), (str(later.id), 2)])
        levels = {row.id: row.overdue_level for row in county.hq.ask(c.ListDispatchOrders(limit=500)).items}
        assert (levels[late.id], levels[later.id]) == (1, 2)


class TestStays:
    def test_each_month_is_told_once_and_counts_as_income(self, county: County, tick: Ticks) -> None:
        order = county.issue(depart_on=today() - timedelta(days=100))
        begun = today() - timedelta(days=100)
        county.started(order, started_on=begun, wage_cents=480_000)
        for _ in range(2):
            tick(placements.tell_completed_months)
        entries = county.hq.ask(ledger.ListLedgerEntries(worker_id=order.worker_id, limit=500)).items
        months = [entry.facts["month"] for entry in entries if entry.topic == "placement.month_completed"]
        assert months == [1, 2, 3]
        figures = county.hq.ask(ledger.GetFigures(date_from=begun, date_to=today())).totals
        assert (figures["stays_1_month"], figures["stays_3_months"]) == (1, 1)
        assert figures["income_cents"] == 3 * 480_000

    def test_an_end_known_late_takes_the_months_back_that_were_not_stayed(self, county: County, tick: Ticks) -> None:
        order = county.issue(depart_on=today() - timedelta(days=100))
        begun = today() - timedelta(days=100)
        period = ledger.GetFigures(date_from=begun, date_to=today())
        before = county.hq.ask(period).totals
        receipt = county.started(order, started_on=begun, wage_cents=480_000)
        tick(placements.tell_completed_months)
        left = c.EndPlacement(
            placement_id=receipt.placement_id, ended_on=begun + timedelta(days=40), reason=c.EndReason.worker_left
        )
        county.hq.ask(left)
        county.platform.settle()
        after = county.hq.ask(period).totals
        gained = {name: after[name] - before.get(name, 0) for name in ("stays_1_month", "income_cents")}
        assert gained == {"stays_1_month": 1, "income_cents": 480_000}
        assert after.get("stays_3_months", 0) == before.get("stays_3_months", 0)
        entries = county.hq.ask(ledger.ListLedgerEntries(worker_id=order.worker_id, limit=500)).items
        withdrawn = [entry.facts["month"] for entry in entries if entry.topic == "placement.month_withdrawn"]
        assert withdrawn == [3, 2]


class TestContracts:
    def contract(self, order: c.DispatchOrderView, **given: Any) -> dict[str, Any]:
        fields = {"wage_cents": 480_000, "has_social_insurance": True, "has_injury_cover": True}
        return {"order_id": order.id, "starts_on": today() - timedelta(days=60), **fields, **given}

    def test_what_ends_soon_is_found_and_renewed(self, county: County) -> None:
        order = county.issue()
        county.started(order)
        ends_on = today() + timedelta(days=20)
        with refused("order.contract_none"):
            county.hq.ask(c.RenewLaborContract.model_validate(self.contract(order)))
        county.hq.ask(c.RecordLaborContract.model_validate(self.contract(order, ends_on=ends_on)))
        soon = c.ListLaborContracts(employer_id=order.employer_id, expires_within_days=30)
        employer = county.platform.partner(order.employer_id)
        assert [one.order_id for one in employer.ask(soon).items] == [order.id]
        with refused("order.contract_overlaps"):
            county.hq.ask(c.RenewLaborContract.model_validate(self.contract(order)))
        renewed = employer.ask(c.RenewLaborContract.model_validate(self.contract(order, starts_on=ends_on)))
        assert renewed.number == 2
        assert employer.ask(soon).items == []
        assert county.hq.ask(c.GetDispatchOrder(order_id=order.id)).contract == renewed

    def test_missing_and_ending_ones_are_told_once(self, county: County, tick: Ticks, sql: Callable[..., Any]) -> None:
        without, ending = county.issue(), county.issue()
        for order in (without, ending):
            county.started(order, started_on=today() - timedelta(days=40))
        county.hq.ask(c.RecordLaborContract.model_validate(self.contract(ending, ends_on=today() + timedelta(days=5))))
        for _ in range(2):
            tick(labor_contracts.tell_what_lacks)
        told = sql(
            "SELECT aggregate_id, payload::jsonb -> 'body' ->> 'concern' FROM dispatch.outbox "
            "WHERE topic = 'labor_contract.due' AND aggregate_id IN (:one, :other)",
            one=str(without.id),
            other=str(ending.id),
        )
        assert sorted(told) == sorted([(str(without.id), "missing"), (str(ending.id), "expiring")])

    def test_the_scan_goes_up_and_comes_down(self, county: County, http: Any) -> None:
        order = county.issue()
        county.hq.ask(c.RecordLaborContract.model_validate(self.contract(order)))
        path = f"/api/v1/hq/dispatch-orders/{order.id}/labor-contract/scan"
        officer = http.as_hq()
        assert officer.get(path).status_code == 404
        up = officer.post(path, files={"file": ("合同.pdf", b"%PDF-1.7 scan", "application/pdf")})
        assert up.status_code == 200, up.text
        assert up.json()["scan"]["size"] == 13
        assert officer.get(path).content == b"%PDF-1.7 scan"
        refused_ = officer.post(path, files={"file": ("合同.exe", b"MZ", "application/x-msdownload")})
        assert refused_.status_code == 415


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def test_the_paper_of_an_order_without_a_seat_opens_the_workers_own_page(county: County, http: Any) -> None:
    order = county.issue()
    runtime = county.platform.hosted["dispatch"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        row = session.get(DispatchOrder, order.id)
        assert row is not None
        token = paper_code(session, row)
    assert http.get(f"/w/{token}", headers=HTML).status_code == 200
