"""Between two runs: who came, changed or declined since is offered the minimum from the room that is left (补荐), and
so is who waits in the queue when postings come.

Greedy, each seeker's best first, under the caps of the last run; the next run makes it the best again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, or_
from sqlmodel import col, select

from services.postings import snapshots, storing, weights
from services.postings.columns import Inputs
from services.postings.insertion_models import Insertion
from services.postings.matchings import UNDER_WAY
from services.postings.models import JobPosting
from services.postings.offers import Matching, Recommendation, Seeker, Uncovered
from shared.contracts import postings as c
from shared.contracts.base import JobState, Page
from shared.kit.jobs import JobRun, job, job_state, submit, unfinished
from shared.kit.paging import page
from shared.kit.session import Session

AT_MOST = 5000
AT_ONCE = 500
# A change may be committed a little after a later one; looking back so far finds it all the same.
OVERLAP = timedelta(seconds=30)


@job("insertion")
def insert_run(run: JobRun) -> dict[str, Any]:
    """A group at a time, each in one transaction under the same lock as the start of a run: neither sees half of the
    other. What is left when a run begins is that run's."""
    named = run.params.get("worker_ids")
    done = {"seekers": 0, "covered": 0, "recommendations": 0}
    with run.transaction() as session:
        last = _last_run(session)
        if last is None:
            return done
        matching_id, since = last.id, _since(session, last)
        upto = since if named else session.now
        groups = _named(session, last, named) if named else _concerned(session, last, since - OVERLAP)
    for group in groups:
        run.raise_if_cancelled()
        with run.transaction() as session:
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext("matching"))))
            last = _last_run(session)
            if last is None or last.id != matching_id or _is_under_way(session):
                break
            for name, count in _insert(session, last, group).items():
                done[name] += count
            run.save({}, done=done["seekers"], total=sum(len(each.workers) for each in groups), session=session)
    with run.transaction() as session:
        session.add(Insertion(id=run.id, matching_id=matching_id, upto=upto, at=session.now, **done))
    return done


def insert_seekers(session: Session, command: c.InsertSeekers) -> JobState:
    """Raises INSERTION_NO_RUN, MATCHING_IN_PROGRESS."""
    if _last_run(session) is None:
        raise c.INSERTION_NO_RUN()
    if (under_way := _is_under_way(session)) is not None:
        raise c.MATCHING_IN_PROGRESS(matching_id=str(under_way))
    return submit(session, insert_run, command.model_dump(mode="json", exclude_none=True))


def insert_changed(session: Session) -> None:
    """Queue an insertion where somebody lacks offers and changed since the last one, or postings came since that those
    who wait could be offered (timer)."""
    last = _last_run(session)
    if last is None or _is_under_way(session) is not None or unfinished(session, insert_run):
        return
    if _concerned(session, last, _since(session, last) - OVERLAP):
        submit(session, insert_run, {})


def list_insertions(session: Session, query: c.ListInsertions) -> Page[c.InsertionView]:
    return page(
        session,
        select(Insertion),
        order=(col(Insertion.at).desc(), col(Insertion.id).desc()),
        request=query,
        view=c.InsertionView.model_validate,
    )


def _last_run(session: Session) -> Matching | None:
    return session.exec(
        select(Matching).where(col(Matching.digest).is_not(None)).order_by(col(Matching.created_at).desc()).limit(1)
    ).first()


def _is_under_way(session: Session) -> UUID | None:
    newest = session.exec(select(Matching).order_by(col(Matching.created_at).desc()).limit(1)).first()
    return newest.id if newest is not None and job_state(session, newest.id).state in UNDER_WAY else None


def _since(session: Session, last: Matching) -> datetime:
    latest = session.exec(select(func.max(Insertion.upto)).where(col(Insertion.matching_id) == last.id)).one()
    return max(found for found in (last.snapshot_at, last.created_at, latest) if found is not None)


@dataclass(frozen=True)
class Group:
    """Who is looked at in one transaction, and among which postings (None: among all)."""

    workers: Sequence[UUID]
    postings: frozenset[UUID] | None = None


def _named(session: Session, last: Matching, worker_ids: Sequence[str]) -> list[Group]:
    return _groups(_lacking(session, last, [UUID(worker_id) for worker_id in worker_ids]), None)


def _concerned(session: Session, last: Matching, since: datetime) -> list[Group]:
    """Who changed since, for every posting; and who waits, for what can be offered now and could not be then."""
    changed = _lacking(session, last, _changed(session, last, since))
    fresh = _fresh(session, since)
    waiting = _lacking(session, last, _waiting(session, last)) if fresh else []
    known = set(changed)
    return _groups(changed, None) + _groups([each for each in waiting if each not in known], fresh)


def _groups(workers: list[UUID], postings: frozenset[UUID] | None) -> list[Group]:
    return [Group(workers[at : at + AT_ONCE], postings) for at in range(0, len(workers), AT_ONCE)]


