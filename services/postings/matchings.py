"""Matching runs: started as a job, followed, explained, repeated."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings import snapshots, storing, weights
from services.postings.columns import pack, unpack
from services.postings.gating import EXPLANATIONS
from services.postings.offers import Matching, Uncovered
from shared import reference
from shared.contracts import postings as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND
from shared.kit import operations
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session

UNDER_WAY = ("queued", "running")
CATCH_UP_SECONDS = 20


@job("matching")
def run_matching(run: JobRun) -> dict[str, Any]:
    """Load, score, solve, store. After a crash it goes on from the stored inputs, and stores nothing twice."""
    from services.postings.fairness import fairness_of
    from services.postings.solving import figures_of, solve

    seconds = {"load": 0.0, "score": 0.0, "solve": 0.0, "store": 0.0}
    _catch_up(run)
    started = time.perf_counter()
    run.save(step="load")
    with run.transaction() as session:
        matching = session.exec(select(Matching).where(col(Matching.id) == run.id)).one()
        if matching.inputs is None:
            _take_snapshot(session, matching)
        stored: dict[str, Any] = matching.inputs or {}
        weights_version = matching.weights_version
    inputs = unpack(run.kit.blobs.read(stored["hash"]))
    seconds["load"] = time.perf_counter() - started
    run.raise_if_cancelled()
    run.save(step="score and solve")
    solution = solve(inputs, told=_teller(run))
    seconds["score"], seconds["solve"] = solution.seconds_score, solution.seconds_solve
    run.raise_if_cancelled()
    storing_from = time.perf_counter()
    dropped = storing.store_offers(run, inputs, solution, weights_version)
    storing.store_uncovered(run, inputs, solution)
    seconds["store"] = time.perf_counter() - storing_from
    figures = figures_of(inputs, solution)
    figures |= {
        "recommendations": len(solution.seeker) - dropped,
        "dropped": dropped,
        "seconds": {step: round(spent, 3) for step, spent in seconds.items()},
    }
    with run.transaction() as session:
        matching = session.exec(select(Matching).where(col(Matching.id) == run.id)).one()
        matching.figures, matching.digest = figures, solution.digest
        matching.fairness = fairness_of(inputs, solution)
    return figures


@job("matching_repetition")
def repeat_run(run: JobRun) -> dict[str, Any]:
    """Solve a finished run again from its stored inputs; nothing is offered to anybody."""
    from services.postings.solving import figures_of, solve

    with run.transaction() as session:
        matching = session.exec(select(Matching).where(col(Matching.id) == UUID(run.params["matching_id"]))).one()
        stored: dict[str, Any] = matching.inputs or {}
        first = matching.digest
    inputs = unpack(run.kit.blobs.read(stored["hash"]))
    run.save(step="score and solve")
    solution = solve(inputs, told=_teller(run))
    return {"matching_id": run.params["matching_id"], "is_same": solution.digest == first} | figures_of(
        inputs, solution
    )


def _teller(run: JobRun) -> Callable[[int, int], None]:
    """Says before each round which one it is, and ends a cancelled run there."""

    def tell(number: int, pairs: int) -> None:
        run.raise_if_cancelled()
        run.save(step=f"solve: round {number}, {pairs} pairs")

    return tell


def start_matching(session: Session, command: c.StartMatching) -> c.MatchingView:
    """Queue a run. Raises MATCHING_IN_PROGRESS: two at once would offer the same openings."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("matching"))))
    last = session.exec(select(Matching).order_by(col(Matching.created_at).desc()).limit(1)).first()
    if last is not None and job_state(session, last.id).state in UNDER_WAY:
        raise c.MATCHING_IN_PROGRESS(matching_id=str(last.id))
    request = c.MatchingRequest.model_validate(command.model_dump())
    queued = submit(session, run_matching, {})
    matching = Matching(
        id=job_uuid(queued),
        request=request.model_dump(mode="json"),
        requested_by=f"{session.caller.actor.kind}:{session.caller.actor.id}",
        created_at=session.now,
    )
    session.add(matching)
    session.flush()
    return _view(session, matching)


def get_matching(session: Session, query: c.GetMatching) -> c.MatchingView:
    return _view(session, _find(session, query.matching_id))


def get_fairness(session: Session, query: c.GetMatchingFairness) -> c.MatchingFairness:
    """Raises NOT_FOUND, MATCHING_NOT_FINISHED."""
    matching = _find(session, query.matching_id)
    if matching.fairness is None:
        raise c.MATCHING_NOT_FINISHED(matching_id=str(matching.id))
    return c.MatchingFairness(matching_id=matching.id, **matching.fairness)


