"""Around the runs: who comes later is inserted, who lacks offers is told what helps, weights are compared."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.postings.insertions import greedy
from shared.contracts import dispatch, registry
from shared.contracts import postings as c
from shared.contracts.kit import GetJob
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import utc_now
from tests.services.postings.county import PACKING, SEWING, County
from tests.services.postings.generated import generated_inputs
from tests.support.asker import refused
from tests.support.platform import TestPlatform


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), openings=st.integers(1, 3), share=st.sampled_from([None, 0.02, 0.1]))
def test_greedy_never_breaks_a_cap(seed: int, openings: int, share: float | None) -> None:
    inputs = generated_inputs(60, 25, seed=seed, mean_openings=openings, employer_share=share)
    offers = greedy(inputs, sought=300)
    per_posting = np.bincount(offers.posting, minlength=25)
    per_seeker = np.bincount(offers.seeker, minlength=60)
    assert (per_posting <= inputs.postings.room).all()
    assert per_seeker.max(initial=0) <= inputs.request.minimum
    assert len(set(zip(offers.seeker.tolist(), offers.posting.tolist(), strict=True))) == len(offers.seeker)
    if share is not None:
        assert np.bincount(inputs.postings.employer[offers.posting]).max(initial=0) <= max(1, int(share * 300))


def close_all(county: County) -> None:
    for posting in county.hq.ask(c.ListPostings(state=c.PostingState.open, limit=200)).items:
        county.hq.ask(c.ClosePosting(posting_id=posting.id))


def tick(platform: TestPlatform) -> None:
    platform.settle()
    platform.hosted["postings"].clockwork.run_now("insert_changed_seekers")
    platform.run_jobs()
    platform.settle()


class TestInsertion:
    def test_without_a_run_nobody_is_inserted(self, platform: TestPlatform) -> None:
        with refused("insertion.no_run"):
            platform.hq().ask(c.InsertSeekers())

    def test_who_registers_after_a_run_gets_two_by_itself(self, platform: TestPlatform) -> None:
        county = County(platform, seed=21)
        postings = {county.posting(openings=2), county.posting(openings=2, title="普工")}
        first = county.worker()
        run = county.match()
        late = county.worker()
        tick(platform)
        assert {offer.posting_id for offer in county.live(late)} == postings
        assert {offer.matching_id for offer in county.live(late)} == {run.id}
        assert len(county.live(first)) == 2
        found = county.hq.ask(c.ListInsertions()).items
        assert [(row.seekers, row.covered, row.recommendations) for row in found] == [(1, 1, 2)]

    def test_a_quiet_county_queues_nothing(self, platform: TestPlatform) -> None:
        tick(platform)
        assert len(platform.hq().ask(c.ListInsertions()).items) == 1

    def test_the_cap_of_the_run_holds_between_runs(self, platform: TestPlatform) -> None:
        county = County(platform, seed=22)
        close_all(county)
        one, two = county.posting(openings=1), county.posting(openings=1)
        county.worker()
        county.match()
        late = [county.worker() for _ in range(4)]
        tick(platform)
        for posting_id in (one, two):
            assert len(county.hq.ask(c.ListRecommendations(posting_id=posting_id, is_live=True)).items) <= 3
        assert any(len(county.live(worker)) < 2 for worker in late)

    def test_who_refused_automatic_offers_is_not_inserted(self, platform: TestPlatform) -> None:
        county = County(platform, seed=23)
        county.posting(openings=50)
        county.posting(openings=50)
        refusing = county.worker(consents=[registry.ConsentPurpose.automated_matching])
        platform.settle()
        county.hq.ask(registry.WithdrawConsent(worker_id=refusing, purpose=registry.ConsentPurpose.automated_matching))
        tick(platform)
        county.hq.ask(c.InsertSeekers(worker_ids=[refusing]))
        platform.run_jobs()
        assert county.live(refusing) == []

    def test_a_new_posting_is_offered_to_who_waits_and_no_more_often_than_the_cap(self, platform: TestPlatform) -> None:
        county = County(platform, seed=26)
        close_all(county)
        county.posting(openings=9)
        waiting = [county.worker(division="522631107") for _ in range(5)]
        run = county.match(division="522631107")
        assert set(county.uncovered(run.id)) >= set(waiting)
        tick(platform)
        assert [len(county.live(worker)) for worker in waiting] == [1] * 5
        fresh = county.posting(openings=1)
        tick(platform)
        offered = county.hq.ask(c.ListRecommendations(posting_id=fresh, is_live=True)).items
        assert len(offered) == 3
        left = set(county.uncovered(run.id))
        assert {offer.worker_id for offer in offered} & left == set()
        assert len(left & set(waiting)) == 2
        county.posting(openings=1, title="普工")
        tick(platform)
        assert set(county.uncovered(run.id)) & set(waiting) == set()

    def test_who_lost_the_job_is_offered_others_within_the_caps(self, platform: TestPlatform) -> None:
        """再就业: the end of a placement leads to two offers by itself, through registry and the next insertion."""
        county = County(platform, seed=29)
        close_all(county)
        left = county.posting(openings=2)
        worker = county.worker()
        county.match()
        order = county.hq.ask(
            dispatch.IssueDispatchOrder(
                worker_id=worker,
                posting_id=left,
                outpost=OutpostCode.dongguan,
                depart_on=utc_now().date(),
                reason="本人到站要求前往",
            )
        )
        platform.settle()
        receipt = dispatch.ReceiveReceipt(order_id=order.id, outcome="started", started_on=utc_now().date())
        placed = platform.outpost("dongguan").ask(receipt)
        tick(platform)
        assert county.live(worker) == []
        # Room enough for who else waits, since they came earlier.
        others = {county.posting(openings=20, title="普工"), county.posting(openings=20, title="装配工")}
        county.hq.ask(
            dispatch.EndPlacement(
                placement_id=placed.placement_id, ended_on=utc_now().date(), reason=dispatch.EndReason.worker_left
            )
        )
        tick(platform)
        assert others <= {offer.posting_id for offer in county.live(worker)} | {left}
        assert len(county.live(worker)) >= 2


class TestHelps:
    def test_the_queue_says_which_course_opens_postings(self, platform: TestPlatform) -> None:
        county = County(platform, seed=24)
        close_all(county)
        for _ in range(2):
            county.posting(openings=10, title="缝纫工", occupation=SEWING, requirements={"skills": [SEWING]})
        seeker = county.worker()
        found = county.uncovered(county.match().id)[seeker]
        course = next(advice for advice in found.helps if advice.kind is c.HelpKind.course)
        assert (course.occupation, course.postings) == (SEWING, 2)
        assert course.openings == 20
        assert course.sentence.startswith("学会缝纫")

    def test_and_which_wish_of_place_or_wage_leaves_too_few(self, platform: TestPlatform) -> None:
        county = County(platform, seed=25)
        close_all(county)
        weights = c.ScoringWeights(least_score=0.5)
        county.hq.ask(c.AdoptScoringWeights(weights=weights, note="只推荐针对性强的岗位"))
        for _ in range(2):
            county.posting(openings=10, division="331081001", wage_min_cents=300_000, wage_max_cents=300_000)
        intention = {"wants_out_work": True, "destinations": ["guiyang"], "expected_wage_cents": 900_000}
        seeker = county.worker(intention=registry.Intention.model_validate(intention))
        found = county.uncovered(county.match().id)[seeker]
        assert (found.reason, found.gate) == (c.UncoveredReason.no_candidate, c.Gate.score)
        helps = {advice.kind: advice for advice in found.helps}
        assert helps[c.HelpKind.place].outpost == "wenling"
        assert helps[c.HelpKind.place].sentence.startswith("愿意去温岭")
        wage = helps.get(c.HelpKind.wage)
        assert wage is None or (wage.wage_cents or 0) < 900_000
        county.hq.ask(c.AdoptScoringWeights(weights=c.ScoringWeights(), note="恢复"))


class TestComparison:
    def test_other_weights_are_tried_on_stored_inputs_and_offer_nothing(self, platform: TestPlatform) -> None:
        county = County(platform, seed=28)
        county.posting(openings=50)
        county.posting(openings=50, occupation=PACKING, division="331081001")
        county.worker()
        run = county.match()
        before = len(county.hq.ask(c.ListRecommendations(limit=500)).items)
        weights = c.ScoringWeights(usefulness=c.PartWeights(wage=0, place=1, trade=0, living=0, security=0))
        queued = county.hq.ask(c.CompareScoringWeights(matching_id=run.id, weights=weights))
        platform.run_jobs()
        state = county.hq.ask(GetJob(job_id=queued.id.removeprefix("postings.")), service="postings")
        assert state.state == "succeeded"
        assert state.result["weights"]["usefulness"]["place"] == 1
        assert state.result["of_run"]["seekers"] == state.result["of_others"]["seekers"] == run.seekers
        assert 0 <= state.result["same_offers"] <= 1
        assert len(county.hq.ask(c.ListRecommendations(limit=500)).items) == before