def _changed(session: Session, last: Matching, since: datetime) -> list[UUID]:
    """Who was registered or updated, declined or lost an offer since; within the run's division."""
    request = c.MatchingRequest.model_validate(last.request)
    lost = select(Recommendation.worker_id).where(
        col(Recommendation.changed_at) > since, col(Recommendation.state).not_in(c.LIVE_STATES)
    )
    statement = snapshots.seeking(request.division).where(
        col(Seeker.automated_matching),
        or_(col(Seeker.updated_at) > since, col(Seeker.worker_id).in_(lost)),
    )
    ids = statement.with_only_columns(col(Seeker.worker_id)).order_by(col(Seeker.updated_at)).limit(AT_MOST)
    return list(session.execute(ids).scalars())


def _fresh(session: Session, since: datetime) -> frozenset[UUID]:
    """Postings that were opened or changed since (openings, wage, agreement), or whose offers were given back."""
    given_back = select(Recommendation.posting_id).where(
        col(Recommendation.changed_at) > since, col(Recommendation.state).not_in(c.LIVE_STATES)
    )
    found = session.exec(
        select(JobPosting.id).where(
            col(JobPosting.state) == c.PostingState.open,
            col(JobPosting.is_withheld).is_(False),
            or_(col(JobPosting.changed_at) > since, col(JobPosting.id).in_(given_back)),
        )
    )
    return frozenset(found.all())


def _waiting(session: Session, last: Matching) -> list[UUID]:
    """推荐不足的人: those with the fewest offers and the fewest postings to choose from first."""
    statement = (
        select(Uncovered.worker_id)
        .join(Seeker, col(Seeker.worker_id) == col(Uncovered.worker_id))
        .where(col(Uncovered.matching_id) == last.id, col(Seeker.automated_matching))
        .order_by(col(Uncovered.offers), col(Uncovered.candidates), col(Uncovered.worker_id))
        .limit(AT_MOST)
    )
    return list(session.exec(statement).all())


def _lacking(session: Session, last: Matching, ids: Sequence[UUID]) -> list[UUID]:
    """Those of them who still seek and have fewer than the minimum, in the order in which they were named."""
    if not ids:
        return []
    found = set(session.execute(_with_fewer(last, ids).with_only_columns(col(Seeker.worker_id))).scalars())
    return [worker_id for worker_id in ids if worker_id in found]


def _with_fewer(last: Matching, ids: Sequence[UUID]) -> Select[Any]:
    live = (
        select(func.count())
        .where(
            col(Recommendation.worker_id) == col(Seeker.worker_id),
            col(Recommendation.state).in_(c.LIVE_STATES),
        )
        .scalar_subquery()
    )
    minimum = c.MatchingRequest.model_validate(last.request).minimum
    return snapshots.seeking().where(col(Seeker.worker_id).in_(ids), live < minimum)


def _insert(session: Session, last: Matching, group: Group) -> dict[str, int]:
    """Whom it looked at, how many offers were made, and how many of the seekers have the minimum now."""
    import numpy as np

    order = {worker_id: place for place, worker_id in enumerate(group.workers)}
    found = session.execute(_with_fewer(last, group.workers)).scalars()
    seekers = sorted(found, key=lambda seeker: order[seeker.worker_id])
    if not seekers:
        return {}
    request = c.MatchingRequest.model_validate(last.request)
    version, chosen = weights.current(session)
    inputs = snapshots.load_for(session, request, chosen, seekers, among=group.postings)
    solution = greedy(inputs, sought=request.maximum * max(int(last.figures.get("seekers", 0)), len(seekers)))
    made = storing.store_at_once(session, last.id, inputs, solution, version)
    has = np.bincount(solution.seeker, minlength=len(seekers)) + inputs.seekers.kept
    covered = [inputs.worker_ids[n] for n in np.flatnonzero(has >= request.minimum)]
    session.execute(
        delete(Uncovered).where(col(Uncovered.matching_id) == last.id, col(Uncovered.worker_id).in_(covered))
    )
    return {"seekers": len(seekers), "covered": len(covered), "recommendations": made}


def greedy(inputs: Inputs, *, sought: int) -> storing.Offers:
    """For one seeker after another the best postings with room left, until each has the minimum; no cap is broken.

    `sought` is what an employer's share is a share of: the offers sought by the run that is added to.
    """
    import numpy as np

    from services.postings.score_rows import ScoreRows
    from services.postings.scoring import Scorer, fit_of

    request, fit = inputs.request, fit_of(inputs.words)
    scorer = Scorer(fit, inputs.weights)
    rows = {seeker: row.copy() for seeker, row in ScoreRows(inputs, fit, scorer).of(np.arange(len(inputs.seekers)))}
    room = inputs.postings.room.astype(np.int64)
    firm = inputs.postings.employer
    firm_room = np.full(len(inputs.employer_ids), np.iinfo(np.int64).max)
    if request.employer_share is not None:
        firm_room = np.maximum(max(1, int(request.employer_share * sought)) - inputs.employer_kept, 0)
    pairs: list[tuple[int, int]] = []
    for seeker, row in sorted(rows.items()):
        for _ in range(request.minimum - int(inputs.seekers.kept[seeker])):
            row[(room < 1) | (firm_room[firm] < 1)] = 0
            if not row.any():
                break
            posting = int(row.argmax())
            row[posting] = 0
            room[posting] -= 1
            firm_room[firm[posting]] -= 1
            pairs.append((seeker, posting))
    given, taken = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return storing.Offers(given, taken, scorer.parts(inputs.seekers.at(given), inputs.postings.at(taken)))
