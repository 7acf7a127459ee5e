"""What postings answers and hears about matching and recommendations."""

from __future__ import annotations

from services.postings import (
    comparisons,
    deliveries,
    expiry,
    insertions,
    matchings,
    recommendations,
    revising,
    seekers,
    skill_gaps,
    standing,
    weights,
)
from shared.contracts import dispatch, notify, registry
from shared.contracts import postings as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, subscribe, subscribe_many, timer
from shared.kit.session import Session

HQ_STAFF = (Role.hq_admin, Role.hq_officer)
STAFF = (*HQ_STAFF, Role.township_officer, Role.grid_leader)
ANSWERING = (*STAFF, Role.worker)


MATCHING_JOBS = (matchings.run_matching, matchings.repeat_run, comparisons.compare_run, insertions.insert_run)


class MatchingEntrypoints:
    """Half of PostingsService; the topics that openings hear too are in the other half."""

    @command(c.StartMatching, allow=("hq",), roles=HQ_STAFF)
    def start_matching(self, session: Session, command: c.StartMatching) -> c.MatchingView:
        return matchings.start_matching(session, command)

    @query(c.GetMatching, allow=("hq",))
    def get_matching(self, session: Session, query: c.GetMatching) -> c.MatchingView:
        return matchings.get_matching(session, query)

    @query(c.GetMatchingFairness, allow=("hq",))
    def get_matching_fairness(self, session: Session, query: c.GetMatchingFairness) -> c.MatchingFairness:
        return matchings.get_fairness(session, query)

    @query(c.ListMatchings, allow=("hq",))
    def list_matchings(self, session: Session, query: c.ListMatchings) -> Page[c.MatchingView]:
        return matchings.list_matchings(session, query)

    @query(c.ListUncovered, allow=("hq",))
    def list_uncovered(self, session: Session, query: c.ListUncovered) -> Page[c.UncoveredSeeker]:
        return matchings.list_uncovered(session, query)

    @query(c.GetSkillGaps, allow=("hq",))
    def get_skill_gaps(self, session: Session, query: c.GetSkillGaps) -> c.SkillGaps:
        return skill_gaps.get_skill_gaps(session, query)

    @command(c.RepeatMatching, allow=("hq",), roles=HQ_STAFF)
    def repeat_matching(self, session: Session, command: c.RepeatMatching) -> JobState:
        return matchings.repeat_matching(session, command)

    @command(c.AdoptScoringWeights, allow=("hq",), roles=(Role.hq_admin,))
    def adopt_scoring_weights(self, session: Session, command: c.AdoptScoringWeights) -> c.ScoringWeightsView:
        return weights.adopt_scoring_weights(session, command)

    @query(c.ListScoringWeights, allow=("hq",))
    def list_scoring_weights(self, session: Session, query: c.ListScoringWeights) -> Page[c.ScoringWeightsView]:
        return weights.list_scoring_weights(session, query)

    @command(c.CompareScoringWeights, allow=("hq",), roles=HQ_STAFF)
    def compare_scoring_weights(self, session: Session, command: c.CompareScoringWeights) -> JobState:
        return comparisons.compare_scoring_weights(session, command)

    @command(c.InsertSeekers, allow=("hq",), roles=HQ_STAFF)
    def insert_seekers(self, session: Session, command: c.InsertSeekers) -> JobState:
        return insertions.insert_seekers(session, command)

    @query(c.ListInsertions, allow=("hq",))
    def list_insertions(self, session: Session, query: c.ListInsertions) -> Page[c.InsertionView]:
        return insertions.list_insertions(session, query)

    @timer(seconds=120)
    def insert_changed_seekers(self, session: Session) -> None:
        insertions.insert_changed(session)

    @query(c.GetSeeker, allow=("hq", "area", "worker"))
    def get_seeker(self, session: Session, query: c.GetSeeker) -> c.SeekerView:
        return seekers.get_seeker(session, query)

    @query(c.ListRecommendations, allow=("hq", "area", "outpost", "worker"))
    def list_recommendations(self, session: Session, query: c.ListRecommendations) -> Page[c.RecommendationView]:
        return recommendations.list_recommendations(session, query)

    @query(c.GetRecommendation, allow=("hq", "area", "outpost", "worker"))
    def get_recommendation(self, session: Session, query: c.GetRecommendation) -> c.RecommendationView:
        return recommendations.get_recommendation(session, query)

    @command(c.AnswerRecommendation, allow=("hq", "area", "worker"), roles=ANSWERING)
    def answer_recommendation(self, session: Session, command: c.AnswerRecommendation) -> c.RecommendationView:
        return recommendations.answer_recommendation(session, command)

    @command(c.WithdrawAnswer, allow=("hq", "area", "worker"), roles=ANSWERING, as_service=True)
    def withdraw_answer(self, session: Session, command: c.WithdrawAnswer) -> c.RecommendationView:
        return recommendations.withdraw_answer(session, command)

    @command(c.RecommendPosting, allow=("hq", "area"), roles=STAFF, as_service=True)
    def recommend_posting(self, session: Session, command: c.RecommendPosting) -> c.RecommendationView:
        return recommendations.recommend_posting(session, command)

    @query(c.GetAcceptedRecommendation, allow=("hq", "area", "outpost", "worker"))
    def get_accepted_recommendation(
        self, session: Session, query: c.GetAcceptedRecommendation
    ) -> c.AcceptedRecommendation:
        return recommendations.get_accepted_recommendation(session, query)

    @subscribe_many(registry.WorkerRegistered)
    def worker_registered(self, session: Session, events: list[registry.WorkerRegistered]) -> None:
        seekers.learn_of_new(session, events)

    @subscribe(registry.WorkerUpdated)
    def worker_updated(self, session: Session, event: registry.WorkerUpdated) -> None:
        seekers.learn(session, event)

    @subscribe(registry.WorkerMerged)
    def worker_merged(self, session: Session, event: registry.WorkerMerged) -> None:
        seekers.merge(session, event)

    @subscribe(registry.WorkerErased)
    def worker_erased(self, session: Session, event: registry.WorkerErased) -> None:
        seekers.erase(session, event)

    @subscribe(registry.ConsentWithdrawn)
    def consent_withdrawn(self, session: Session, event: registry.ConsentWithdrawn) -> None:
        seekers.withdraw_consent(session, event)

    @subscribe(dispatch.PlacementStarted)
    def placement_started(self, session: Session, event: dispatch.PlacementStarted) -> None:
        seekers.begin_work(session, event)
        standing.placement_started(session, event)

    @subscribe(dispatch.PlacementEnded)
    def placement_ended(self, session: Session, event: dispatch.PlacementEnded) -> None:
        seekers.end_work(session, event)
        standing.placement_ended(session, event)

    @subscribe(notify.MessageDelivered)
    def message_delivered(self, session: Session, event: notify.MessageDelivered) -> None:
        deliveries.message_delivered(session, event)

    @subscribe(c.PostingChanged)
    def posting_changed(self, session: Session, event: c.PostingChanged) -> None:
        revising.tell_accepted(session, event)
        expiry.follow_posting(session, event)

    @subscribe(c.PostingClosed)
    def posting_closed(self, session: Session, event: c.PostingClosed) -> None:
        expiry.follow_posting(session, event)
