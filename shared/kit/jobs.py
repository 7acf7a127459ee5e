"""Long work: rows with a lease, a heartbeat, a checkpoint, a cancel flag and a fencing token.

A job runs in a process of its own (`songgang jobs`), never in a call's handler. When its process dies the lease runs
out and another one goes on from the checkpoint; the fencing token keeps the dead one from writing if it was only slow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import text

from shared.contracts.base import JobState
from shared.contracts.errors import Problem, ProblemBody
from shared.contracts.kit import JOB_FINISHED, JOB_NOT_FOUND
from shared.contracts.scopes import Context
from shared.kit import telemetry
from shared.kit.calls import Ask
from shared.kit.database import Database, scope_key
from shared.kit.session import Kit, Session
from shared.kit.tables import new_id
from shared.kit.unit import Runtime, refusal

log = structlog.get_logger()
LEASE_SECONDS = 30
HEARTBEAT_SECONDS = 8
MAX_ATTEMPTS = 5

JobFunction = Callable[["JobRun"], Mapping[str, Any]]


class JobCancelled(Exception):
    """The submitter asked for an end; what was committed so far stays."""


class LeaseLost(Exception):
    """Another process has taken the job over; this one must not write any more."""


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Name a function as long work. List it in its service class's `jobs`."""

    def decorate(function: JobFunction) -> JobFunction:
        function.job_kind = kind  # type: ignore[attr-defined]
        return function

    return decorate


def submit(session: Session, function: JobFunction, params: Mapping[str, Any]) -> JobState:
    """Queue a job in the caller's transaction; it runs under the caller's scope."""
    job_id = new_id()
    session.connection().execute(
        text(
            f"INSERT INTO {session.kit.service}.job (id, kind, scope_key, context, params, traceparent) "
            "VALUES (:id, :kind, :scope_key, :context, cast(:params AS jsonb), :traceparent)"
        ),
        {
            "id": job_id,
            "kind": function.job_kind,  # type: ignore[attr-defined]
            "scope_key": scope_key(session.caller.scope),
            "context": session.caller.model_dump_json(),
            "params": orjson.dumps(dict(params), default=str).decode(),
            "traceparent": telemetry.current_traceparent(),
        },
    )
    session.submitted_jobs = True
    return job_state(session, job_id)


