"""岗位开发: who visited which employer, what was said and seen there, and which postings came of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.postings.agreements import today
from services.postings.employers import find_employer
from services.postings.models import JobPosting
from services.postings.visit_models import EmployerVisit
from shared.contracts import postings as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import FORBIDDEN, NOT_FOUND, STALE
from shared.contracts.scopes import Outpost
from shared.kit.paging import page
from shared.kit.privacy import seal, unseal
from shared.kit.session import Session
from shared.kit.tables import new_id

MOST_PHOTOS = 12


def record_visit(session: Session, command: c.RecordVisit) -> c.VisitView:
    """Raises VISIT_IN_FUTURE, VISIT_WITHOUT_EMPLOYER, NOT_FOUND for the employer."""
    scope = session.caller.scope
    if not isinstance(scope, Outpost):
        raise FORBIDDEN()
    if command.visited_on > today(session.now):
        day = command.visited_on.isoformat()
        raise c.VISIT_IN_FUTURE(visited_on=day).with_fields([c.VISIT_IN_FUTURE.at("/visited_on", visited_on=day)])
    name, employer_id = command.employer_name, None
    if command.employer_id is not None:
        employer = find_employer(session, command.employer_id)
        name, employer_id = employer.name, employer.id
    if name is None:
        raise c.VISIT_WITHOUT_EMPLOYER().with_fields([c.VISIT_WITHOUT_EMPLOYER.at("/employer_id")])
    visit = EmployerVisit(
        id=new_id(),
        outpost=scope.code,
        employer_id=employer_id,
        employer_name=name,
        visited_on=command.visited_on,
        officer=session.caller.actor.id,
        summary=command.summary,
        openings=command.openings,
        next_visit_on=command.next_visit_on,
        created_at=session.now,
    )
    visit.met_with = _sealed(session, visit, command.met_with)
    session.add(visit)
    session.flush()
    return _view(session, visit)


def update_visit(session: Session, command: c.UpdateVisit) -> c.VisitView:
    visit = _find(session, command.visit_id, lock=True)
    if command.expected_version is not None and command.expected_version != visit.version:
        raise STALE(version=visit.version)
    if command.employer_id is not None:
        employer = find_employer(session, command.employer_id)
        visit.employer_id, visit.employer_name = employer.id, employer.name
    if command.met_with is not None:
        visit.met_with = _sealed(session, visit, command.met_with)
    given = command.model_dump(exclude_none=True, exclude={"visit_id", "expected_version", "employer_id", "met_with"})
    for name, value in given.items():
        setattr(visit, name, value)
    return _changed(session, visit)


def add_photo(session: Session, command: c.AddVisitPhoto) -> c.VisitView:
    """Raises VISIT_PHOTO_NO_PICTURE, VISIT_PHOTOS_FULL. The same picture again is the same photo."""
    visit = _find(session, command.visit_id, lock=True)
    with session.blobs.open(command.photo) as file:
        kind = picture_kind(file.read(16))
    if kind is None:
        raise c.VISIT_PHOTO_NO_PICTURE().with_fields([c.VISIT_PHOTO_NO_PICTURE.at("/file")])
    if any(photo["blob"]["hash"] == command.photo.hash for photo in visit.photos):
        return _view(session, visit)
    if len(visit.photos) >= MOST_PHOTOS:
        raise c.VISIT_PHOTOS_FULL(most=MOST_PHOTOS)
    number = max((photo["number"] for photo in visit.photos), default=0) + 1
    blob = command.photo.model_copy(update={"media_type": kind})
    visit.photos = [*visit.photos, {"number": number, "blob": blob.model_dump()}]
    return _changed(session, visit)


def remove_photo(session: Session, command: c.RemoveVisitPhoto) -> c.VisitView:
    visit = _find(session, command.visit_id, lock=True)
    kept = [photo for photo in visit.photos if photo["number"] != command.number]
    if len(kept) == len(visit.photos):
        raise NOT_FOUND(what="photo")
    visit.photos = kept
    return _changed(session, visit)


def get_visit(session: Session, query: c.GetVisit) -> c.VisitView:
    return _view(session, _find(session, query.visit_id))


def get_photo(session: Session, query: c.GetVisitPhoto) -> BlobRef:
    visit = _find(session, query.visit_id)
    for photo in visit.photos:
        if photo["number"] == query.number:
            return BlobRef.model_validate(photo["blob"])
    raise NOT_FOUND(what="photo")


def list_visits(session: Session, query: c.ListVisits) -> Page[c.VisitRow]:
    statement = select(EmployerVisit)
    for column in ("employer_id", "outpost"):
        if (wanted := getattr(query, column)) is not None:
            statement = statement.where(getattr(EmployerVisit, column) == wanted)
    if query.visited_from is not None:
        statement = statement.where(col(EmployerVisit.visited_on) >= query.visited_from)
    if query.visited_to is not None:
        statement = statement.where(col(EmployerVisit.visited_on) <= query.visited_to)
    if query.due_by is not None:
        statement = statement.where(col(EmployerVisit.next_visit_on) <= query.due_by)
    found = page(
        session,
        statement,
        order=(col(EmployerVisit.visited_on).desc(), col(EmployerVisit.id).desc()),
        request=query,
        view=_row,
    )
    counts = _postings(session, [row.id for row in found.items])
    for row in found.items:
        row.postings = counts.get(row.id, 0)
    return found


def require_visit(session: Session, visit_id: UUID, employer_id: UUID) -> None:
    """A posting may only name a visit to its own employer. Raises NOT_FOUND."""
    visit = _find(session, visit_id)
    if visit.employer_id is not None and visit.employer_id != employer_id:
        raise NOT_FOUND(what="visit")


def picture_kind(head: bytes) -> str | None:
    """The media type of a picture by its first bytes, whatever its name says."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def _postings(session: Session, visits: list[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(col(JobPosting.visit_id), func.count())
        .where(col(JobPosting.visit_id).in_(visits))
        .group_by(col(JobPosting.visit_id))
    )
    return {visit_id: number for visit_id, number in rows if visit_id is not None}


def _row(visit: EmployerVisit) -> c.VisitRow:
    return c.VisitRow.model_validate(_fields(visit))


def _view(session: Session, visit: EmployerVisit) -> c.VisitView:
    met_with = unseal(session.keys, visit.met_with, about=str(visit.id)) if visit.met_with else None
    postings = _postings(session, [visit.id]).get(visit.id, 0)
    return c.VisitView.model_validate({**_fields(visit), "met_with": met_with, "postings": postings})


def _fields(visit: EmployerVisit) -> dict[str, object]:
    photos = [
        {"number": photo["number"], "media_type": photo["blob"]["media_type"], "size": photo["blob"]["size"]}
        for photo in visit.photos
    ]
    return {**visit.model_dump(exclude={"met_with", "photos"}), "photos": photos}


def _sealed(session: Session, visit: EmployerVisit, met_with: str | None) -> bytes | None:
    return seal(session.keys, met_with, about=str(visit.id)) if met_with else None


def _changed(session: Session, visit: EmployerVisit) -> c.VisitView:
    visit.version += 1
    session.flush()
    return _view(session, visit)


def _find(session: Session, visit_id: UUID, *, lock: bool = False) -> EmployerVisit:
    found = session.get(EmployerVisit, visit_id, with_for_update=True if lock else None)
    if found is None:
        raise NOT_FOUND(what="visit")
    return found
