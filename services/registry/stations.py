"""五有: a station meets an item while its newest inspection says so and has not run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from services.registry.days import today
from services.registry.models import CommunityStation, StationInspection
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import INVALID, NOT_FOUND, STALE
from shared.kit.paging import page
from shared.kit.session import Session


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
    return page(
        session,
        select(StationInspection).where(StationInspection.station_id == query.station_id),
        order=(col(StationInspection.inspected_on).desc(), col(StationInspection.id).desc()),
        request=query,
        view=lambda found: c.StationInspectionView.model_validate(found.model_dump()),
    )


def list_lapsing(session: Session, query: c.ListLapsingItems) -> c.LapsingItems:
    """The earliest first; what was never met before everything."""
    by = today(session) + timedelta(days=query.days)
    stations = session.exec(select(CommunityStation).where(col(CommunityStation.is_active))).all()
    newest = _newest(session, [station.id for station in stations])
    items = [
        c.LapsingItem(
            station_id=station.id,
            station_name=station.name,
            division=station.division,
            item=item,
            expires_on=found.expires_on if found and found.is_met else None,
        )
        for station in stations
        for item in c.FiveHave
        if not _holds(found := newest.get((station.id, item)), by)
    ]
    return c.LapsingItems(items=sorted(items, key=lambda one: (one.expires_on or date.min, one.division, one.item)))


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
