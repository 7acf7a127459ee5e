"""发放名册: one file for the bank from every approved claim; a claim is in exactly one file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from services.dispatch.fare_bookings import book
from services.dispatch.models import DispatchOrder, Payout, Reimbursement
from services.dispatch.people import people
from services.dispatch.plans import job_uuid
from services.dispatch.states import CLAIM_STEPS, after, who
from shared.contracts import dispatch as c
from shared.contracts.base import BlobRef, JobState, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PeoplePurpose, Person
from shared.kit.jobs import JobRun, job, job_state, submit
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path

COLUMNS = ("序号", "姓名", "身份证号", "户籍所在地", "派遣单号", "年度", "补助金额(元)")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_payout(session: Session, command: c.ExportPayout) -> JobState:
    state = submit(session, make_payout, {"format": command.format})
    session.add(Payout(id=job_uuid(state.id), format=command.format, created_at=session.now, created_by=who(session)))
    return state


@job("fare_payout")
def make_payout(run: JobRun) -> dict[str, Any]:
    """Ask for the names first; then mark the claims paid and store the file in one transaction.

    A claim approved in between waits for the next file, as does one whose name registry did not give. A corrected
    claim that pays no more than the one before is settled without a line in the file.
    """
    with run.transaction() as session:
        workers = [claim.worker_id for claim in _approved(session)]
    names = people(run.ask, workers, PeoplePurpose.settlement)
    run.save(step="write", done=0, total=max(len(workers), 1))
    with run.transaction() as session:
        settled = [claim for claim in _approved(session, lock=True) if claim.worker_id in names]
        claims = [claim for claim in settled if due(claim) > 0]
        orders = {
            order.id: order
            for order in session.exec(
                select(DispatchOrder).where(col(DispatchOrder.id).in_({claim.order_id for claim in claims}))
            )
        }
        rows = [_row(n, claim, orders[claim.order_id], names[claim.worker_id]) for n, claim in enumerate(claims, 1)]
        payout = session.get_one(Payout, run.id)
        ref = _store(session, payout, rows)
        for claim in settled:
            book(session, claim, due(claim), payout_id=run.id)
            claim.state = after(CLAIM_STEPS, claim.state, "pay")
            claim.payout_id = run.id
            claim.paid_at = session.now
            claim.version += 1
            session.add(claim)
        payout.claims = len(claims)
        payout.amount_cents = sum(due(claim) for claim in claims)
        payout.file = ref.model_dump(mode="json")
        session.add(payout)
        run.save(done=max(len(workers), 1), session=session)
    return {"claims": payout.claims, "amount_cents": payout.amount_cents, "file": payout.file}


def due(claim: Reimbursement) -> int:
    """What the bank still has to pay: a corrected claim has had part of it already, or too much."""
    return claim.payable_cents - claim.carried_cents


def list_payouts(session: Session, query: c.ListPayouts) -> Page[c.PayoutRow]:
    """The files made so far, the newest first."""
    return page(
        session,
        select(Payout),
        order=(col(Payout.created_at).desc(), col(Payout.id).desc()),
        request=query,
        view=lambda payout: c.PayoutRow(
            id=job_state(session, payout.id).id,
            format=payout.format,
            claims=payout.claims,
            amount_cents=payout.amount_cents,
            created_at=payout.created_at,
            created_by=payout.created_by,
        ),
    )


def get_payout(session: Session, query: c.GetPayout) -> c.PayoutView:
    payout = session.get(Payout, job_uuid(query.payout_id))
    if payout is None:
        raise NOT_FOUND(what="payout", id=query.payout_id)
    state = job_state(session, payout.id)
    return c.PayoutView(
        id=state.id,
        state=state.state,
        progress=state.progress,
        claims=payout.claims,
        amount_cents=payout.amount_cents,
        file=BlobRef.model_validate(payout.file) if payout.file else None,
    )


def _approved(session: Session, *, lock: bool = False) -> Sequence[Reimbursement]:
    statement = (
        select(Reimbursement)
        .where(Reimbursement.state == c.ReimbursementState.approved)
        .order_by(col(Reimbursement.submitted_at), col(Reimbursement.id))
    )
    return session.exec(statement.with_for_update() if lock else statement).all()


def _row(number: int, claim: Reimbursement, order: DispatchOrder, person: Person) -> tuple[Any, ...]:
    return (
        number,
        person.name,
        person.id_number or person.id_number_masked or "",
        division_path(order.division),
        order.order_no,
        claim.year,
        due(claim),
    )


def _store(session: Session, payout: Payout, rows: list[tuple[Any, ...]]) -> BlobRef:
    name = f"车费发放-{payout.created_at:%Y%m%d}-{str(payout.id)[-6:]}.{payout.format}"
    if payout.format == "csv":
        return session.blobs.put_bytes(as_csv(rows), media_type="text/csv", filename=name)
    return session.blobs.put_bytes(as_xlsx(rows), media_type=SHEET, filename=name)


def as_csv(rows: list[tuple[Any, ...]]) -> bytes:
    """UTF-8 with a mark, since the bank's clerks open it in Excel; yuan with two digits."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows((*row[:-1], yuan(row[-1])) for row in rows)
    writer.writerow(("合计", "", "", "", "", "", yuan(sum(row[-1] for row in rows))))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[tuple[Any, ...]]) -> bytes:
    """Identity numbers as text, so that no digit is lost; amounts as exact two-digit numbers."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("车费发放名册")
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    sheet.write_row(0, 0, COLUMNS, bold)
    for line, row in enumerate(rows, start=1):
        sheet.write_number(line, 0, row[0])
        for column in range(1, 5):
            sheet.write_string(line, column, str(row[column]))
        sheet.write_number(line, 5, row[5])
        sheet.write_number(line, 6, row[6] / 100, money)
    sheet.write_string(len(rows) + 1, 0, "合计", bold)
    sheet.write_number(len(rows) + 1, 6, sum(row[-1] for row in rows) / 100, money)
    sheet.set_column(1, 6, 20)
    book.close()
    return out.getvalue()


def yuan(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
