"""台账 in the layout of the office: a sheet a township or village, a line a person with 八个一 and the last event."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.ledger.essentials import batch
from services.ledger.hearing import current_generation
from services.ledger.models import Chain, FigureEntry, KnownAgreement, Proof, Received
from services.ledger.proving import NAMES
from services.ledger.timeline import TITLES
from shared.contracts import ledger as c
from shared.contracts.base import JobState
from shared.contracts.registry import GetPeople, PeoplePurpose, Person
from shared.kit.calls import Ask
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session
from shared.reference import HOME_COUNTY, division_name, outpost_place

AT_ONCE = 1000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEXES = {"male": "男", "female": "女"}
COLUMNS = (
    ("序号", 6),
    ("姓名", 10),
    ("性别", 6),
    ("身份证号码", 22),
    ("街道(乡镇)", 16),
    ("社区(村)", 18),
    ("派遣单号", 16),
    ("输入地服务站", 14),
    ("上岗日期", 12),
    ("离岗日期", 12),
    *((name, 14) for name in NAMES.values()),
    ("齐全", 8),
    ("缺项", 40),
    ("最近动态", 18),
    ("动态日期", 12),
)


class Line(NamedTuple):
    """One person of the 台账, without the name."""

    worker_id: UUID
    division: str
    order_no: str
    outpost: str
    started_on: date | None
    ended_on: date | None
    present: frozenset[c.Essential]
    last_title: str
    last_on: date | None


def export_ledger(session: Session, command: c.ExportLedger) -> JobState:
    return submit(session, make_export, command.model_dump())


@job("ledger_export")
def make_export(run: JobRun) -> dict[str, Any]:
    """Read the lines under the asker's scope, ask for the names, write the workbook."""
    division, is_dispatched = run.params["division"], run.params["is_dispatched"]
    with run.transaction() as session:
        found = lines(session, division, is_dispatched)
    run.save(step="names", done=0, total=max(len(found), 1))
    names = _names(run.ask, [line.worker_id for line in found])
    run.save(step="write")
    content = workbook(found, names, by_village=division is not None and len(division) >= 9)
    place = division_name(division or HOME_COUNTY)
    with run.transaction() as session:
        ref = session.blobs.put_bytes(content, media_type=SHEET, filename=f"就业信息台账-{place}.xlsx")
        run.save(done=max(len(found), 1), session=session)
    return {"people": len(found), "file": ref.model_dump(mode="json")}


def lines(session: Session, division: str | None, is_dispatched: bool | None) -> list[Line]:
    """Everybody in the order of villages."""
    chains = session.exec(
        batch(session, division, None, is_dispatched).order_by(func.coalesce(Chain.division, ""), col(Chain.worker_id))
    ).all()
    found: list[Line] = []
    for start in range(0, len(chains), AT_ONCE):
        found += _some(session, chains[start : start + AT_ONCE])
    return found


def _some(session: Session, chains: list[Chain]) -> Iterable[Line]:
    generation, ids = current_generation(session), [chain.worker_id for chain in chains]
    proofs: dict[UUID, dict[c.Essential, Proof]] = defaultdict(dict)
    for proof in session.exec(select(Proof).where(Proof.generation == generation, col(Proof.worker_id).in_(ids))):
        proofs[proof.worker_id][proof.essential] = proof
    agreements = set(session.exec(select(KnownAgreement.agreement_id).where(KnownAgreement.generation == generation)))
    days: dict[tuple[UUID, str], date] = {}
    for worker_id, measure, day in session.exec(
        select(FigureEntry.worker_id, FigureEntry.measure, func.max(FigureEntry.on_day))
        .where(
            FigureEntry.generation == generation,
            col(FigureEntry.measure).in_(("placements_started", "placements_ended")),
            col(FigureEntry.worker_id).in_(ids),
        )
        .group_by(col(FigureEntry.worker_id), col(FigureEntry.measure))
    ):
        if worker_id is not None:
            days[worker_id, measure] = day
    last = {
        entry.worker_id: entry
        for entry in session.exec(
            select(Received)
            .where(col(Received.worker_id).in_(ids))
            .distinct(col(Received.worker_id))
            .order_by(col(Received.worker_id), col(Received.sequence).desc())
        )
    }
    for chain in chains:
        own = proofs[chain.worker_id]
        order = own.get(c.Essential.dispatch_order)
        started, ended = (days.get((chain.worker_id, name)) for name in ("placements_started", "placements_ended"))
        newest = last.get(chain.worker_id)
        present = {*own, c.Essential.ledger}
        if order is not None and order.agreement_id in agreements:
            present.add(c.Essential.agreement)
        yield Line(
            worker_id=chain.worker_id,
            division=chain.division or "",
            order_no=(order.reference or "") if order else "",
            outpost=outpost_place(order.outpost).name if order and order.outpost else "",
            started_on=started,
            ended_on=ended if ended and started and ended >= started else None,
            present=frozenset(present),
            last_title=TITLES.get(newest.topic, newest.topic) if newest else "",
            last_on=newest.at.date() if newest else None,
        )


def _names(ask: Ask, worker_ids: list[UUID]) -> dict[UUID, Person]:
    """Names with masked numbers: this purpose opens nothing sealed."""
    found: dict[UUID, Person] = {}
    for start in range(0, len(worker_ids), AT_ONCE):
        some = worker_ids[start : start + AT_ONCE]
        answer = ask(GetPeople(worker_ids=some, purpose=PeoplePurpose.recommendation_slip))
        found.update({person.worker_id: person for person in answer.people})
    return found


def workbook(found: list[Line], names: dict[UUID, Person], *, by_village: bool) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
    length = 12 if by_village else 9
    used: set[str] = set()
    for code, people in groupby(found, key=lambda line: line.division[:length]):
        title = division_name(code) if code else "未填区划"
        sheet = book.add_worksheet(_sheet_name(title, used))
        for place, (_, width) in enumerate(COLUMNS):
            sheet.set_column(place, place, width)
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, f"黎平县就业信息台账({title})", bold)
        sheet.write_row(1, 0, [name for name, _ in COLUMNS], bold)
        sheet.freeze_panes(2, 2)
        for number, line in enumerate(people, start=1):
            sheet.write_row(number + 1, 0, [number, *_cells(line, names.get(line.worker_id))])
    if not found:
        book.add_worksheet("台账").write_row(0, 0, [name for name, _ in COLUMNS], bold)
    book.close()
    return out.getvalue()


def _sheet_name(title: str, used: set[str]) -> str:
    """Excel wants at most 31 characters, each name once."""
    name, number = title[:28], 1
    while name in used:
        number += 1
        name = f"{title[:26]}{number}"
    used.add(name)
    return name


def _cells(line: Line, person: Person | None) -> list[str]:
    missing = [name for essential, name in NAMES.items() if essential not in line.present]
    return [
        person.name if person else "(已注销)",
        SEXES.get(person.sex.value, "") if person else "",
        (person.id_number_masked or "") if person else "",
        division_name(line.division[:9]) if line.division else "",
        division_name(line.division) if len(line.division) == 12 else "",
        line.order_no,
        line.outpost,
        line.started_on.isoformat() if line.started_on else "",
        line.ended_on.isoformat() if line.ended_on else "",
        *("有" if essential in line.present else "" for essential in NAMES),
        f"{len(line.present)}/8",
        "、".join(missing),
        line.last_title,
        line.last_on.isoformat() if line.last_on else "",
    ]
