"""日工花名册导入: each person is found in the registry, each good row becomes a spell and its days; bad ones are named.

A dry run does the same and takes it back, row by row, so that a preview says exactly what the import would.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import col, select

from services.dispatch import flexible, work_days
from services.dispatch.models import FlexiblePlacement
from services.dispatch.plans import job_uuid
from services.dispatch.work_sheets import Line, read_lines, spread
from shared.contracts import dispatch as c
from shared.contracts.base import JobState
from shared.contracts.errors import Problem
from shared.contracts.registry import FindByIdNumbers, FoundWorker, NamedNumber
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.session import Session

AT_ONCE = 200
ASKED_AT_ONCE = 1000


def import_flexible_month(session: Session, command: c.ImportFlexibleMonth) -> JobState:
    return submit(session, take_flexible_month, command.model_dump(mode="json"))


def accept_flexible_import(session: Session, command: c.AcceptFlexibleImport) -> JobState:
    """Raises FLEXIBLE_NOT_A_PREVIEW, and JOB_NOT_FOUND outside the scope that asked for the preview."""
    done = job_state(session, job_uuid(command.import_id))
    if done.kind != "flexible_import" or done.state != "succeeded" or not done.result["dry_run"]:
        raise c.FLEXIBLE_NOT_A_PREVIEW()
    again = {name: done.result[name] for name in ("file", "month")}
    return submit(session, take_flexible_month, {**again, "dry_run": False})


def get_flexible_import(session: Session, query: c.GetFlexibleImport) -> c.FlexibleImportView:
    found = job_state(session, job_uuid(query.import_id))
    return c.FlexibleImportView(
        id=found.id,
        state=found.state,
        progress=found.progress,
        problem=found.problem,
        result=c.FlexibleImportResult.model_validate(found.result) if "rows" in found.result else None,
    )


@job("flexible_import")
def take_flexible_month(run: JobRun) -> dict[str, Any]:
    command = c.ImportFlexibleMonth.model_validate(run.params)
    with run.kit.blobs.open(command.file) as file:
        lines = read_lines(file.read())
    run.save(step="people", done=0, total=max(len(lines), 1))
    people = _found(run, lines)
    intake = _Intake(command)
    for start in range(0, len(lines), AT_ONCE):
        run.raise_if_cancelled()
        some = list(zip(lines, people, strict=True))[start : start + AT_ONCE]
        with run.transaction() as session:
            for line, worker in some:
                intake.take(session, line, worker)
            run.save(step="rows", done=start + len(some), session=session)
    return {**intake.result(len(lines)).model_dump(mode="json"), "file": run.params["file"]}


def _found(run: JobRun, lines: Sequence[Line]) -> list[FoundWorker]:
    """Whom each line names, as far as the asker may see them."""
    found: list[FoundWorker] = []
    for start in range(0, len(lines), ASKED_AT_ONCE):
        some = lines[start : start + ASKED_AT_ONCE]
        named = [NamedNumber(name=line.name[:60], id_number=line.id_number[:40]) for line in some]
        found += run.ask(FindByIdNumbers(people=named)).items
    return found


class _Intake:
    """Counts what was taken in, and names what was not."""

    def __init__(self, command: c.ImportFlexibleMonth) -> None:
        self._dry_run = command.dry_run
        self._month = date.fromisoformat(f"{command.month}-01")
        self._rows: dict[Any, int] = {}
        self._problems: list[c.FlexibleRowProblem] = []
        self._accepted = self._started = self._days = self._half_days = self._pay_cents = 0

    def take(self, session: Session, line: Line, worker: FoundWorker) -> None:
        """One row, whole or not at all."""
        problems = list(line.problems)
        if not any(name == "身份证号码" for name, _ in problems):
            problems += self._about_person(line, worker)
        if not problems:
            savepoint = session.begin_nested()
            try:
                self._store(session, line, worker)
                session.flush()
                if self._dry_run:
                    savepoint.rollback()
                else:
                    savepoint.commit()
            except Problem as problem:
                savepoint.rollback()
                problems.append((_field(problem), problem))
        self._accepted += not problems
        self._problems += [
            c.FlexibleRowProblem(row=line.row, field=name, code=one.code, message=one.body.zh) for name, one in problems
        ]

    def result(self, rows: int) -> c.FlexibleImportResult:
        return c.FlexibleImportResult(
            month=f"{self._month:%Y-%m}",
            dry_run=self._dry_run,
            rows=rows,
            accepted=self._accepted,
            spells_started=self._started,
            days=self._days,
            half_days=self._half_days,
            pay_cents=self._pay_cents,
            problems=self._problems,
        )

    def _about_person(self, line: Line, worker: FoundWorker) -> list[tuple[str, Problem]]:
        if worker.is_name_other:
            return [("姓名", c.FLEXIBLE_NAME_OTHER())]
        if worker.worker_id is None:
            return [("身份证号码", c.FLEXIBLE_NOBODY_KNOWN())]
        first = self._rows.setdefault(worker.worker_id, line.row)
        return [("身份证号码", c.FLEXIBLE_LISTED_TWICE(first=first))] if first != line.row else []

    def _store(self, session: Session, line: Line, worker: FoundWorker) -> None:
        spell, is_new = self._spell(session, line, worker)
        days = {self._day(number): half_days for number, half_days in sorted(line.half_days.items())}
        pay = (
            [spell.day_pay_cents * half_days // 2 for half_days in days.values()]
            if line.pay_cents is None or not days
            else spread(line.pay_cents, days.values())
        )
        paid = {on: (half_days, cents) for (on, half_days), cents in zip(days.items(), pay, strict=True)}
        work_days.put_days(session, spell, self._month, paid)
        self._started += is_new
        self._days += len(days)
        self._half_days += sum(days.values())
        self._pay_cents += sum(pay)

    def _spell(self, session: Session, line: Line, worker: FoundWorker) -> tuple[FlexiblePlacement, bool]:
        """The current spell at that workplace, or a new one. Raises FLEXIBLE_WORKS_ELSEWHERE."""
        current = session.exec(
            select(FlexiblePlacement)
            .where(FlexiblePlacement.worker_id == worker.worker_id, col(FlexiblePlacement.ended_on).is_(None))
            .with_for_update()
        ).one_or_none()
        if current is not None and current.workplace != line.workplace:
            raise c.FLEXIBLE_WORKS_ELSEWHERE(workplace=current.workplace)
        if current is not None:
            return current, False
        first = self._day(min(line.half_days, default=1))
        begun = c.StartFlexiblePlacement.model_validate(
            {
                "worker_id": worker.worker_id,
                "workplace": line.workplace[:100],
                "occupation": line.occupation,
                "day_pay_cents": line.day_pay_cents,
                "started_on": line.started_on or first,
            }
        )
        return flexible.locked_spell(session, flexible.start_flexible_placement(session, begun).id), True

    def _day(self, number: int) -> date:
        """Raises FLEXIBLE_VALUE for the thirty-first of a shorter month."""
        if number > monthrange(self._month.year, self._month.month)[1]:
            raise c.FLEXIBLE_VALUE(value=f"{self._month:%Y-%m}-{number}")
        return self._month.replace(day=number)


def _field(problem: Problem) -> str:
    return {
        c.FLEXIBLE_WORKS_ELSEWHERE.code: "用工地点",
        c.FLEXIBLE_DAY_OUTSIDE.code: "开始日期",
        c.ORDER_DEPARTURE_IMPOSSIBLE.code: "开始日期",
    }.get(problem.code, "出勤")
