"""培训委托书, 签到表 and 结业证书 on paper. Names are registry's: asked for when it is printed, and never kept here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.training import waiting
from services.training.attendance import make_code
from services.training.courses import name_of
from services.training.here import actor, today
from services.training.models import Certificate, Course, PaperPrint, TrainingCommission, TrainingSession
from shared.contracts import training as c
from shared.contracts.base import JobState
from shared.contracts.errors import INVALID, NOT_FOUND
from shared.contracts.registry import GetPeople, PeoplePurpose, Person
from shared.kit.calls import Ask
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session
from shared.reference import division_path

PAPERS = Path(__file__).parent / "papers"
PDF = "application/pdf"
MOST_CERTIFICATES = 500


def print_commission(session: Session, command: c.PrintTrainingCommission) -> JobState:
    if session.get(TrainingCommission, command.commission_id) is None:
        raise NOT_FOUND(commission_id=str(command.commission_id))
    return submit(session, make_commission_paper, {"commission_id": str(command.commission_id)})


def print_sign_in_sheet(session: Session, command: c.PrintSignInSheet) -> JobState:
    """Raises NOT_FOUND, ATTENDANCE_OUTSIDE_SESSION."""
    planned = session.get(TrainingSession, command.session_id)
    if planned is None:
        raise NOT_FOUND(session_id=str(command.session_id))
    on = command.on or min(max(today(session), planned.starts_on), planned.ends_on)
    code = make_code(session, c.MakeAttendanceCode(session_id=planned.id, on=on))
    return submit(session, make_sign_in_sheet, {"session_id": str(planned.id), "on": on.isoformat(), "qr": code.svg})


def print_certificates(session: Session, command: c.PrintCertificates) -> JobState:
    """Those of a session, or those named; what was revoked is not printed. Raises NOT_FOUND."""
    statement = select(Certificate.id).where(col(Certificate.revoked_at).is_(None))
    if command.certificate_ids:
        statement = statement.where(col(Certificate.id).in_(command.certificate_ids))
    elif command.session_id:
        statement = statement.where(Certificate.session_id == command.session_id)
    else:
        raise INVALID(field="session_id")
    ids = session.exec(statement.order_by(col(Certificate.certificate_no)).limit(MOST_CERTIFICATES)).all()
    if not ids or (command.certificate_ids and len(ids) < len(set(command.certificate_ids))):
        raise NOT_FOUND(what="certificate")
    return submit(session, make_certificates, {"certificate_ids": [str(one) for one in ids]})


@job("training_commission_paper")
def make_commission_paper(run: JobRun) -> dict[str, Any]:
    from shared.kit.papers import render

    with run.transaction() as session:
        commission = session.get_one(TrainingCommission, UUID(run.params["commission_id"]))
        course = session.get_one(Course, commission.course)
        facts = {
            **commission.model_dump(include={"commission_no", "provider", "seats", "budget_cents"}),
            "is_cancelled": commission.state is c.CommissionState.cancelled,
            "print": _log(session, "training_commission", [commission.id])[commission.id],
            "course": course.name,
            "hours": course.hours,
            "days": course.days,
            "requirement": _requirement(course),
            "starts_on": commission.starts_on.isoformat(),
            "ends_on": commission.ends_on.isoformat(),
            "posting": commission.posting_title or "不定岗",
            "issued_on": f"{commission.issued_at:%Y-%m-%d}",
            "sessions": _sessions(session, commission),
        }
        ref = session.blobs.put_bytes(
            render(PAPERS / "commission.typ", facts), media_type=PDF, filename=f"{commission.commission_no}.pdf"
        )
    return {"file": ref.model_dump(mode="json")}


@job("training_sign_in_sheet")
def make_sign_in_sheet(run: JobRun) -> dict[str, Any]:
    from shared.kit.papers import render

    with run.transaction() as session:
        planned = session.get_one(TrainingSession, UUID(run.params["session_id"]))
        learners = waiting.confirmed(session, planned)
        facts: dict[str, Any] = {
            "course": name_of(session, planned.course),
            "place": planned.place,
            "teacher": planned.teacher or "",
            "on": run.params["on"],
            "qr": run.params["qr"],
        }
    known = _people(run.ask, (learner.worker_id for learner in learners))
    facts["learners"] = [_person(known.get(one.worker_id), one.division) for one in learners]
    pdf = render(PAPERS / "sign_in_sheet.typ", facts)
    with run.transaction() as session:
        ref = session.blobs.put_bytes(pdf, media_type=PDF, filename=f"签到表-{facts['on']}.pdf")
    return {"learners": len(learners), "file": ref.model_dump(mode="json")}


@job("training_certificates")
def make_certificates(run: JobRun) -> dict[str, Any]:
    from shared.kit.papers import qr_svg, render

    ids = [UUID(one) for one in run.params["certificate_ids"]]
    with run.transaction() as session:
        found = session.execute(
            select(Certificate, TrainingSession, Course)
            .join(TrainingSession, col(TrainingSession.id) == col(Certificate.session_id))
            .join(Course, col(Course.code) == col(Certificate.course))
            .where(col(Certificate.id).in_(ids))
            .order_by(col(Certificate.certificate_no))
        ).all()
        base_url = session.settings.base_url
    known = _people(run.ask, (certificate.worker_id for certificate, _, _ in found))
    pages = [
        {
            **_person(known.get(certificate.worker_id), certificate.division),
            "certificate_no": certificate.certificate_no,
            "course": course.name,
            "hours": course.hours,
            "from": planned.starts_on.isoformat(),
            "until": planned.ends_on.isoformat(),
            "issued_on": certificate.issued_on.isoformat(),
            "qr": qr_svg(f"{base_url}/api/v1/public/certificates/{certificate.certificate_no}"),
        }
        for certificate, planned, course in found
    ]
    pdf = render(PAPERS / "certificate.typ", {"certificates": pages})
    name = pages[0]["certificate_no"] if len(pages) == 1 else f"{pages[0]['certificate_no']}-{len(pages)}"
    with run.transaction() as session:
        _log(session, "certificate", ids)
        ref = session.blobs.put_bytes(pdf, media_type=PDF, filename=f"{name}.pdf")
    return {"certificates": len(pages), "file": ref.model_dump(mode="json")}


def _sessions(session: Session, commission: TrainingCommission) -> list[dict[str, Any]]:
    planned = session.exec(
        select(TrainingSession)
        .where(TrainingSession.commission_id == commission.id, TrainingSession.state != c.SessionState.cancelled)
        .order_by(col(TrainingSession.starts_on), col(TrainingSession.id))
    )
    return [
        {
            "place": one.place,
            "dates": f"{one.starts_on:%m-%d} 至 {one.ends_on:%m-%d}",
            "capacity": one.capacity,
            "cost_cents": one.cost_cents,
        }
        for one in planned
    ]


def _requirement(course: Course) -> str:
    said = f"出勤不少于 {course.attendance_percent}%"
    return said if course.pass_score is None else f"{said}, 考核不低于 {course.pass_score} 分"


def _log(session: Session, paper: str, ids: list[UUID]) -> dict[UUID, int]:
    """Log a print of each; how often each has been printed now."""
    session.add_all(
        PaperPrint(paper=paper, subject_id=one, printed_at=session.now, printed_by=actor(session)) for one in ids
    )
    session.flush()
    counted = (
        select(PaperPrint.subject_id, func.count())
        .where(col(PaperPrint.subject_id).in_(ids))
        .group_by(col(PaperPrint.subject_id))
    )
    return dict(session.execute(counted).tuples().all())


def _people(ask: Ask, worker_ids: Iterable[UUID]) -> dict[UUID, Person]:
    wanted = sorted(set(worker_ids))
    if not wanted:
        return {}
    answer = ask(GetPeople(worker_ids=wanted, purpose=PeoplePurpose.training_roster))
    return {person.worker_id: person for person in answer.people}


def _person(person: Person | None, division: str) -> dict[str, str]:
    return {
        "name": person.name if person else "(已注销)",
        "id_number": (person.id_number_masked or "") if person else "",
        "home": division_path(division),
    }
