from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from python_calamine import CalamineWorkbook

from services.dispatch.fares import months_after
from services.dispatch.payouts import yuan
from services.dispatch.reimbursements import ticket_key
from shared.contracts import dispatch as c
from shared.contracts.base import BlobRef
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.dispatch.claims import at_work, claim, leg, submitted
from tests.services.dispatch.conftest import County
from tests.support.asker import refused


class TestSubmit:
    def test_the_cap_of_the_policy_holds(self, county: County) -> None:
        order = at_work(county)
        found = submitted(county, order, leg(amount_cents=41_350), leg(amount_cents=20_000))
        assert (found.claimed_cents, found.payable_cents) == (61_350, 50_000)
        assert found.policy == "guizhou-cross-province"
        assert [one.to_place for one in found.legs] == ["东莞南站", "东莞南站"]

    def test_a_ticket_is_repaid_once_in_the_whole_county(self, county: County) -> None:
        one, other = at_work(county), at_work(county)
        submitted(county, one, leg(ticket_no="E 123-456 789"))
        with refused("reimbursement.ticket_used"):
            submitted(county, other, leg(ticket_no="ｅ123456789"))

    def test_nor_twice_in_one_claim(self, county: County) -> None:
        with refused("reimbursement.ticket_used"):
            submitted(county, at_work(county), leg(ticket_no="A777001"), leg(ticket_no="a777-001"))

    def test_of_ten_at_once_with_one_ticket_one_is_taken(
        self, county: County, at_once: Callable[..., list[Any]]
    ) -> None:
        orders = county.issue_many(10, transport=c.Transport.own_fare)
        found = at_once([lambda o=order: submitted(county, o, leg(ticket_no="SAME-1")) for order in orders])
        assert sum(isinstance(one, c.ReimbursementView) for one in found) == 1
        assert {one.code for one in found if isinstance(one, Problem)} == {"reimbursement.ticket_used"}

    def test_once_a_year(self, county: County) -> None:
        order = at_work(county)
        submitted(county, order)
        with refused("reimbursement.already_this_year"):
            submitted(county, order)

    def test_a_chartered_seat_excludes_its_leg(self, county: County) -> None:
        order, trip = county.issue(), county.trip()
        county.seat(trip, order)
        county.board(trip, order)
        on = trip.depart_at.date().isoformat()
        for excluded in (leg(on=on, to="广州"), leg(on=(trip.depart_at.date() - timedelta(days=9)).isoformat())):
            with refused("reimbursement.chartered_seat"):
                submitted(county, order, excluded)

    def test_a_missed_coach_does_not(self, county: County) -> None:
        order, trip = county.issue(), county.trip()
        county.seat(trip, order)
        county.hq.ask(c.DepartTrip(trip_id=trip.id))
        assert submitted(county, order).state is c.ReimbursementState.submitted

    def test_within_the_province_no_policy_pays(self, county: County) -> None:
        with refused("reimbursement.no_policy"):
            submitted(county, county.issue(outpost=OutpostCode.guiyang))

    def test_nobody_claims_for_somebody_else(self, county: County) -> None:
        order = at_work(county)
        with refused("resource.not_found"):
            county.platform.worker(new_id()).ask(claim(order))

    def test_a_cancelled_order_repays_nothing(self, county: County) -> None:
        order = county.issue()
        county.hq.ask(c.CancelDispatchOrder(order_id=order.id, reason="改期"))
        with refused("state.illegal_transition"):
            submitted(county, order)

    @pytest.mark.parametrize(
        "wrong", [{"amount_cents": 0}, {"amount_cents": 12.5}, {"on": "2026-02-30"}, {"mode": "x"}]
    )
    def test_an_impossible_leg(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            c.SubmitReimbursement.model_validate({"order_id": str(new_id()), "legs": [leg(**wrong)]})


class TestApprove:
    def test_each_claim_of_a_batch_stands_by_itself(self, county: County) -> None:
        good = submitted(county, at_work(county))
        too_early_order = county.issue(transport=c.Transport.own_fare)
        county.started(too_early_order)
        too_early = submitted(county, too_early_order)
        nowhere = submitted(county, county.issue(transport=c.Transport.own_fare))
        unknown = new_id()

        found = county.hq.ask(
            c.ApproveReimbursements(reimbursement_ids=[too_early.id, good.id, nowhere.id, unknown, good.id])
        )

        assert found.approved == [good.id]
        assert found.amount_cents == good.payable_cents
        assert {one.id: one.code for one in found.refused} == {
            too_early.id: "reimbursement.months_not_reached",
            nowhere.id: "reimbursement.not_started",
            unknown: "resource.not_found",
        }
        assert county.hq.ask(c.GetReimbursement(reimbursement_id=good.id)).state is c.ReimbursementState.approved

    def test_twice_approves_once(self, county: County) -> None:
        good = submitted(county, at_work(county))
        county.hq.ask(c.ApproveReimbursements(reimbursement_ids=[good.id]))
        again = county.hq.ask(c.ApproveReimbursements(reimbursement_ids=[good.id]))
        assert [one.code for one in again.refused] == ["state.illegal_transition"]

    def test_a_rejected_claim_can_be_corrected(self, county: County) -> None:
        order = at_work(county)
        first = submitted(county, order, leg(ticket_no="K990-1"))
        rejected = county.hq.ask(c.RejectReimbursement(reimbursement_id=first.id, reason="票面不清"))
        assert rejected.state is c.ReimbursementState.rejected
        assert submitted(county, order, leg(ticket_no="K990-1")).state is c.ReimbursementState.submitted


class TestPayout:
    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_the_bank_gets_each_approved_claim_once(
        self, county: County, run_jobs: Callable[[], int], form: str
    ) -> None:
        self.paid(county, run_jobs, form)
        claims = [submitted(county, at_work(county)) for _ in range(3)]
        county.hq.ask(c.ApproveReimbursements(reimbursement_ids=[one.id for one in claims]))

        first = self.paid(county, run_jobs, form)
        second = self.paid(county, run_jobs, form)

        assert (first.state, first.claims, first.amount_cents) == ("succeeded", 3, 3 * 21_350)
        assert second.claims == 0
        assert first.file is not None
        rows = self.rows(county, first.file, form)
        assert rows[0][1] == "姓名"
        assert len(rows) == 5
        assert float(rows[-1][6]) == 640.5
        states = {county.hq.ask(c.GetReimbursement(reimbursement_id=one.id)).state for one in claims}
        assert states == {c.ReimbursementState.paid}

    def paid(self, county: County, run_jobs: Callable[[], int], form: str) -> c.PayoutView:
        state = county.hq.ask(c.ExportPayout.model_validate({"format": form}))
        run_jobs()
        return county.hq.ask(c.GetPayout(payout_id=state.id))

    def rows(self, county: County, file: BlobRef, form: str) -> list[list[Any]]:
        content = county.platform.blobs.read(file)
        if form == "xlsx":
            return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        return [line.split(",") for line in content.decode("utf-8-sig").splitlines()]


def test_a_ticket_is_the_same_however_it_was_typed() -> None:
    assert ticket_key(" e123-456 ") == ticket_key("Ｅ１２３４５６") == "E123456"


def test_three_months_after_the_last_of_november() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2025, 3, 15), 12) == date(2026, 3, 15)


def test_yuan() -> None:
    assert [yuan(cents) for cents in (0, 5, 50_000, 21_350)] == ["0.00", "0.05", "500.00", "213.50"]
