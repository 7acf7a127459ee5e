"""What dispatch answers and hears about day work near home 县内灵活就业."""

from __future__ import annotations

from services.dispatch import flexible, flexible_imports, work_days
from shared.contracts import dispatch as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, subscribe, timer
from shared.kit.session import Session

KEEPERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)
FLEXIBLE_JOBS = (work_days.make_flexible_month, flexible_imports.take_flexible_month)


class FlexibleEntrypoints:
    """The part of DispatchService that the townships and villages keep."""

    @command(c.StartFlexiblePlacement, allow=("hq", "area"), roles=KEEPERS)
    def start_flexible_placement(self, session: Session, command: c.StartFlexiblePlacement) -> c.FlexiblePlacementView:
        return flexible.start_flexible_placement(session, command)

    @command(c.EndFlexiblePlacement, allow=("hq", "area"), roles=KEEPERS)
    def end_flexible_placement(self, session: Session, command: c.EndFlexiblePlacement) -> c.FlexiblePlacementView:
        return flexible.end_flexible_placement(session, command)

    @command(c.ImportFlexibleMonth, allow=("hq", "area"), roles=KEEPERS)
    def import_flexible_month(self, session: Session, command: c.ImportFlexibleMonth) -> JobState:
        return flexible_imports.import_flexible_month(session, command)

    @command(c.AcceptFlexibleImport, allow=("hq", "area"), roles=KEEPERS)
    def accept_flexible_import(self, session: Session, command: c.AcceptFlexibleImport) -> JobState:
        return flexible_imports.accept_flexible_import(session, command)

    @query(c.GetFlexibleImport, allow=("hq", "area"))
    def get_flexible_import(self, session: Session, query: c.GetFlexibleImport) -> c.FlexibleImportView:
        return flexible_imports.get_flexible_import(session, query)

    @query(c.GetFlexiblePlacement, allow=("hq", "area", "worker"))
    def get_flexible_placement(self, session: Session, query: c.GetFlexiblePlacement) -> c.FlexiblePlacementView:
        return flexible.get_flexible_placement(session, query)

    @query(c.ListFlexiblePlacements, allow=("hq", "area", "worker"))
    def list_flexible_placements(
        self, session: Session, query: c.ListFlexiblePlacements
    ) -> Page[c.FlexiblePlacementView]:
        return flexible.list_flexible_placements(session, query)

    @command(c.RecordWorkDays, allow=("hq", "area"), roles=KEEPERS)
    def record_work_days(self, session: Session, command: c.RecordWorkDays) -> c.RecordedDays:
        return work_days.record_work_days(session, command)

    @query(c.ListWorkDays, allow=("hq", "area", "worker"))
    def list_work_days(self, session: Session, query: c.ListWorkDays) -> Page[c.WorkDayView]:
        return work_days.list_work_days(session, query)

    @query(c.ListFlexibleMonth, allow=("hq", "area"))
    def list_flexible_month(self, session: Session, query: c.ListFlexibleMonth) -> Page[c.FlexibleMonthRow]:
        return work_days.list_flexible_month(session, query)

    @command(c.ExportFlexibleMonth, allow=("hq", "area"))
    def export_flexible_month(self, session: Session, command: c.ExportFlexibleMonth) -> JobState:
        return work_days.export_flexible_month(session, command)

    @subscribe(c.PlacementStarted)
    def placement_started(self, session: Session, event: c.PlacementStarted) -> None:
        flexible.end_for_going_out(session, event)

    @timer(seconds=3600)
    def close_flexible_months(self, session: Session) -> None:
        flexible.close_months(session)