def list_matchings(session: Session, query: c.ListMatchings) -> Page[c.MatchingView]:
    return page(
        session,
        select(Matching),
        order=(col(Matching.created_at).desc(), col(Matching.id).desc()),
        request=query,
        view=lambda matching: _view(session, matching),
    )


def list_uncovered(session: Session, query: c.ListUncovered) -> Page[c.UncoveredSeeker]:
    """Raises NOT_FOUND for an unknown run."""
    _find(session, query.matching_id)
    statement = select(Uncovered).where(col(Uncovered.matching_id) == query.matching_id)
    if query.division is not None:
        statement = statement.where(col(Uncovered.division).startswith(query.division))
    if query.reason is not None:
        statement = statement.where(col(Uncovered.reason) == query.reason)
    return page(
        session,
        statement,
        order=(col(Uncovered.division), col(Uncovered.worker_id)),
        request=query,
        view=_uncovered_view,
    )


def repeat_matching(session: Session, command: c.RepeatMatching) -> JobState:
    """Raises NOT_FOUND, MATCHING_NOT_FINISHED."""
    matching = _find(session, command.matching_id)
    if matching.digest is None:
        raise c.MATCHING_NOT_FINISHED(matching_id=str(matching.id))
    return submit(session, repeat_run, {"matching_id": str(matching.id)})


def job_uuid(queued: JobState) -> UUID:
    """The row of a job whose id names its service (`postings.0197…`)."""
    return UUID(queued.id.rpartition(".")[2])


def _catch_up(run: JobRun) -> None:
    """Wait a little for events that are here but not yet handled: who was registered a moment ago seeks too."""
    run.save(step="catch up")
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while time.monotonic() < deadline:
        run.raise_if_cancelled()
        with run.transaction(as_service=True) as session:
            if not operations.status(session).inbox_pending:
                return
        time.sleep(0.2)


def _take_snapshot(session: Session, matching: Matching) -> None:
    version, chosen = weights.current(session)
    request = c.MatchingRequest.model_validate(matching.request)
    inputs = snapshots.load(session, request, chosen)
    stored = session.blobs.put_bytes(pack(inputs), media_type="application/octet-stream", filename="matching.npz")
    matching.inputs = stored.model_dump(mode="json")
    matching.weights_version = version
    matching.snapshot_at = session.now


def _find(session: Session, matching_id: UUID) -> Matching:
    found = session.get(Matching, matching_id)
    if found is None:
        raise NOT_FOUND(what="matching")
    return found


def _view(session: Session, matching: Matching) -> c.MatchingView:
    state = job_state(session, matching.id)
    return c.MatchingView(
        id=matching.id,
        job_id=state.id,
        state=state.state,
        progress=state.progress,
        step=state.step,
        problem=state.problem,
        request=c.MatchingRequest.model_validate(matching.request),
        weights_version=matching.weights_version,
        snapshot_at=matching.snapshot_at,
        created_at=matching.created_at,
        finished_at=state.finished_at,
        **matching.figures,
    )


def _uncovered_view(row: Uncovered) -> c.UncoveredSeeker:
    fields = row.model_dump(include=set(c.UncoveredSeeker.model_fields) - {"helps"})
    helps = [c.UncoveredHelp(**found, sentence=_advise(found)) for found in row.helps or ()]
    return c.UncoveredSeeker(**fields, explanation=_explain(row), helps=helps)


def _advise(found: dict[str, Any]) -> str:
    opened = f"可增加 {found['postings']} 个岗位 ({found['openings']} 个名额)"
    match found["kind"]:
        case c.HelpKind.course:
            return f"学会{reference.occupation_name(found['occupation'])}, {opened}"
        case c.HelpKind.place:
            return f"愿意去{reference.outpost_place(found['outpost']).name}, {opened}"
        case _:
            return f"期望月薪降到 {found['wage_cents'] // 100} 元, {opened}"


def _explain(row: Uncovered) -> str:
    if row.reason is c.UncoveredReason.capacity:
        return f"有 {row.candidates} 个合适岗位, 但名额已推荐给其他求职者"
    if row.gate is None:
        return EXPLANATIONS[c.Gate.no_posting]
    counted = row.gates.get(row.gate.value, 0)
    words = EXPLANATIONS[row.gate]
    return f"{words} ({counted} 个岗位)" if counted and row.gate not in _ABOUT_PERSON else words


_ABOUT_PERSON = (c.Gate.automated_matching, c.Gate.under_age, c.Gate.no_posting)