def job_state(session: Session, job_id: UUID) -> JobState:
    """The job as the API shows it; raises JOB_NOT_FOUND outside the scope that submitted it (HQ sees all)."""
    row = (
        session.connection()
        .execute(text(f"SELECT * FROM {session.kit.service}.job WHERE id = :id"), {"id": job_id})
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise JOB_NOT_FOUND(job_id=str(job_id))
    return _view(session.kit.service, row)


def unfinished(session: Session, function: JobFunction) -> JobState | None:
    """The oldest job of this kind that is queued or running, where there should be one at a time."""
    found = session.connection().execute(
        text(
            f"SELECT id FROM {session.kit.service}.job WHERE kind = :kind AND state IN ('queued', 'running') "
            "ORDER BY created_at LIMIT 1"
        ),
        {"kind": function.job_kind},  # type: ignore[attr-defined]
    )
    job_id = found.scalar_one_or_none()
    return job_state(session, job_id) if job_id else None


def cancel(session: Session, job_id: UUID) -> JobState:
    """Ask a job to end. A queued one ends at once, a running one at its next step; raises JOB_FINISHED."""
    found = job_state(session, job_id)
    if found.state not in ("queued", "running"):
        raise JOB_FINISHED(state=found.state)
    session.connection().execute(
        text(
            f"UPDATE {session.kit.service}.job SET cancel_requested = true, "
            "finished_at = CASE WHEN state = 'queued' THEN now() END, "
            "state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END WHERE id = :id"
        ),
        {"id": job_id},
    )
    return job_state(session, job_id)


def _view(service: str, row: Any) -> JobState:
    share = 1.0 if row["state"] == "succeeded" else min(row["done"] / row["total"], 1.0) if row["total"] else 0.0
    return JobState(
        id=f"{service}.{row['id']}",
        kind=row["kind"],
        state=row["state"],
        progress=share,
        done=row["done"],
        total=row["total"],
        step=row["step"],
        problem=row["problem"],
        result=row["result"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )


class JobRun:
    """What a job function works with."""

    def __init__(self, runtime: Runtime, row: Any) -> None:
        self.id: UUID = row["id"]
        self.params: dict[str, Any] = row["params"]
        self.checkpoint: dict[str, Any] = row["checkpoint"]
        self.context = Context.model_validate_json(row["context"])
        self._runtime = runtime
        self._fence = row["fence"]
        self._cancelled = threading.Event()
        self._lost = threading.Event()

    @property
    def kit(self) -> Kit:
        return self._runtime.kit

    @property
    def ask(self) -> Ask:
        """Ask another service, between transactions."""
        return self._runtime.asker(self.context)

    @contextmanager
    def transaction(self, *, as_service: bool = False) -> Iterator[Session]:
        """A transaction under the submitter's scope, or the service's own. It fails once the lease is lost."""
        self._check_lease()
        context = self._runtime.own_context() if as_service else self.context
        with self._database.transaction(context, caller=self.context) as session:
            yield session
            session.flush()
            self._hold_fence(session)

    def save(
        self,
        checkpoint: Mapping[str, Any] | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
        step: str | None = None,
        session: Session | None = None,
    ) -> None:
        """Note how far it is. With `session`, in the same transaction as the effect: a crash then repeats nothing."""
        if checkpoint is not None:
            self.checkpoint = dict(checkpoint)
        if session is not None:
            self._write_progress(session, done, total, step)
            return
        with self._machinery() as own:
            self._write_progress(own, done, total, step)

    def raise_if_cancelled(self) -> None:
        """Raises JobCancelled once the submitter asked for it, LeaseLost once another process took over."""
        self._check_lease()
        if self._cancelled.is_set():
            raise JobCancelled

    def beat(self) -> None:
        """Extend the lease; learn of a cancellation."""
        with self._machinery() as session:
            row = (
                session.connection()
                .execute(
                    text(
                        f"UPDATE {self.kit.service}.job SET lease_until = now() + make_interval(secs => :lease) "
                        "WHERE id = :id AND fence = :fence AND state = 'running' RETURNING cancel_requested"
                    ),
                    {"lease": LEASE_SECONDS, "id": self.id, "fence": self._fence},
                )
                .one_or_none()
            )
        if row is None:
            self._lost.set()
        elif row[0]:
            self._cancelled.set()

    def finish(
        self, state: str, *, result: Mapping[str, Any] | None = None, problem: ProblemBody | None = None
    ) -> None:
        with self._machinery() as session:
            session.connection().execute(
                text(
                    f"UPDATE {self.kit.service}.job SET state = :state, finished_at = now(), lease_until = NULL, "
                    "result = cast(:result AS jsonb), problem = cast(:problem AS jsonb), "
                    "done = CASE WHEN :state = 'succeeded' THEN coalesce(total, done) ELSE done END "
                    "WHERE id = :id AND fence = :fence"
                ),
                {
                    "state": state,
                    "result": orjson.dumps(dict(result or {}), default=str).decode(),
                    "problem": problem.model_dump_json() if problem else None,
                    "id": self.id,
                    "fence": self._fence,
                },
            )

    @property
    def _database(self) -> Database:
        return self._runtime.database

    @contextmanager
    def _machinery(self) -> Iterator[Session]:
        with self._database.transaction(self._runtime.own_context()) as session:
            yield session

    def _check_lease(self) -> None:
        if self._lost.is_set():
            raise LeaseLost

    def _hold_fence(self, session: Session) -> None:
        """Lock our row while committing, so that a successor cannot start between the check and the commit."""
        held = session.connection().execute(
            text(f"SELECT 1 FROM {self.kit.service}.job WHERE id = :id AND fence = :fence FOR SHARE"),
            {"id": self.id, "fence": self._fence},
        )
        if held.one_or_none() is None:
            self._lost.set()
            raise LeaseLost

    def _write_progress(self, session: Session, done: int | None, total: int | None, step: str | None) -> None:
        session.connection().execute(
            text(
                f"UPDATE {self.kit.service}.job SET checkpoint = cast(:checkpoint AS jsonb), "
                "done = coalesce(:done, done), total = coalesce(:total, total), step = coalesce(:step, step) "
                "WHERE id = :id AND fence = :fence"
            ),
            {
                "checkpoint": orjson.dumps(self.checkpoint, default=str).decode(),
                "done": done,
                "total": total,
                "step": step,
                "id": self.id,
                "fence": self._fence,
            },
        )


class JobRunner:
    """Claims and runs one service's jobs, one at a time."""

    def __init__(self, runtime: Runtime, functions: Mapping[str, JobFunction]) -> None:
        self._runtime = runtime
        self._functions = functions

    def look(self) -> tuple[bool, bool]:
        """Whether a job is due (queued, or left behind by a process that died), and whether one is being run."""
        held = f"SELECT 1 FROM {self._runtime.name}.job WHERE state = 'running' AND lease_until >= now()"
        due = (
            f"SELECT 1 FROM {self._runtime.name}.job WHERE state = 'queued' "
            "OR (state = 'running' AND (lease_until IS NULL OR lease_until < now()))"
        )
        with self._runtime.database.transaction(self._runtime.own_context()) as session:
            row = session.connection().execute(text(f"SELECT EXISTS ({due}), EXISTS ({held})")).one()
        return bool(row[0]), bool(row[1])

    def run_next(self) -> bool:
        """Run one due job to its end; False where none was due."""
        run = self._claim()
        if run is None:
            return False
        function = self._functions[run[1]]
        self._run(run[0], function, run[2])
        return True

    def _claim(self) -> tuple[JobRun, str, str | None] | None:
        name = self._runtime.name
        with self._runtime.database.transaction(self._runtime.own_context()) as session:
            row = (
                session.connection()
                .execute(
                    text(
                        f"UPDATE {name}.job SET state = 'running', attempts = attempts + 1, fence = fence + 1, "
                        "started_at = coalesce(started_at, now()), "
                        "lease_until = now() + make_interval(secs => :lease) "
                        f"WHERE id = (SELECT id FROM {name}.job WHERE kind = ANY(:kinds) AND (state = 'queued' "
                        "OR (state = 'running' AND lease_until < now())) "
                        "ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *"
                    ),
                    {"lease": LEASE_SECONDS, "kinds": list(self._functions)},
                )
                .mappings()
                .one_or_none()
            )
        return (JobRun(self._runtime, row), row["kind"], row["traceparent"]) if row else None

    def _run(self, run: JobRun, function: JobFunction, traceparent: str | None) -> None:
        ended = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(run, ended), daemon=True, name=f"job-{run.id}")
        pulse.start()
        try:
            with telemetry.span(f"{self._runtime.name}.job", parent=traceparent):
                run.beat()
                run.raise_if_cancelled()
                result = function(run)
            run.finish("succeeded", result=result)
        except JobCancelled:
            run.finish("cancelled")
        except LeaseLost:
            log.warning("job taken over", service=self._runtime.name, job=str(run.id))
        except Problem as problem:
            run.finish("failed", problem=problem.body)
        except Exception as error:
            run.finish("failed", problem=refusal(error, where=f"{self._runtime.name}.job").body)
        finally:
            ended.set()
            pulse.join()

    def _pulse(self, run: JobRun, ended: threading.Event) -> None:
        while not ended.wait(HEARTBEAT_SECONDS):
            try:
                run.beat()
            except Exception as error:
                log.warning("heartbeat failed", job=str(run.id), error=type(error).__name__)
