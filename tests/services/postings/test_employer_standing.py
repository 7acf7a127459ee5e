"""Blacklist with appeal, candidates without identity numbers, reputation, the same employer registered twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.postings import standing
from services.postings.uscc import check_character
from shared.contracts import dispatch, outposts
from shared.contracts import postings as c
from shared.contracts.base import Event
from shared.contracts.scopes import Role
from shared.kit.tables import new_id
from tests.services.postings.employer_factory import make_uscc, posting_for, register, today
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def second(platform: TestPlatform) -> Asker:
    """A colleague at headquarters."""
    return platform.hq(Role.hq_officer, actor="hq-second")


class TestBlacklist:
    def test_a_second_person_confirms_what_holds_from_the_first_word_on(
        self, platform: TestPlatform, hq: Asker
    ) -> None:
        employer = register(hq)
        assert hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠工资")).is_blocked
        (row,) = hq.ask(c.ListBlacklistings(employer_id=employer.id, is_confirmed=False)).items
        assert row.lapses_at == row.blocked_at + timedelta(days=7)
        with refused("blacklisting.second_person"):
            hq.ask(c.ConfirmBlacklisting(blacklisting_id=row.id))
        assert hq.ask(c.GetEmployerReputation(employer_id=employer.id)).times_blocked == 0
        confirmed = second(platform).ask(c.ConfirmBlacklisting(blacklisting_id=row.id))
        assert (confirmed.confirmed_by, confirmed.lapses_at) == ("hq-second", None)
        assert hq.ask(c.GetEmployerReputation(employer_id=employer.id)).times_blocked == 1
        with refused("state.illegal_transition"):
            second(platform).ask(c.ConfirmBlacklisting(blacklisting_id=row.id))

    def test_what_nobody_confirms_lapses_after_a_week(self, platform: TestPlatform, hq: Asker) -> None:
        lapsing, kept, young = (register(hq).id for _ in range(3))
        for employer_id in (lapsing, kept, young):
            hq.ask(c.BlockEmployer(employer_id=employer_id, reason="拖欠工资"))
        (row,) = hq.ask(c.ListBlacklistings(employer_id=kept)).items
        second(platform).ask(c.ConfirmBlacklisting(blacklisting_id=row.id))
        runtime = platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            session.connection().execute(
                text(
                    "UPDATE postings.blacklisting SET blocked_at = blocked_at - interval '8 days' "
                    "WHERE employer_id <> :young"
                ),
                {"young": young},
            )
        platform.hosted["postings"].clockwork.run_now("lapse_unconfirmed_blacklistings")
        blocked = [hq.ask(c.GetEmployer(employer_id=each)).is_blocked for each in (lapsing, kept, young)]
        assert blocked == [False, True, True]
        (ended,) = hq.ask(c.ListBlacklistings(employer_id=lapsing)).items
        assert "未经第二人复核" in (ended.lifted_reason or "")

    def test_an_appeal_is_granted(self, platform: TestPlatform, hq: Asker) -> None:
        employer = register(hq)
        partner = platform.partner(employer.id)
        hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠2025年12月工资"))
        (row,) = partner.ask(c.ListBlacklistings()).items
        assert (row.reason, row.blocked_by, row.appeal_state, row.lifted_at) == (
            "拖欠2025年12月工资",
            "hq-test",
            "none",
            None,
        )
        partner.ask(c.AppealBlacklisting(blacklisting_id=row.id, text="工资已付清"))
        with refused("blacklisting.appeal_pending"):
            partner.ask(c.AppealBlacklisting(blacklisting_id=row.id, text="请快一点"))
        waiting = hq.ask(c.ListBlacklistings(appeal_state="pending", employer_id=employer.id)).items
        assert [one.appeal for one in waiting] == ["工资已付清"]
        decision = c.DecideAppeal(blacklisting_id=row.id, is_granted=True, reason="经核实属实")
        with refused("blacklisting.second_person"):
            hq.ask(decision)
        with refused("blacklisting.second_person"):
            hq.ask(c.UnblockEmployer(employer_id=employer.id, reason="经核实属实"))
        decided = second(platform).ask(decision)
        assert (decided.appeal_state, decided.lifted_reason) == ("granted", "经核实属实")
        assert not hq.ask(c.GetEmployer(employer_id=employer.id)).is_blocked
        with refused("state.illegal_transition"):
            partner.ask(c.AppealBlacklisting(blacklisting_id=row.id, text="再说一次"))

    def test_a_rejected_appeal_leaves_it_and_another_may_follow(self, platform: TestPlatform, hq: Asker) -> None:
        employer = register(hq)
        partner = platform.partner(employer.id)
        hq.ask(c.BlockEmployer(employer_id=employer.id, reason="收取押金"))
        (row,) = partner.ask(c.ListBlacklistings()).items
        with refused("state.illegal_transition"):
            second(platform).ask(c.DecideAppeal(blacklisting_id=row.id, is_granted=True, reason="没有申诉"))
        partner.ask(c.AppealBlacklisting(blacklisting_id=row.id, text="没有此事"))
        rejection = c.DecideAppeal(blacklisting_id=row.id, is_granted=False, reason="有收据")
        assert second(platform).ask(rejection).lifted_at is None
        assert hq.ask(c.GetEmployer(employer_id=employer.id)).is_blocked
        again = partner.ask(c.AppealBlacklisting(blacklisting_id=row.id, text="押金已退"))
        assert (again.appeal_state, again.decision) == ("pending", None)
        second(platform).ask(c.UnblockEmployer(employer_id=employer.id, reason="押金已全部退还"))
        (lifted,) = partner.ask(c.ListBlacklistings()).items
        assert (lifted.appeal_state, lifted.lifted_reason) == ("granted", "押金已全部退还")

    def test_another_employer_sees_and_appeals_nothing_of_it(self, platform: TestPlatform, hq: Asker) -> None:
        employer = register(hq)
        hq.ask(c.BlockEmployer(employer_id=employer.id, reason="拖欠工资"))
        (row,) = hq.ask(c.ListBlacklistings(employer_id=employer.id)).items
        other = platform.partner(register(hq).id)
        assert other.ask(c.ListBlacklistings(employer_id=employer.id)).items == []
        with refused("resource.not_found"):
            other.ask(c.AppealBlacklisting(blacklisting_id=row.id, text="替他申诉"))
        with refused("scope.forbidden"):
            platform.partner(employer.id).ask(c.DecideAppeal(blacklisting_id=row.id, is_granted=True, reason="自己批"))


class Record:
    """What the other services told of an employer's people."""

    def __init__(self, platform: TestPlatform, hq: Asker) -> None:
        self.platform = platform
        self.employer_id = register(hq).id
        self.posting_id = hq.ask(posting_for(self.employer_id)).id

    def hear(self, hear: Any, *events: Event) -> None:
        runtime = self.platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            for event in events:
                hear(session, event)

    def order(self, worker_id: UUID | None = None) -> dict[str, Any]:
        facts = {"order_id": new_id(), "worker_id": worker_id or new_id(), "outpost": "dongguan"}
        of = {**facts, "employer_id": self.employer_id, "posting_id": self.posting_id}
        day = today() - timedelta(days=200)
        self.hear(
            standing.order_issued,
            dispatch.DispatchOrderIssued(**of, order_no="PQ-1", depart_on=day, division="522631104"),
        )
        return of

    def receipt(self, of: dict[str, Any], outcome: str, reason: str | None = None) -> None:
        self.hear(
            standing.receipt_received,
            dispatch.EmploymentReceiptReceived(**of, receipt_id=new_id(), outcome=outcome, reason=reason),
        )

    def start(self, of: dict[str, Any], days_ago: int) -> dict[str, Any]:
        self.receipt(of, "started")
        placement = {**of, "placement_id": new_id()}
        started = today() - timedelta(days=days_ago)
        self.hear(
            standing.placement_started, dispatch.PlacementStarted(**placement, started_on=started, wage_cents=None)
        )
        return placement

    def end(self, placement: dict[str, Any], days_ago: int, reason: str = "worker_left") -> None:
        kept = {name: placement[name] for name in ("placement_id", "order_id", "worker_id", "outpost")}
        ended = today() - timedelta(days=days_ago)
        self.hear(standing.placement_ended, dispatch.PlacementEnded(**kept, ended_on=ended, reason=reason))


