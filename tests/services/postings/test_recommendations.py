"""What becomes of a recommendation: answered, taken back, ordered, ended, or made by a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlmodel import col

from services.postings.offers import Recommendation
from shared.contracts import dispatch, registry
from shared.contracts import postings as c
from shared.contracts.scopes import OutpostCode, Role
from shared.kit.tables import new_id
from tests.services.postings.county import SEWING, County
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform)


def _offered(county: County, postings: int = 2) -> tuple[UUID, list[c.RecommendationView]]:
    """A new worker with live offers, made by hand of postings of their own."""
    worker = county.worker()
    employer = county.employer()
    county.platform.settle()
    made = [
        county.hq.ask(
            c.RecommendPosting(worker_id=worker, posting_id=county.posting(employer), reason="本人到站点咨询过")
        )
        for _ in range(postings)
    ]
    return worker, made


def _order(county: County, worker: UUID, posting: UUID) -> dispatch.DispatchOrderView:
    county.platform.settle()
    issued = county.hq.ask(
        dispatch.IssueDispatchOrder(
            worker_id=worker,
            posting_id=posting,
            outpost=OutpostCode.dongguan,
            depart_on=datetime.now(UTC).date() + timedelta(days=3),
        )
    )
    county.platform.settle()
    return issued


def _answer(asker: Asker, offer: UUID, answer: c.Answer, reason: str | None = None) -> c.RecommendationView:
    return asker.ask(c.AnswerRecommendation(recommendation_id=offer, answer=answer, reason=reason))


def _accept(asker: Asker, offer: UUID) -> c.RecommendationView:
    return _answer(asker, offer, c.Answer.accepted)


class TestAnswering:
    def test_the_same_answer_twice_is_one_answer(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        own = county.platform.worker(worker)
        once, again = _accept(own, first.id), _accept(own, first.id)
        assert once == again
        assert (once.state, once.answered_by) == (c.RecommendationState.accepted, "worker")

    def test_another_answer_is_a_conflict_until_the_first_is_withdrawn(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        own = county.platform.worker(worker)
        _accept(own, first.id)
        with refused("recommendation.already_answered"):
            _answer(own, first.id, c.Answer.declined)
        withdrawn = own.ask(c.WithdrawAnswer(recommendation_id=first.id))
        assert (withdrawn.state, withdrawn.answered_at) == (c.RecommendationState.offered, None)
        declined = _answer(own, first.id, c.Answer.declined, "离家太远")
        assert (declined.state, declined.answer_reason) == (c.RecommendationState.declined, "离家太远")

    def test_an_answer_of_yesterday_stays(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        _accept(county.platform.worker(worker), first.id)
        database = county.platform.hosted["postings"].runtime
        with database.database.transaction(database.own_context()) as session:
            yesterday = session.now - timedelta(days=1)
            session.execute(
                update(Recommendation).where(col(Recommendation.id) == first.id).values(answered_at=yesterday)
            )
        with refused("recommendation.undo_too_late"):
            county.hq.ask(c.WithdrawAnswer(recommendation_id=first.id))

    def test_accepting_one_leaves_the_others_possible(self, county: County) -> None:
        worker, (first, second) = _offered(county)
        own = county.platform.worker(worker)
        _accept(own, first.id)
        assert _accept(own, second.id).state is c.RecommendationState.accepted

    def test_nobody_answers_for_another(self, county: County) -> None:
        _, (first, _) = _offered(county)
        stranger = county.platform.worker(new_id())
        with refused("resource.not_found"):
            _accept(stranger, first.id)
        with refused("resource.not_found"):
            stranger.ask(c.WithdrawAnswer(recommendation_id=first.id))
        with refused("scope.forbidden"):
            _accept(county.platform.hq(Role.hq_auditor), first.id)

    def test_a_closed_posting_can_no_longer_be_accepted(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        county.hq.ask(c.ClosePosting(posting_id=first.posting_id))
        with refused("recommendation.no_longer_open"):
            _accept(county.platform.worker(worker), first.id)
        county.platform.settle()
        ended = county.hq.ask(c.GetRecommendation(recommendation_id=first.id))
        assert (ended.state, ended.expired_because) == (
            c.RecommendationState.expired,
            c.ExpiredBecause.posting_closed,
        )

    @pytest.mark.parametrize(
        ("words", "kind"),
        [
            ("工资低了点", "wage"),
            ("离家太远", "distance"),
            ("要照顾老人", "family"),
            ("不想说", "other"),
            (None, "other"),
        ],
    )
    def test_only_the_kind_of_a_reason_leaves_the_service(self, words: str | None, kind: str) -> None:
        from services.postings.recommendations import kind_of_reason

        assert kind_of_reason(words).value == kind


class TestOrders:
    def test_an_order_uses_its_offer_and_ends_the_others(self, county: County) -> None:
        worker, (first, second) = _offered(county)
        _accept(county.hq, first.id)
        accepted = county.hq.ask(c.GetAcceptedRecommendation(worker_id=worker, posting_id=first.posting_id))
        assert accepted.recommendation_id == first.id
        _order(county, worker, first.posting_id)
        states = {offer.id: (offer.state, offer.expired_because) for offer in county.offers(worker)}
        assert states[first.id] == (c.RecommendationState.ordered, None)
        assert states[second.id] == (c.RecommendationState.expired, c.ExpiredBecause.worker_ordered)
        assert county.hq.ask(c.GetSeeker(worker_id=worker)).is_engaged

    def test_a_cancelled_order_gives_the_accepted_offer_back(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        _accept(county.hq, first.id)
        issued = _order(county, worker, first.posting_id)
        county.hq.ask(dispatch.CancelDispatchOrder(order_id=issued.id, reason="家中有事, 改期"))
        county.platform.settle()
        assert county.hq.ask(c.GetRecommendation(recommendation_id=first.id)).state is c.RecommendationState.accepted
        assert county.hq.ask(c.GetSeeker(worker_id=worker)).is_seeking

    def test_the_last_opening_ends_the_offers_of_everybody_else(self, county: County) -> None:
        employer = county.employer()
        posting = county.posting(employer, openings=1)
        workers = [county.worker(), county.worker()]
        county.platform.settle()
        offers = [
            county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=posting, reason="同村有人在该厂"))
            for worker in workers
        ]
        for offer in offers:
            _accept(county.hq, offer.id)
        _order(county, workers[0], posting)
        used, other = (county.hq.ask(c.GetRecommendation(recommendation_id=offer.id)) for offer in offers)
        assert used.state is c.RecommendationState.ordered
        assert (other.state, other.expired_because) == (
            c.RecommendationState.expired,
            c.ExpiredBecause.posting_filled,
        )

    def test_who_has_an_order_is_no_seeker(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        _accept(county.hq, first.id)
        _order(county, worker, first.posting_id)
        with refused("recommendation.not_eligible"):
            county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=county.posting(), reason="再推荐一个"))
        run = county.match()
        assert worker not in county.uncovered(run.id)
        assert county.live(worker) == []


class TestRecommendingByHand:
    def test_it_needs_a_reason_and_is_scored_like_any_other(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        assert first.source is c.RecommendationSource.staff
        assert first.staff_reason == "本人到站点咨询过"
        assert 0 < first.score <= 1
        with pytest.raises(ValueError, match="reason"):
            c.RecommendPosting.model_validate({"worker_id": worker, "posting_id": first.posting_id})

    def test_the_same_posting_twice_is_refused(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        with refused("recommendation.exists"):
            county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=first.posting_id, reason="再推荐一次"))

    def test_three_live_offers_to_an_opening_are_the_most(self, county: County) -> None:
        posting = county.posting(openings=1)
        workers = [county.worker() for _ in range(4)]
        county.platform.settle()
        for worker in workers[:3]:
            county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=posting, reason="技能相符"))
        with refused("recommendation.cap_reached"):
            county.hq.ask(c.RecommendPosting(worker_id=workers[3], posting_id=posting, reason="技能相符"))

    def test_taking_back_a_no_needs_room_too(self, county: County) -> None:
        posting = county.posting(openings=1)
        workers = [county.worker() for _ in range(4)]
        county.platform.settle()
        offers = [
            county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=posting, reason="技能相符"))
            for worker in workers[:3]
        ]
        _answer(county.hq, offers[0].id, c.Answer.declined, "太远")
        county.hq.ask(c.RecommendPosting(worker_id=workers[3], posting_id=posting, reason="技能相符"))
        with refused("recommendation.cap_reached"):
            county.platform.worker(workers[0]).ask(c.WithdrawAnswer(recommendation_id=offers[0].id))

    def test_the_gate_holds_for_people_as_well(self, county: County) -> None:
        worker = county.worker()
        posting = county.posting(title="缝纫工", occupation=SEWING, requirements={"skills": [SEWING]})
        county.platform.settle()
        with refused("recommendation.not_eligible") as caught:
            county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=posting, reason="试试"))
        assert caught[0].facts["gate"] == "certificate"

    def test_an_area_account_recommends_within_its_area_only(self, county: County) -> None:
        worker = county.worker(division="522631104")
        posting = county.posting()
        county.platform.settle()
        message = c.RecommendPosting(worker_id=worker, posting_id=posting, reason="网格长走访时本人提出")
        with refused("resource.not_found"):
            county.platform.area("522631105").ask(message)
        made = county.platform.area("522631104").ask(message)
        assert county.platform.area("522631105").ask(c.ListRecommendations(worker_id=worker)).items == []
        assert county.platform.area("522631104").ask(c.ListRecommendations(worker_id=worker)).items == [made]


class TestRegistryEvents:
    def test_withdrawing_consent_ends_unanswered_automatic_offers(self, county: County) -> None:
        employer = county.employer()
        for _ in range(2):
            county.posting(employer, openings=30)
        worker = county.worker(consents=[registry.ConsentPurpose.automated_matching])
        county.match()
        by_hand = county.hq.ask(
            c.RecommendPosting(worker_id=worker, posting_id=county.posting(), reason="本人到站点咨询过")
        )
        accepted = next(o for o in county.live(worker) if o.source is c.RecommendationSource.matching)
        _accept(county.hq, accepted.id)
        county.hq.ask(registry.WithdrawConsent(worker_id=worker, purpose=registry.ConsentPurpose.automated_matching))
        county.platform.settle()
        assert {offer.id for offer in county.live(worker)} == {by_hand.id, accepted.id}

    def test_an_erased_worker_leaves_no_words_behind(self, county: County) -> None:
        worker, (first, _) = _offered(county)
        _answer(county.hq, first.id, c.Answer.declined, "要照顾老人")
        county.hq.ask(registry.EraseWorker(worker_id=worker, reason="本人书面申请删除"))
        county.platform.settle()
        left = county.offers(worker)
        assert {(o.answer_reason, o.staff_reason, o.reason) for o in left} == {(None, None, "")}
        assert all(o.state is not c.RecommendationState.offered for o in left)
        with refused("resource.not_found"):
            county.hq.ask(c.GetSeeker(worker_id=worker))
