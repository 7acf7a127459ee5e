"""Four eyes, corrections, reversals and what was paid: the bookings say where every fen went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.exc import DBAPIError

from services.dispatch.fare_findings import lookalike
from shared.contracts import dispatch as c
from shared.contracts.base import BlobRef
from shared.contracts.errors import Problem
from shared.kit.tables import new_id
from tests.services.dispatch.claims import LONG_AGO, at_work, leg, second_officer, submitted
from tests.services.dispatch.conftest import County, today
from tests.support.asker import Asker, refused

LIMIT = 30_000
PHOTO = BlobRef(hash="a1" * 32, size=9, media_type="image/jpeg")


def approve(asker: Asker, *claims: UUID, **given: Any) -> c.BatchApproval:
    return asker.ask(c.ApproveReimbursements(reimbursement_ids=list(claims), **given))


def booked(county: County, claim_id: UUID) -> list[int]:
    return [one.amount_cents for one in county.hq.ask(c.ListFareEntries(reimbursement_id=claim_id)).items]


class TestFourEyes:
    def test_above_the_limit_two_officers_approve(self, county: County) -> None:
        dear = submitted(county, at_work(county), leg(amount_cents=LIMIT + 1))
        first = approve(county.hq, dear.id)
        assert (first.approved, first.awaiting_second, first.amount_cents) == ([], [dear.id], 0)
        assert county.hq.ask(c.GetReimbursement(reimbursement_id=dear.id)).awaits_second
        again = approve(county.hq, dear.id)
        assert [one.code for one in again.refused] == ["reimbursement.needs_another_officer"]
        assert approve(second_officer(county), dear.id).approved == [dear.id]

    def test_up_to_the_limit_one_suffices(self, county: County) -> None:
        cheap = submitted(county, at_work(county), leg(amount_cents=LIMIT))
        assert approve(county.hq, cheap.id).approved == [cheap.id]


class TestFindings:
    def test_one_photo_for_two_people_is_looked_at_first(self, county: County) -> None:
        submitted(county, at_work(county), leg(photo=PHOTO.model_dump()))
        other = submitted(county, at_work(county), leg(photo=PHOTO.model_dump()))
        found = county.hq.ask(c.FindFareDuplicates(reimbursement_id=other.id)).items
        assert [(one.kind, one.position) for one in found] == [(c.FindingKind.same_photo, 1)]
        assert [one.code for one in approve(county.hq, other.id).refused] == ["reimbursement.has_findings"]
        assert approve(county.hq, other.id, has_seen_findings=True).approved == [other.id]

    def test_a_number_that_only_looks_other(self, county: County) -> None:
        submitted(county, at_work(county), leg(ticket_no="BO15Z-88", mode="bus"))
        other = submitted(county, at_work(county), leg(ticket_no="80152-88", mode="bus"))
        same = submitted(county, at_work(county), leg(ticket_no="BO15Z-88", mode="train"))
        kinds = [
            {found.kind for found in county.hq.ask(c.FindFareDuplicates(reimbursement_id=one.id)).items}
            for one in (other, same)
        ]
        assert kinds[0] == {c.FindingKind.lookalike_number}
        assert kinds[1] == {c.FindingKind.same_number_other_mode, c.FindingKind.lookalike_number}

    def test_the_own_tickets_are_no_finding(self, county: County) -> None:
        one = submitted(county, at_work(county), leg(ticket_no="X10001"), leg(ticket_no="X1000I"))
        assert county.hq.ask(c.FindFareDuplicates(reimbursement_id=one.id)).items == []
        assert lookalike("X1000I") == "X10001"


class TestPhoto:
    def test_it_is_added_while_the_claim_is_undecided(self, county: County) -> None:
        one = submitted(county, at_work(county))
        asker = county.platform.worker(one.worker_id)
        seen = asker.ask(c.AttachTicketPhoto(reimbursement_id=one.id, position=1, photo=PHOTO))
        assert seen.legs[0].photo == PHOTO
        with refused("reimbursement.no_such_leg"):
            asker.ask(c.AttachTicketPhoto(reimbursement_id=one.id, position=2, photo=PHOTO))
        approve(county.hq, one.id, has_seen_findings=True)
        with refused("state.illegal_transition"):
            asker.ask(c.AttachTicketPhoto(reimbursement_id=one.id, position=1, photo=PHOTO))


class TestReversal:
    def test_what_was_paid_is_owed_and_the_ticket_is_free(self, county: County, run_jobs: Callable[[], int]) -> None:
        order = at_work(county)
        one = submitted(county, order, leg(ticket_no="R-1001"))
        approve(county.hq, one.id)
        pay(county, run_jobs)
        assert booked(county, one.id) == [21_350]
        reversed_ = county.hq.ask(c.ReverseReimbursement(reimbursement_id=one.id, reason="银行退回: 卡号注销"))
        assert (reversed_.state, reversed_.reverse_reason) == (c.ReimbursementState.reversed, "银行退回: 卡号注销")
        assert sum(booked(county, one.id)) == 0
        assert submitted(county, order, leg(ticket_no="R-1001")).state is c.ReimbursementState.submitted

    def test_a_submitted_claim_is_rejected_not_reversed(self, county: County) -> None:
        one = submitted(county, at_work(county))
        with refused("state.illegal_transition"):
            county.hq.ask(c.ReverseReimbursement(reimbursement_id=one.id, reason="录错"))

    def test_bookings_are_never_changed(
        self, county: County, run_jobs: Callable[[], int], sql: Callable[..., Any]
    ) -> None:
        one = submitted(county, at_work(county))
        approve(county.hq, one.id)
        pay(county, run_jobs)
        for statement in (
            "UPDATE dispatch.fare_entry SET amount_cents = 1 WHERE reimbursement_id = :id",
            "DELETE FROM dispatch.fare_entry WHERE reimbursement_id = :id",
        ):
            with pytest.raises(DBAPIError, match="never changed"):
                sql(statement, id=one.id)


class TestCorrection:
    def test_only_the_difference_is_paid(self, county: County, run_jobs: Callable[[], int]) -> None:
        one = submitted(county, at_work(county), leg(ticket_no="C-1", amount_cents=10_000))
        approve(county.hq, one.id)
        pay(county, run_jobs)
        right = corrected(county, one.id, leg(ticket_no="C-1", amount_cents=12_500))
        assert (right.corrects, right.payable_cents, right.due_cents) == (one.id, 12_500, 2_500)
        approve(county.hq, right.id)
        assert pay(county, run_jobs).amount_cents == 2_500
        assert (booked(county, one.id), booked(county, right.id)) == ([10_000], [2_500])

    def test_too_much_is_owed_back_without_a_line_for_the_bank(
        self, county: County, run_jobs: Callable[[], int]
    ) -> None:
        one = submitted(county, at_work(county), leg(amount_cents=20_000))
        approve(county.hq, one.id)
        pay(county, run_jobs)
        right = corrected(county, one.id, leg(amount_cents=15_000))
        approve(county.hq, right.id)
        assert pay(county, run_jobs).claims == 0
        assert booked(county, right.id) == [-5_000]

    def test_a_worker_corrects_what_is_undecided(self, county: County) -> None:
        one = submitted(county, at_work(county))
        asker = county.platform.worker(one.worker_id)
        right = asker.ask(
            c.CorrectReimbursement.model_validate({"reimbursement_id": one.id, "legs": [leg()], "reason": "票号录错"})
        )
        approve(county.hq, right.id)
        with refused("state.illegal_transition"):
            asker.ask(
                c.CorrectReimbursement.model_validate({"reimbursement_id": right.id, "legs": [leg()], "reason": "再改"})
            )


class TestPolicies:
    def test_a_new_version_holds_from_its_day(self, county: County) -> None:
        known = next(
            policy for policy in county.hq.ask(c.ListFarePolicies()).items if policy.code == "guizhou-cross-province"
        )
        form = known.model_dump(exclude={"version"})
        with refused("fare_policy.unchanged"):
            county.hq.ask(c.AddFarePolicy.model_validate(form))
        added = county.hq.ask(
            c.AddFarePolicy.model_validate({**form, "valid_from": today() + timedelta(days=300), "cap_cents": 80_000})
        )
        assert added.version == known.version + 1
        order = at_work(county)
        before = submitted(county, order, leg(amount_cents=70_000))
        assert (before.policy_version, before.payable_cents) == (known.version, 50_000)
        county.hq.ask(c.RejectReimbursement(reimbursement_id=before.id, reason="改期"))
        later = submitted(county, order, leg(amount_cents=70_000, on=str(today() + timedelta(days=301))))
        assert (later.policy_version, later.payable_cents) == (added.version, 70_000)

    def test_whoever_is_too_young_is_not_paid(self, county: County, sql: Callable[..., Any]) -> None:
        order = at_work(county)
        sql(
            "UPDATE dispatch.known_worker SET birth_year = :year WHERE worker_id = :id",
            year=today().year - 15,
            id=order.worker_id,
        )
        with refused("reimbursement.under_age"):
            submitted(county, order)


def pay(county: County, run_jobs: Callable[[], int]) -> c.PayoutView:
    state = county.hq.ask(c.ExportPayout(format="csv"))
    run_jobs()
    return county.hq.ask(c.GetPayout(payout_id=state.id))


def corrected(county: County, claim_id: UUID, *legs: dict[str, Any]) -> c.ReimbursementView:
    return county.hq.ask(
        c.CorrectReimbursement.model_validate({"reimbursement_id": claim_id, "legs": list(legs), "reason": "票价录错"})
    )


NET = """SELECT r.id, r.worker_id, r.year, r.state, r.payable_cents, r.carried_cents + coalesce(sum(e.amount_cents), 0)
    AS net FROM dispatch.reimbursement r LEFT JOIN dispatch.fare_entry e ON e.reimbursement_id = r.id GROUP BY r.id"""
BROKEN = {
    "a claim that is not the sum of its legs": """
        SELECT r.id FROM dispatch.reimbursement r JOIN dispatch.reimbursement_leg l ON l.reimbursement_id = r.id
        GROUP BY r.id HAVING r.claimed_cents <> sum(l.amount_cents)
        OR r.payable_cents > r.claimed_cents""",
    "a paid claim whose money is not what it pays": f"""
        SELECT id FROM ({NET}) n WHERE state = 'paid' AND net <> payable_cents""",
    "money that no live claim stands for": f"""
        SELECT worker_id FROM (SELECT worker_id, sum(amount_cents) AS paid FROM dispatch.fare_entry GROUP BY 1) p
        LEFT JOIN (SELECT worker_id, sum(net) AS stood_for FROM ({NET}) n
        WHERE state IN ('submitted', 'approved', 'paid') GROUP BY 1) s USING (worker_id)
        WHERE paid <> coalesce(stood_for, 0)""",
    "a person paid less than nothing or more than the cap": """
        SELECT worker_id FROM dispatch.fare_entry GROUP BY 1
        HAVING sum(amount_cents) < 0 OR sum(amount_cents) > 50000""",
    "a file that is not the sum of its bookings": """
        SELECT p.id FROM dispatch.payout p LEFT JOIN dispatch.fare_entry e ON e.payout_id = p.id AND e.amount_cents > 0
        GROUP BY p.id HAVING p.amount_cents <> coalesce(sum(e.amount_cents), 0) OR p.claims <> count(e.id)""",
    "approved by one pair of eyes above the limit": f"""
        SELECT id FROM dispatch.reimbursement WHERE state IN ('approved', 'paid') AND payable_cents > {LIMIT}
        AND (first_approved_by IS NULL OR first_approved_by = decided_by)""",
    "a leg paid twice": """
        SELECT mode, ticket_key FROM dispatch.reimbursement_leg WHERE is_live GROUP BY 1, 2 HAVING count(*) > 1""",
}
some = st.integers(min_value=0, max_value=63)
cents = st.lists(st.integers(min_value=1, max_value=60_000), min_size=1, max_size=3)


class Money(RuleBasedStateMachine):
    """Two people's claims, two officers, and a bank, in any order."""

    def __init__(self, county: County, sql: Callable[..., Any], run_jobs: Callable[[], int]) -> None:
        super().__init__()
        self.county, self.sql, self.run_jobs = county, sql, run_jobs
        self.officers = [county.hq, second_officer(county)]
        self.orders: list[c.DispatchOrderView] = []
        self.claims: list[UUID] = []

    @initialize()
    def begin(self) -> None:
        self.orders = [at_work(self.county) for _ in range(2)]

    def one(self, claim: int) -> UUID:
        return self.claims[claim % len(self.claims)] if self.claims else new_id()

    def legs(self, amounts: list[int], ticket: int) -> list[dict[str, Any]]:
        order = self.orders[0]
        return [
            leg(on=str(LONG_AGO), amount_cents=amount, ticket_no=f"{order.order_no}-{ticket % 6 + number}")
            for number, amount in enumerate(amounts)
        ]

    def tell(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Problem:
            return None

    @rule(order=some, amounts=cents, ticket=some)
    def submit(self, order: int, amounts: list[int], ticket: int) -> None:
        chosen = self.orders[order % 2]
        claim = self.tell(lambda: submitted(self.county, chosen, *self.legs(amounts, ticket)))
        if claim:
            self.claims.append(claim.id)

    @rule(claim=some, officer=st.integers(min_value=0, max_value=1))
    def approve(self, claim: int, officer: int) -> None:
        approve(self.officers[officer], self.one(claim), self.one(claim + 1), has_seen_findings=True)

    @rule(claim=some, rejects=st.booleans())
    def give_up(self, claim: int, rejects: bool) -> None:
        what = c.RejectReimbursement if rejects else c.ReverseReimbursement
        self.tell(lambda: self.county.hq.ask(what(reimbursement_id=self.one(claim), reason="录错")))

    @rule(claim=some, amounts=cents, ticket=some)
    def correct(self, claim: int, amounts: list[int], ticket: int) -> None:
        right = self.tell(lambda: corrected(self.county, self.one(claim), *self.legs(amounts, ticket)))
        if right:
            self.claims.append(right.id)

    @rule()
    def pay(self) -> None:
        pay(self.county, self.run_jobs)

    @invariant()
    def every_fen_is_where_it_should_be(self) -> None:
        for what, statement in BROKEN.items():
            assert self.sql(statement) == [], what


def test_totals_in_any_sequence(county: County, sql: Callable[..., Any], run_jobs: Callable[[], int]) -> None:
    run_state_machine_as_test(
        lambda: Money(county, sql, run_jobs),  # type: ignore[arg-type]
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
