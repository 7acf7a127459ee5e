"""A matching run from the first event to the recommendation that a worker reads."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import text

from shared.contracts import postings as c
from shared.contracts import registry
from shared.contracts.kit import GetJob
from shared.kit.tables import new_id
from tests.services.postings.county import SEWING, County
from tests.support.asker import refused
from tests.support.platform import TestPlatform


class TestEveryoneGetsTwo:
    def test_a_run_covers_a_seeker_with_two_explained_postings(self, platform: TestPlatform) -> None:
        county = County(platform, seed=1)
        near, far = county.posting(), county.posting(title="普工", occupation=None, division="331081001")
        seeker = county.worker()
        run = county.match()
        assert (run.state, run.covered, run.uncovered) == ("succeeded", 1, 0)
        offers = county.live(seeker)
        assert {offer.posting_id for offer in offers} == {near, far}
        best = max(offers, key=lambda offer: offer.score)
        assert best.posting_id == near
        assert best.reason == "会包装工, 月薪4500元以上 (达到期望), 包吃住, 东莞"
        assert best.score == pytest.approx(best.parts["usefulness"] * best.parts["chance"], abs=1e-3)
        assert {"wage", "place", "skill", "education"} <= set(best.parts)

    def test_figures_say_how_the_run_went(self, platform: TestPlatform) -> None:
        run = platform.hq().ask(c.ListMatchings()).items[0]
        assert run.recommendations == 2
        assert run.optimality_gap == 0
        assert run.max_offers_per_opening is not None
        assert run.max_offers_per_opening <= 3
        assert run.seconds is not None

    def test_its_fairness_is_reported_beside_the_naive_ways(self, platform: TestPlatform) -> None:
        hq = platform.hq()
        report = hq.ask(c.GetMatchingFairness(matching_id=hq.ask(c.ListMatchings()).items[0].id))
        assert (report.run.coverage, report.run.offers, report.naive_minimum.offers) == (1, 2, 2)
        assert set(report.groups) == {"sex", "age", "disability", "township"}
        assert [group.name for group in report.groups["township"].groups] == ["522631104"]

    def test_a_worker_is_told_once_of_all_offers_of_a_run(self, platform: TestPlatform) -> None:
        runtime = platform.hosted["postings"].runtime
        with runtime.database.transaction(runtime.own_context()) as session:
            topic = text("SELECT payload FROM postings.outbox WHERE topic = 'recommendation.made'")
            told = [orjson.loads(row.payload)["body"] for row in session.connection().execute(topic)]
        assert [event["further_offers"] for event in told] == [1]
        assert told[0]["further"][0]["posting_id"] != told[0]["posting_id"]
        assert told[0]["further"][0]["score"] <= told[0]["score"]

    def test_the_worker_reads_the_own_offers_and_nobody_elses(self, platform: TestPlatform) -> None:
        seeker = platform.hq().ask(c.ListRecommendations()).items[0].worker_id
        own = platform.worker(seeker).ask(c.ListRecommendations()).items
        assert {offer.worker_id for offer in own} == {seeker}
        assert own[0].posting.employer_name == "东莞市长安鑫源电子有限公司"
        assert platform.worker(new_id()).ask(c.ListRecommendations()).items == []


class TestCaps:
    def test_no_opening_is_promised_to_more_than_three(self, platform: TestPlatform) -> None:
        county = County(platform, seed=2)
        for posting in platform.hq().ask(c.ListPostings(state=c.PostingState.open)).items:
            platform.hq().ask(c.ClosePosting(posting_id=posting.id))
        one, two = county.posting(openings=1), county.posting(openings=1)
        seekers = [county.worker() for _ in range(5)]
        run = county.match()
        for posting_id in (one, two):
            page = county.hq.ask(c.ListRecommendations(posting_id=posting_id, is_live=True))
            assert len(page.items) == 3
        uncovered = county.uncovered(run.id)
        assert (run.covered, run.uncovered) == (3, len(uncovered))
        assert {uncovered[s].reason for s in seekers if s in uncovered} == {c.UncoveredReason.capacity}

    def test_a_second_run_keeps_what_was_delivered_and_adds_nothing(self, platform: TestPlatform) -> None:
        county = County(platform, seed=3)
        before = {offer.id for offer in county.hq.ask(c.ListRecommendations(is_live=True, limit=500)).items}
        run = county.match()
        after = {offer.id for offer in county.hq.ask(c.ListRecommendations(is_live=True, limit=500)).items}
        assert before <= after
        assert run.recommendations == len(after) - len(before)
        assert run.kept == len(before)


class TestUncovered:
    def test_who_refused_automatic_offers_is_left_to_people(self, platform: TestPlatform) -> None:
        county = County(platform, seed=4)
        county.posting(openings=50)
        county.posting(openings=50)
        seeker = county.worker(consents=[registry.ConsentPurpose.automated_matching])
        platform.settle()
        county.hq.ask(registry.WithdrawConsent(worker_id=seeker, purpose=registry.ConsentPurpose.automated_matching))
        run = county.match()
        found = county.uncovered(run.id)[seeker]
        assert (found.reason, found.gate) == (c.UncoveredReason.no_candidate, c.Gate.automated_matching)
        assert "自动推荐" in found.explanation
        assert county.live(seeker) == []

    def test_the_gate_that_excluded_most_is_named(self, platform: TestPlatform) -> None:
        county = County(platform, seed=5)
        for posting in platform.hq().ask(c.ListPostings(state=c.PostingState.open, limit=100)).items:
            platform.hq().ask(c.ClosePosting(posting_id=posting.id))
        for _ in range(3):
            county.posting(openings=50, title="缝纫工", occupation=SEWING, requirements={"skills": [SEWING]})
        seeker = county.worker()
        sewer = county.worker(skills=[registry.SkillIn(occupation=SEWING)])
        run = county.match()
        found = county.uncovered(run.id)
        assert sewer not in found
        assert (found[seeker].gate, found[seeker].gates) == (c.Gate.certificate, {"certificate": 3})

    def test_a_lapsed_agreement_or_a_block_stops_offers(self, platform: TestPlatform) -> None:
        county = County(platform, seed=6)
        blocked = county.employer()
        posting = county.posting(blocked, openings=50)
        county.hq.ask(c.BlockEmployer(employer_id=blocked, reason="拖欠工资"))
        run = county.match()
        assert run.postings_left_out is not None
        assert run.postings_left_out["withheld"] >= 1
        assert county.hq.ask(c.ListRecommendations(posting_id=posting)).items == []


class TestRuns:
    def test_two_runs_at_once_are_refused(self, platform: TestPlatform) -> None:
        hq = platform.hq()
        hq.ask(c.StartMatching())
        with refused("matching.in_progress"):
            hq.ask(c.StartMatching())
        platform.run_jobs()

    def test_a_run_repeats_from_its_stored_inputs(self, platform: TestPlatform) -> None:
        hq = platform.hq()
        run = hq.ask(c.ListMatchings()).items[-1]
        queued = hq.ask(c.RepeatMatching(matching_id=run.id))
        platform.run_jobs()
        state = hq.ask(GetJob(job_id=queued.id.removeprefix("postings.")), service="postings")
        assert (state.state, state.result["is_same"]) == ("succeeded", True)

    def test_weights_are_versions_and_a_run_says_which_it_used(self, platform: TestPlatform) -> None:
        county = County(platform, seed=8)
        weights = c.ScoringWeights(usefulness=c.PartWeights(wage=0, place=1, trade=0, living=0, security=0))
        adopted = county.hq.ask(c.AdoptScoringWeights(weights=weights, note="只看地点"))
        assert adopted.version == 1
        assert county.match().weights_version == 1
        assert [row.version for row in county.hq.ask(c.ListScoringWeights()).items] == [1]

    def test_minimum_above_maximum_is_invalid(self) -> None:
        with pytest.raises(ValueError, match="larger"):
            c.StartMatching(minimum=3, maximum=2)