@pytest.fixture
def record(platform: TestPlatform, hq: Asker) -> Record:
    return Record(platform, hq)


class TestReputation:
    def test_starts_and_stays_are_counted_of_those_that_can_be_judged(self, record: Record, hq: Asker) -> None:
        record.start(record.order(), 100)
        left_early = record.start(record.order(), 120)
        record.end(left_early, 100)
        as_agreed = record.start(record.order(), 95)
        record.end(as_agreed, 40, "contract_ended")
        record.start(record.order(), 5)
        record.receipt(record.order(), "not_started", "employer_declined")
        record.order()
        seen = hq.ask(c.GetEmployerReputation(employer_id=record.employer_id))
        assert (seen.orders, seen.waiting, seen.declined_by_employer) == (6, 1, 1)
        assert (seen.started.count, seen.started.of, seen.started.share) == (4, 5, 0.8)
        assert (seen.stayed_30_days.count, seen.stayed_30_days.of) == (2, 3)
        assert (seen.stayed_90_days.count, seen.stayed_90_days.of) == (2, 3)

    def test_events_in_any_order_tell_the_same(self, record: Record, hq: Asker) -> None:
        of = {
            "order_id": new_id(),
            "worker_id": new_id(),
            "outpost": "dongguan",
            "employer_id": record.employer_id,
            "posting_id": record.posting_id,
        }
        placement = {**of, "placement_id": new_id()}
        record.end(placement, 10)
        record.start(of, 60)
        record.hear(
            standing.order_issued,
            dispatch.DispatchOrderIssued(**of, order_no="PQ-2", depart_on=today(), division="522631104"),
        )
        (seen,) = hq.ask(c.ListCandidates(employer_id=record.employer_id, stage="ended")).items
        assert (seen.started_on, seen.ended_on) == (today() - timedelta(days=60), today() - timedelta(days=10))

    def test_a_case_counts_against_where_the_worker_works(self, record: Record, hq: Asker) -> None:
        of = record.order()
        record.start(of, 40)
        case_id = new_id()
        opened = outposts.RightsCaseOpened(
            case_id=case_id, case_no="WQ-1", worker_id=of["worker_id"], outpost="dongguan", kind="wage_dispute"
        )
        record.hear(standing.case_opened, opened)
        assert hq.ask(c.GetEmployerReputation(employer_id=record.employer_id)).cases_open == 1
        resolved = outposts.RightsCaseResolved(
            case_id=case_id,
            worker_id=of["worker_id"],
            outpost="dongguan",
            outcome=next(iter(outposts.RightsCaseOutcome)),
            recovered_cents=4_000_000,
        )
        record.hear(standing.case_resolved, resolved)
        seen = hq.ask(c.GetEmployerReputation(employer_id=record.employer_id))
        assert (seen.cases, seen.cases_open, seen.recovered_cents, seen.cases_per_hundred) == (1, 0, 4_000_000, 100.0)

    def test_an_employer_reads_its_own_only(self, record: Record, platform: TestPlatform, hq: Asker) -> None:
        record.order()
        own = platform.partner(record.employer_id)
        assert own.ask(c.GetEmployerReputation()).orders == 1
        assert len(own.ask(c.ListCandidates()).items) == 1
        other = platform.partner(register(hq).id)
        with refused("resource.not_found"):
            other.ask(c.GetEmployerReputation(employer_id=record.employer_id))
        with refused("resource.not_found"):
            other.ask(c.ListCandidates(employer_id=record.employer_id))


class TestSimilar:
    def test_the_same_organisation_and_the_same_name_are_found(self, hq: Asker) -> None:
        core = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(new_id().int)[-9:])
        first = register(hq, name=f"{core}电子(东莞)有限公司")
        moved = "91440300" + first.uscc[8:17]
        second = register(hq, name="完全不同的名字", uscc=moved + check_character(moved))
        third = register(hq, name=f"东莞市{core}电子有限责任公司", uscc=make_uscc())
        found = hq.ask(c.ListSimilarEmployers(employer_id=first.id)).items
        assert {(one.id, one.because.value) for one in found} == {
            (second.id, "same_organisation"),
            (third.id, "same_name"),
        }
