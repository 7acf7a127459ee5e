"""日工花名册: who worked on which day, whole or half, and for how much; month by month, and as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.dispatch.models import FlexiblePlacement, WorkDay
from services.dispatch.people import people
from services.dispatch.states import today, who
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PeoplePurpose
from shared.kit.jobs import JobRun, job, submit
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path

COLUMNS = ("序号", "姓名", "身份证号", "户籍所在地", "用工地点", "工作天数", "报酬(元)")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def record_work_days(session: Session, command: c.RecordWorkDays) -> c.RecordedDays:
    """The whole roster of a day or nothing. Raises NOT_FOUND, FLEXIBLE_DAY_OUTSIDE, FLEXIBLE_MONTH_CLOSED."""
    wanted = {row.placement_id for row in command.rows}
    spells = {
        spell.id: spell
        for spell in session.exec(
            select(FlexiblePlacement)
            .where(col(FlexiblePlacement.id).in_(wanted))
            .order_by(col(FlexiblePlacement.id))
            .with_for_update()
        )
    }
    kept: list[dict[str, Any]] = []
    for row in command.rows:
        spell = spells.get(row.placement_id)
        if spell is None:
            raise NOT_FOUND(what="flexible_placement", id=str(row.placement_id))
        _check_day(session, spell, command.on)
        if row.half_days:
            kept.append(_day(session, spell, command.on, row))
    back = wanted - {day["placement_id"] for day in kept}
    if back:
        session.execute(delete(WorkDay).where(col(WorkDay.on_day) == command.on, col(WorkDay.placement_id).in_(back)))
    if kept:
        statement = insert(WorkDay).values(kept)
        changed = {name: statement.excluded[name] for name in kept[0] if name not in ("placement_id", "on_day")}
        session.execute(statement.on_conflict_do_update(index_elements=["placement_id", "on_day"], set_=changed))
    return c.RecordedDays(
        on=command.on,
        recorded=len(kept),
        taken_back=len(back),
        half_days=sum(day["half_days"] for day in kept),
        pay_cents=sum(day["pay_cents"] for day in kept),
    )


def put_days(session: Session, spell: FlexiblePlacement, month: date, days: Mapping[date, tuple[int, int]]) -> None:
    """The spell's whole month as a list says it: (half days, cents) by day; what was recorded besides is taken back.

    Raises FLEXIBLE_DAY_OUTSIDE, FLEXIBLE_MONTH_CLOSED.
    """
    for on in days:
        _check_day(session, spell, on)
    after = (month + timedelta(days=31)).replace(day=1)
    recorded: set[date] = set(
        session.exec(
            select(col(WorkDay.on_day)).where(
                WorkDay.placement_id == spell.id, WorkDay.on_day >= month, WorkDay.on_day < after
            )
        )
    )
    for on in recorded - days.keys():
        _check_day(session, spell, on)
    session.execute(
        delete(WorkDay).where(col(WorkDay.placement_id) == spell.id, col(WorkDay.on_day).in_(recorded - days.keys()))
    )
    for day, (half_days, pay_cents) in days.items():
        row = c.WorkDayRow(placement_id=spell.id, half_days=half_days, pay_cents=pay_cents)
        values = _day(session, spell, day, row)
        changed = {name: value for name, value in values.items() if name not in ("placement_id", "on_day")}
        session.execute(
            insert(WorkDay)
            .values(values)
            .on_conflict_do_update(index_elements=["placement_id", "on_day"], set_=changed)
        )


def _check_day(session: Session, spell: FlexiblePlacement, on: date) -> None:
    is_over = spell.ended_on is not None and on >= spell.ended_on
    if on < spell.started_on or on > today(session) or is_over:
        raise c.FLEXIBLE_DAY_OUTSIDE(on=on.isoformat(), started_on=spell.started_on.isoformat())
    if on < spell.closed_before:
        raise c.FLEXIBLE_MONTH_CLOSED(on=on.isoformat())


def _day(session: Session, spell: FlexiblePlacement, on: date, row: c.WorkDayRow) -> dict[str, Any]:
    agreed = spell.day_pay_cents * row.half_days // 2
    return {
        "placement_id": spell.id,
        "on_day": on,
        "worker_id": spell.worker_id,
        "division": spell.division,
        "workplace": row.workplace or spell.workplace,
        "half_days": row.half_days,
        "pay_cents": agreed if row.pay_cents is None else row.pay_cents,
        "recorded_at": session.now,
        "recorded_by": who(session),
    }


def list_work_days(session: Session, query: c.ListWorkDays) -> Page[c.WorkDayView]:
    statement = select(WorkDay)
    if query.placement_id is not None:
        statement = statement.where(WorkDay.placement_id == query.placement_id)
    if query.worker_id is not None:
        statement = statement.where(WorkDay.worker_id == query.worker_id)
    if query.division:
        statement = statement.where(col(WorkDay.division).startswith(query.division, autoescape=True))
    if query.on_from is not None:
        statement = statement.where(WorkDay.on_day >= query.on_from)
    if query.on_to is not None:
        statement = statement.where(WorkDay.on_day <= query.on_to)
    return page(
        session,
        statement,
        order=(col(WorkDay.on_day).desc(), col(WorkDay.placement_id).desc()),
        request=query,
        view=lambda day: c.WorkDayView.model_validate({**day.model_dump(), "on": day.on_day}),
    )


def list_flexible_month(session: Session, query: c.ListFlexibleMonth) -> Page[c.FlexibleMonthRow]:
    return page(
        session,
        _month(query.month, query.division),
        order=(col(WorkDay.placement_id),),
        request=query,
        view=lambda row: c.FlexibleMonthRow(
            placement_id=row[0],
            worker_id=row[1],
            division=row[2],
            workplace=row[3],
            half_days=int(row[4]),
            pay_cents=int(row[5]),
        ),
    )


def _month(month: str, division: str | None) -> Select[Any]:
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    statement: Select[Any] = (
        sa.select(
            col(WorkDay.placement_id),
            col(WorkDay.worker_id),
            col(WorkDay.division),
            func.max(WorkDay.workplace),
            func.sum(WorkDay.half_days),
            func.sum(WorkDay.pay_cents),
        )
        .where(col(WorkDay.on_day) >= first, col(WorkDay.on_day) < after)
        .group_by(col(WorkDay.placement_id), col(WorkDay.worker_id), col(WorkDay.division))
    )
    return statement.where(col(WorkDay.division).startswith(division, autoescape=True)) if division else statement


def export_flexible_month(session: Session, command: c.ExportFlexibleMonth) -> JobState:
    return submit(session, make_flexible_month, command.model_dump())


@job("flexible_month")
def make_flexible_month(run: JobRun) -> dict[str, Any]:
    """The month's people by village, with names as the asker may see them."""
    with run.transaction() as session:
        rows = session.execute(_month(run.params["month"], run.params["division"])).all()
    names = people(run.ask, (row[1] for row in rows), PeoplePurpose.settlement)
    run.save(step="write", done=0, total=max(len(rows), 1))
    lines = [
        (
            names[row[1]].name if row[1] in names else "(已注销)",
            (names[row[1]].id_number_masked or "") if row[1] in names else "",
            division_path(row[2]),
            row[3],
            int(row[4]) / 2,
            int(row[5]),
        )
        for row in sorted(rows, key=lambda row: (row[2], row[0]))
    ]
    content = as_xlsx(f"日工花名册 {run.params['month']}", lines)
    with run.transaction() as session:
        name = f"日工花名册-{run.params['month']}.xlsx"
        ref = session.blobs.put_bytes(content, media_type=SHEET, filename=name)
        run.save(done=max(len(rows), 1), session=session)
    return {"people": len(lines), "pay_cents": sum(line[-1] for line in lines), "file": ref.model_dump(mode="json")}


def as_xlsx(title: str, lines: list[tuple[Any, ...]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("日工花名册")
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    sheet.write_string(0, 0, title, bold)
    sheet.write_row(1, 0, COLUMNS, bold)
    for number, line in enumerate(lines, start=1):
        sheet.write_number(number + 1, 0, number)
        for column, value in enumerate(line[:4], start=1):
            sheet.write_string(number + 1, column, value)
        sheet.write_number(number + 1, 5, line[4])
        sheet.write_number(number + 1, 6, line[5] / 100, money)
    sheet.write_string(len(lines) + 2, 0, "合计", bold)
    sheet.write_number(len(lines) + 2, 5, sum(line[4] for line in lines))
    sheet.write_number(len(lines) + 2, 6, sum(line[5] for line in lines) / 100, money)
    sheet.set_column(1, 6, 20)
    book.close()
    return out.getvalue()
