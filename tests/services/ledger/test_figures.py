from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.ledger.models import Generation
from shared.contracts import dispatch, outposts
from shared.contracts import ledger as c
from shared.contracts.kit import GetJob
from shared.contracts.scopes import OutpostCode, Role
from shared.kit.session import Session
from shared.kit.tables import new_id
from tests.services.ledger.conftest import News, today
from tests.support.asker import refused
from tests.support.platform import TestPlatform


def this_week(**given: Any) -> c.GetFigures:
    return c.GetFigures(date_from=today() - timedelta(days=3), date_to=today() + timedelta(days=3), **given)


def rolled_up() -> c.GetRollUp:
    return c.GetRollUp(date_from=today() - timedelta(days=3), date_to=today() + timedelta(days=3))


def resolved(worker: Any, outpost: str, cents: int) -> outposts.RightsCaseResolved:
    return outposts.RightsCaseResolved(
        case_id=new_id(),
        worker_id=worker,
        outpost=OutpostCode(outpost),
        outcome=next(iter(outposts.RightsCaseOutcome)),
        recovered_cents=cents,
    )


class TestFigures:
    def test_by_outpost_township_and_month(self, news: News) -> None:
        before = news.hq.ask(this_week()).totals
        people = [news.registered("522631108200") for _ in range(3)]
        orders = [
            news.sent(worker, outpost) for worker, outpost in zip(people, ["guangzhou"] * 2 + ["guiyang"], strict=True)
        ]
        news.started(orders[0])
        news.announce(resolved(people[0], "guangzhou", 4_000_000))

        figures = news.hq.ask(this_week())

        added = {
            key: value - before.get(key, 0) for key, value in figures.totals.items() if value != before.get(key, 0)
        }
        assert added == {
            "workers_registered": 3,
            "orders_issued": 3,
            "receipts_started": 1,
            "placements_started": 1,
            "wages_agreed_cents": 480_000,
            "rights_cases_resolved": 1,
            "recovered_cents": 4_000_000,
        }
        guangzhou = next(line for line in figures.by_outpost if line.key == "guangzhou")
        assert guangzhou.measures["orders_issued"] == 2
        assert guangzhou.measures["recovered_cents"] == 4_000_000
        township = next(line for line in figures.by_township if line.key == "522631108")
        assert township.name == "洪州镇"
        assert township.measures["workers_registered"] == 3
        assert figures.by_month[-1].key == today().strftime("%Y-%m")
        assert 0 < figures.rates["started_of_orders"] <= 1

    def test_each_figure_opens_down_to_its_rows(self, news: News) -> None:
        worker = news.registered("522631107200")
        period = this_week()

        rows = news.hq.ask(
            c.ListFigureRows(
                measure="workers_registered", date_from=period.date_from, date_to=period.date_to, division="522631107"
            )
        ).items

        assert [(row.worker_id, row.amount, row.outpost) for row in rows] == [(worker, 1, None)]

    def test_a_start_counts_on_its_own_day(self, news: News) -> None:
        order = news.sent(news.registered(), "hangzhou")
        news.started(order, on=today() - timedelta(days=200))
        then = c.GetFigures(
            date_from=today() - timedelta(days=201), date_to=today() - timedelta(days=199), outpost=OutpostCode.hangzhou
        )
        assert news.hq.ask(then).totals == {"placements_started": 1, "wages_agreed_cents": 480_000}

    def test_an_outpost_reads_its_own(self, news: News, platform: TestPlatform) -> None:
        news.sent(news.registered(), "wenling")
        own = platform.outpost("wenling").ask(this_week())
        assert {line.key for line in own.by_outpost} == {"wenling"}
        assert "workers_registered" not in own.totals
        other = platform.outpost("shenzhen").ask(this_week(outpost=OutpostCode.wenling))
        assert other.totals == {}

    def test_a_period_that_ends_before_it_begins(self, news: News) -> None:
        with refused("figures.period_invalid"):
            news.hq.ask(c.GetFigures(date_from=today(), date_to=today() - timedelta(days=1)))


class TestRollUp:
    def test_the_hub_gets_sums_without_small_counts(self, news: News, platform: TestPlatform) -> None:
        for number in range(5):
            news.sent(news.registered(), "shenzhen", number=number)
        news.announce(resolved(news.registered(), "shenzhen", 9_000))

        view = platform.outpost("chancheng").ask(rolled_up())

        shenzhen = next(line for line in view.outposts if line.outpost == "shenzhen")
        assert shenzhen.measures["orders_issued"] == 5
        assert shenzhen.measures["recovered_cents"] is None
        assert view.suppressed_below == 5
        assert len(view.outposts) == 7

    def test_the_others_do_not(self, news: News, platform: TestPlatform) -> None:
        with refused("figures.hub_only"):
            platform.outpost("shenzhen").ask(rolled_up())
        assert news.hq.ask(rolled_up()).outposts


class TestRebuild:
    def test_the_same_result_from_nothing(
        self,
        news: News,
        run_jobs: Callable[[], int],
        inside: Callable[[Callable[[Session], Any]], Any],
        platform: TestPlatform,
    ) -> None:
        worker = news.registered()
        news.cancelled(news.sent(worker))
        news.started(news.sent(worker, number=2, agreement_id=news.agreed()))
        before = news.hq.ask(this_week()), news.hq.ask(c.GetEssentials(worker_id=worker))
        generation = inside(lambda session: session.get_one(Generation, True).current)

        state = news.hq.ask(c.RebuildLedger())
        run_jobs()

        found = self.finished(news, state.id)
        after = news.hq.ask(this_week()), news.hq.ask(c.GetEssentials(worker_id=worker))
        assert (found["differs"], found["is_intact"]) == (0, True)
        assert after == before
        assert inside(lambda session: session.get_one(Generation, True).current) == generation + 1
        news.sent(news.registered(), "guiyang")
        assert news.hq.ask(this_week()).totals["orders_issued"] == before[0].totals["orders_issued"] + 1

    def test_every_chain_and_signature_is_verified(self, news: News, run_jobs: Callable[[], int]) -> None:
        news.registered()
        state = news.hq.ask(c.VerifyLedger())
        run_jobs()
        found = self.finished(news, state.id)
        assert found["is_intact"]
        assert found["entries"] >= 1
        assert (found["broken"], found["forged"], found["differing_heads"]) == (0, 0, 0)

    def test_an_officer_rebuilds_nothing(self, platform: TestPlatform) -> None:
        with refused("scope.forbidden"):
            platform.hq(Role.hq_officer).ask(c.RebuildLedger())

    def finished(self, news: News, job_id: str) -> dict[str, Any]:
        state = news.hq.ask(GetJob.model_validate({"job_id": job_id.partition(".")[2]}), service="ledger")
        assert state.state == "succeeded", state.problem
        return state.result


def test_cancelling_is_counted_beside_issuing(news: News) -> None:
    before = news.hq.ask(this_week()).totals.get("orders_cancelled", 0)
    order: dispatch.DispatchOrderIssued = news.sent(news.registered())
    news.cancelled(order)
    assert news.hq.ask(this_week()).totals["orders_cancelled"] == before + 1
