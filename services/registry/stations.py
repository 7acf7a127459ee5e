"""五有: a station meets an item while its newest inspection says so and has not run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.registry.days import today
from services.registry.intake import actor_of
from services.registry.models import CommunityStation, StationFile, StationInspection
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, Page
from shared.contracts.errors import INVALID, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session

MOST_FILES = 10


def open_station(session: Session, command: c.OpenStation) -> c.StationView:
    station = CommunityStation(**command.model_dump())
    session.add(station)
    session.flush()
    return _view(session, station)


def change_station(session: Session, command: c.ChangeStation) -> c.StationView:
    """Raises NOT_FOUND, STALE."""
    station = _station(session, command.station_id, lock=True)
    if command.expected_version is not None and station.version != command.expected_version:
        raise STALE(version=station.version)
    for name, value in command.model_dump(include=set(c.StationChange.model_fields), exclude_none=True).items():
        setattr(station, name, value)
    station.version += 1
    session.add(station)
    session.flush()
    return _view(session, station)


def inspect_station(session: Session, command: c.InspectStation) -> c.StationView:
    """Raises NOT_FOUND, INVALID for a day to come."""
    station = _station(session, command.station_id, lock=True)
    if command.inspected_on > today(session):
        raise INVALID(field="inspected_on")
    session.add(
        StationInspection(
            **command.model_dump(),
            division=station.division,
            inspected_by=f"{session.caller.actor.kind}:{session.caller.actor.id}",
            recorded_at=session.now,
        )
    )
    session.flush()
    return _view(session, station)


def get_station(session: Session, query: c.GetStation) -> c.StationView:
    return _view(session, _station(session, query.station_id))


def list_stations(session: Session, query: c.ListStations) -> Page[c.StationView]:
    statement = select(CommunityStation)
    if query.division:
        statement = statement.where(col(CommunityStation.division).startswith(query.division))
    if query.is_active is not None:
        statement = statement.where(CommunityStation.is_active == query.is_active)
    order = (col(CommunityStation.division), col(CommunityStation.name))
    return page(session, statement, order=order, request=query, view=lambda station: _view(session, station))


def list_inspections(session: Session, query: c.ListStationInspections) -> Page[c.StationInspectionView]:
    """Raises NOT_FOUND."""
    _station(session, query.station_id)
    found = page(
        session,
        select(StationInspection).where(StationInspection.station_id == query.station_id),
        order=(col(StationInspection.inspected_on).desc(), col(StationInspection.id).desc()),
        request=query,
        view=lambda found: c.StationInspectionView.model_validate(found.model_dump()),
    )
    files = select(StationFile).where(col(StationFile.inspection_id).in_([one.id for one in found.items]))
    by_id = {one.id: one for one in found.items}
    for file in session.exec(files.order_by(col(StationFile.added_at), col(StationFile.id))):
        by_id[file.inspection_id].files.append(_file_view(file))
    return found


def attach_file(session: Session, command: c.AttachInspectionFile) -> c.StationFileView:
    """Raises NOT_FOUND or STATION_FILES_FULL."""
    station = _station(session, command.station_id, lock=True)
    inspection = session.get(StationInspection, command.inspection_id)
    if inspection is None or inspection.station_id != station.id:
        raise NOT_FOUND(inspection_id=str(command.inspection_id))
    known = select(func.count()).select_from(StationFile).where(StationFile.inspection_id == inspection.id)
    if session.exec(known).one() >= MOST_FILES:
        raise c.STATION_FILES_FULL(most=MOST_FILES)
    file = StationFile(
        station_id=station.id,
        inspection_id=inspection.id,
        division=station.division,
        blob=command.file.model_dump(),
        added_by=actor_of(session),
        added_at=session.now,
    )
    session.add(file)
    session.flush()
    return _file_view(file)


def get_file(session: Session, query: c.GetInspectionFile) -> c.StationFileView:
    """Raises NOT_FOUND."""
    file = session.get(StationFile, query.file_id)
    if file is None or file.station_id != query.station_id:
        raise NOT_FOUND(file_id=str(query.file_id))
    return _file_view(file)


def _file_view(file: StationFile) -> c.StationFileView:
    return c.StationFileView(
        id=file.id, file=BlobRef.model_validate(file.blob), added_by=file.added_by, added_at=file.added_at
    )


def list_lapsing(session: Session, query: c.ListLapsingItems) -> c.LapsingItems:
    """The earliest first; what was never met before everything."""
    day = today(session)
    by = day if query.overdue else day + timedelta(days=query.days)
    wanted = select(CommunityStation).where(col(CommunityStation.is_active))
    if query.division:
        wanted = wanted.where(col(CommunityStation.division).startswith(query.division))
    stations = session.exec(wanted).all()
    newest = _newest(session, [station.id for station in stations])
    items = [
        _lapsing(station, item, found, day)
        for station in stations
        for item in c.FiveHave
        if not _holds(found := newest.get((station.id, item)), by)
    ]
    return c.LapsingItems(items=sorted(items, key=lambda one: (one.expires_on or date.min, one.division, one.item)))


def _lapsing(station: CommunityStation, item: c.FiveHave, found: StationInspection | None, day: date) -> c.LapsingItem:
    expires_on = found.expires_on if found and found.is_met else None
    return c.LapsingItem(
        station_id=station.id,
        station_name=station.name,
        division=station.division,
        item=item,
        expires_on=expires_on,
        days_overdue=(day - expires_on).days if expires_on and expires_on < day else None,
    )


def _station(session: Session, station_id: UUID, *, lock: bool = False) -> CommunityStation:
    station = session.get(CommunityStation, station_id, with_for_update=lock or None)
    if station is None:
        raise NOT_FOUND(station_id=str(station_id))
    return station


def _newest(session: Session, station_ids: Iterable[UUID]) -> dict[tuple[UUID, c.FiveHave], StationInspection]:
    found = session.exec(
        select(StationInspection)
        .where(col(StationInspection.station_id).in_(list(station_ids)))
        .order_by(col(StationInspection.inspected_on), col(StationInspection.id))
    )
    return {(one.station_id, one.item): one for one in found}


def _holds(found: StationInspection | None, day: date) -> bool:
    return found is not None and found.is_met and found.expires_on is not None and found.expires_on >= day


def _view(session: Session, station: CommunityStation) -> c.StationView:
    newest, day = _newest(session, [station.id]), today(session)
    items = [
        c.StationItem(
            item=item,
            is_met=_holds(found := newest.get((station.id, item)), day),
            evidence=found.evidence if found else None,
            inspected_on=found.inspected_on if found else None,
            expires_on=found.expires_on if found else None,
            inspected_by=found.inspected_by if found else None,
        )
        for item in c.FiveHave
    ]
    met = sum(item.is_met for item in items)
    return c.StationView.model_validate({**station.model_dump(), "items": items, "met": met})
