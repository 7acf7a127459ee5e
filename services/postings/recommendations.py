"""岗位推荐: answering, withdrawing an answer, and recommending by a person."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.postings import reasons, seekers, snapshots, weights
from services.postings.gating import EXPLANATIONS, WORKING_AGE, excluded_by_gate
from services.postings.models import JobPosting
from services.postings.offering import require_room, view, with_posting
from services.postings.offers import Recommendation, Seeker
from services.postings.openings import lock_posting
from services.postings.scoring import Scorer, fit_of
from shared.contracts import postings as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.scopes import Area, WorkerSelf
from shared.kit.paging import page
from shared.kit.privacy import seal
from shared.kit.session import Session

# Words of a worker's own reason by which its kind can be told to others without the words.
DECLINE_WORDS = {
    c.DeclineReason.wage: ("工资", "薪", "钱少", "待遇"),
    c.DeclineReason.distance: ("远", "离家", "路程"),
    c.DeclineReason.family: ("小孩", "孩子", "老人", "家里", "家中", "家庭", "照顾"),
    c.DeclineReason.health: ("身体", "生病", "怀孕", "受伤"),
    c.DeclineReason.has_work: ("已有工作", "找到工作", "已经上班", "已就业"),
    c.DeclineReason.trade: ("不会", "不想做", "工种", "太累", "夜班"),
}
STATE_ZH = {
    c.RecommendationState.offered: "待答复",
    c.RecommendationState.accepted: "愿意去",
    c.RecommendationState.declined: "不去",
    c.RecommendationState.ordered: "已开派遣单",
    c.RecommendationState.expired: "已失效",
}


def list_recommendations(session: Session, query: c.ListRecommendations) -> Page[c.RecommendationView]:
    statement = with_posting()
    for column, wanted in (
        (col(Recommendation.worker_id), query.worker_id),
        (col(Recommendation.posting_id), query.posting_id),
        (col(Recommendation.matching_id), query.matching_id),
        (col(Recommendation.state), query.state),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.is_live is not None:
        live = col(Recommendation.state).in_(c.LIVE_STATES)
        statement = statement.where(live if query.is_live else ~live)
    return page(
        session,
        statement,
        order=(col(Recommendation.made_at).desc(), col(Recommendation.id).desc()),
        request=query,
        view=lambda row: view(session, row[0], row[1]),
    )


def get_recommendation(session: Session, query: c.GetRecommendation) -> c.RecommendationView:
    return _shown(session, _find(session, query.recommendation_id))


def answer_recommendation(session: Session, command: c.AnswerRecommendation) -> c.RecommendationView:
    """Take the worker's word. Other accepted offers stay possible until one of them is ordered.

    Raises RECOMMENDATION_ANSWERED for another answer than the one given, RECOMMENDATION_NO_LONGER_OPEN.
    """
    found = _find(session, command.recommendation_id, lock=True, worker_id=command.worker_id)
    if found.answer is not None and found.state is not c.RecommendationState.expired:
        if found.answer is command.answer:
            return _shown(session, found)
        raise c.RECOMMENDATION_ANSWERED(answer=found.answer.value)
    _require_open(session, found)
    is_accepted = command.answer is c.Answer.accepted
    found.state = c.RecommendationState.accepted if is_accepted else c.RecommendationState.declined
    found.answer = command.answer
    found.answered_at = found.changed_at = session.now
    found.answered_by = _way(session)
    found.decline_reason = None if is_accepted else kind_of_reason(command.reason)
    found.answer_note = seal(session.keys, command.reason, about=str(found.worker_id)) if command.reason else None
    session.flush()
    _tell(session, found, c.AnswerGiven(command.answer.value))
    return _shown(session, found)


def withdraw_answer(session: Session, command: c.WithdrawAnswer) -> c.RecommendationView:
    """Undo an answer on its own day. Runs under the service's scope, so that the cap counts everybody's offers; a
    worker's own and an area's prefix are checked here.

    Raises NOT_FOUND, RECOMMENDATION_UNDO_TOO_LATE, RECOMMENDATION_NO_LONGER_OPEN, RECOMMENDATION_CAP_REACHED.
    """
    found = _find(session, command.recommendation_id, worker_id=command.worker_id)
    posting = lock_posting(session, found.posting_id)
    found = _find(session, command.recommendation_id, lock=True, worker_id=command.worker_id)
    _require_within(session, found.worker_id, found.division)
    if found.answer is None:
        return _shown(session, found)
    if found.state not in (c.RecommendationState.accepted, c.RecommendationState.declined):
        raise c.RECOMMENDATION_NO_LONGER_OPEN(state=found.state.value, why=STATE_ZH[found.state])
    if found.answered_at is None or _day(session, found.answered_at) != _day(session, session.now):
        raise c.RECOMMENDATION_UNDO_TOO_LATE()
    if found.state is c.RecommendationState.declined:
        _require_offerable(session, posting)
        require_room(session, posting)
    found.state = c.RecommendationState.offered
    found.answer = found.answered_at = found.answered_by = found.decline_reason = found.answer_note = None
    found.changed_at = session.now
    session.flush()
    _tell(session, found, c.AnswerGiven.withdrawn)
    return _shown(session, found)


def recommend_posting(session: Session, command: c.RecommendPosting) -> c.RecommendationView:
    """A person recommends and says why. The gate and the cap hold as for a run, but not the refusal of automatic
    offers nor an earlier no; who cannot be sixteen is refused. Runs under the service's scope, see `withdraw_answer`.

    Raises NOT_FOUND, RECOMMENDATION_EXISTS, RECOMMENDATION_NOT_ELIGIBLE, RECOMMENDATION_CAP_REACHED.
    """
    seeker = session.get(Seeker, command.worker_id)
    if seeker is None:
        raise NOT_FOUND(what="worker")
    _require_within(session, seeker.worker_id, seeker.division)
    posting = lock_posting(session, command.posting_id)
    _require_offerable(session, posting)
    if seekers.is_engaged(session, seeker.worker_id):
        raise c.RECOMMENDATION_NOT_ELIGIBLE(gate="engaged", why="本人已有派遣单或已上岗")
    live = select(Recommendation.id).where(
        col(Recommendation.worker_id) == seeker.worker_id,
        col(Recommendation.posting_id) == posting.id,
        col(Recommendation.state).in_(c.LIVE_STATES),
    )
    if session.exec(live).first() is not None:
        raise c.RECOMMENDATION_EXISTS(worker_id=str(seeker.worker_id), posting_id=str(posting.id))
    require_room(session, posting)
    found = _scored(session, seeker, posting)
    found.staff_note = seal(session.keys, command.reason, about=str(seeker.worker_id))
    session.add(found)
    session.flush()
    session.publish(made(found, posting))
    return _shown(session, found)


def made(found: Recommendation, posting: JobPosting) -> c.RecommendationMade:
    return c.RecommendationMade(
        recommendation_id=found.id,
        worker_id=found.worker_id,
        posting_id=found.posting_id,
        employer_id=found.employer_id,
        outpost=posting.outpost,
        score=round(found.score, 4),
    )


def get_accepted_recommendation(session: Session, query: c.GetAcceptedRecommendation) -> c.AcceptedRecommendation:
    found = session.exec(
        select(Recommendation).where(
            col(Recommendation.worker_id) == query.worker_id,
            col(Recommendation.posting_id) == query.posting_id,
            col(Recommendation.state) == c.RecommendationState.accepted,
        )
    ).first()
    return c.AcceptedRecommendation(
        worker_id=query.worker_id,
        posting_id=query.posting_id,
        recommendation_id=found.id if found else None,
        answered_at=found.answered_at if found else None,
    )


def kind_of_reason(words: str | None) -> c.DeclineReason:
    if words:
        for kind, signs in DECLINE_WORDS.items():
            if words == kind.value or any(sign in words for sign in signs):
                return kind
    return c.DeclineReason.other


def _scored(session: Session, seeker: Seeker, posting: JobPosting) -> Recommendation:
    """The offer with the parts that a run would give it. Raises RECOMMENDATION_NOT_ELIGIBLE."""
    import numpy as np

    version, chosen = weights.current(session)
    today = session.now.astimezone(c.COUNTY_ZONE).date()
    inputs = snapshots.inputs_of(session, c.MatchingRequest(), chosen, today, [seeker], [posting], {})
    fit = fit_of(inputs.words)
    if today.year - seeker.birth_year < WORKING_AGE:
        raise c.RECOMMENDATION_NOT_ELIGIBLE(gate=c.Gate.under_age.value, why=EXPLANATIONS[c.Gate.under_age])
    passing, gates = excluded_by_gate(inputs, 0, fit, asked_by_a_person=True)
    if not passing:
        gate = next(iter(gates))
        raise c.RECOMMENDATION_NOT_ELIGIBLE(gate=gate.value, why=EXPLANATIONS[gate])
    first = np.zeros(1, dtype=np.int64)
    parts = Scorer(fit, chosen).parts(inputs.seekers.at(first), inputs.postings.at(first))
    return Recommendation(
        worker_id=seeker.worker_id,
        division=seeker.division,
        posting_id=posting.id,
        employer_id=posting.employer_id,
        source=c.RecommendationSource.staff,
        state=c.RecommendationState.offered,
        score=float(parts["score"][0]),
        parts={name: round(float(values[0]), 4) for name, values in parts.items() if name != "score"},
        weights_version=version,
        reason=reasons.Reasons().of(seeker, posting),
        made_by=f"{session.caller.actor.kind}:{session.caller.actor.id}",
        made_at=session.now,
        changed_at=session.now,
    )


def _find(
    session: Session, recommendation_id: UUID, *, lock: bool = False, worker_id: UUID | None = None
) -> Recommendation:
    found = session.get(Recommendation, recommendation_id, with_for_update=lock, populate_existing=lock)
    if found is None or (worker_id is not None and found.worker_id != worker_id):
        raise NOT_FOUND(what="recommendation")
    return found


def _require_open(session: Session, found: Recommendation) -> None:
    if found.state is not c.RecommendationState.offered:
        raise c.RECOMMENDATION_NO_LONGER_OPEN(state=found.state.value, why=STATE_ZH[found.state])
    posting = session.get(JobPosting, found.posting_id)
    if posting is None or posting.is_withheld or posting.state is not c.PostingState.open:
        state = posting.state.value if posting else "gone"
        raise c.RECOMMENDATION_NO_LONGER_OPEN(state=state, why="岗位已停止招聘")
    if seekers.is_engaged(session, found.worker_id):
        raise c.RECOMMENDATION_NO_LONGER_OPEN(state="engaged", why="本人已有派遣单或已上岗")


def _require_offerable(session: Session, posting: JobPosting) -> None:
    why = snapshots.why_not_offerable(posting, session.now.astimezone(c.COUNTY_ZONE).date())
    if why is not None:
        raise c.RECOMMENDATION_NOT_ELIGIBLE(gate=why, why=snapshots.LEFT_OUT_ZH[why])


def _require_within(session: Session, worker_id: UUID, division: str) -> None:
    """What row level security would have said of the caller."""
    scope = session.caller.scope
    if isinstance(scope, WorkerSelf) and scope.worker_id != worker_id:
        raise NOT_FOUND(what="recommendation")
    if isinstance(scope, Area) and not division.startswith(scope.division):
        raise NOT_FOUND(what="recommendation")


def _way(session: Session) -> str:
    """By the worker on the page, by the worker's text message (which notify passes on), or by the staff."""
    scope = session.caller.scope
    if isinstance(scope, WorkerSelf):
        return "worker"
    return "sms" if scope.kind == "service" and scope.name == "notify" else "staff"


def _day(session: Session, moment: object) -> object:
    return moment.astimezone(c.COUNTY_ZONE).date()  # type: ignore[attr-defined]


def _shown(session: Session, found: Recommendation) -> c.RecommendationView:
    return view(session, found, session.get(JobPosting, found.posting_id))


def _tell(session: Session, found: Recommendation, answer: c.AnswerGiven) -> None:
    session.publish(
        c.RecommendationAnswered(
            recommendation_id=found.id,
            worker_id=found.worker_id,
            posting_id=found.posting_id,
            answer=answer,
            reason=found.decline_reason,
        )
    )
