"""What the registry answers about the six rosters and its figures."""

from __future__ import annotations

from services.registry import (
    figure_rows,
    roster_changes,
    roster_days,
    roster_exports,
    roster_months,
    roster_pages,
    roster_proofs,
    roster_seals,
    rosters,
    skill_figures,
)
from shared.contracts import registry as c
from shared.contracts.base import JobState, Page
from shared.contracts.scopes import Role
from shared.kit.entrypoints import command, query, timer
from shared.kit.session import Session

COUNTY = ("hq", "area")
OFFICERS = (Role.hq_admin, Role.hq_officer)
AREA = (Role.township_officer, Role.grid_leader)
AUDITORS = (*OFFICERS, Role.hq_auditor)

ROSTER_JOBS = (
    roster_exports.write_roster,
    roster_seals.write_seals,
    roster_proofs.check_snapshot,
    roster_months.count_months,
)


class RosterEntrypoints:
    """A part of RegistryService."""

    @query(c.GetRoster, allow=COUNTY)
    def get_roster(self, session: Session, message: c.GetRoster) -> c.RosterPage:
        return roster_pages.get_roster(session, message)

    @query(c.CountRosters, allow=COUNTY)
    def count_rosters(self, session: Session, message: c.CountRosters) -> c.RosterSizes:
        return rosters.count_rosters(session, message)

    @query(c.CompareRoster, allow=COUNTY)
    def compare_roster(self, session: Session, message: c.CompareRoster) -> c.RosterDifference:
        return roster_changes.compare_roster(session, message)

    @command(c.ExportRoster, allow=COUNTY, roles=(*OFFICERS, *AREA))
    def export_roster(self, session: Session, message: c.ExportRoster) -> JobState:
        return roster_exports.export_roster(session, message)

    @query(c.GetRosterExport, allow=COUNTY, roles=(*OFFICERS, *AREA))
    def get_roster_export(self, session: Session, message: c.GetRosterExport) -> c.RosterFile:
        return roster_exports.get_roster_export(session, message)

    @command(c.SealRosters, allow=("hq",), roles=OFFICERS)
    def seal_rosters(self, session: Session, message: c.SealRosters) -> JobState:
        return roster_seals.seal_rosters(session, message)

    @query(c.ListRosterSnapshots, allow=("hq",))
    def list_roster_snapshots(self, session: Session, message: c.ListRosterSnapshots) -> Page[c.RosterSnapshotView]:
        return roster_seals.list_roster_snapshots(session, message)

    @query(c.GetRosterSnapshot, allow=("hq",))
    def get_roster_snapshot(self, session: Session, message: c.GetRosterSnapshot) -> c.RosterSnapshotView:
        return roster_seals.get_roster_snapshot(session, message)

    @command(c.VerifyRosterSnapshot, allow=("hq",), roles=AUDITORS)
    def verify_roster_snapshot(self, session: Session, message: c.VerifyRosterSnapshot) -> JobState:
        return roster_proofs.verify_roster_snapshot(session, message)

    @query(c.GetSnapshotFile, allow=("hq",), roles=AUDITORS)
    def get_snapshot_file(self, session: Session, message: c.GetSnapshotFile) -> c.SnapshotFile:
        return roster_seals.get_snapshot_file(session, message)

    @query(c.GetRosterFigures, allow=COUNTY)
    def get_roster_figures(self, session: Session, message: c.GetRosterFigures) -> c.RosterFigures:
        return roster_months.get_roster_figures(session, message)

    @command(c.RecountRosters, allow=("hq",), roles=OFFICERS)
    def recount_rosters(self, session: Session, message: c.RecountRosters) -> JobState:
        return roster_months.recount_rosters(session, message)

    @query(c.GetSkillShares, allow=COUNTY)
    def get_skill_shares(self, session: Session, message: c.GetSkillShares) -> c.SkillShares:
        return skill_figures.get_skill_shares(session, message)

    @query(c.GetTrainingFunnel, allow=COUNTY)
    def get_training_funnel(self, session: Session, message: c.GetTrainingFunnel) -> c.TrainingFunnel:
        return skill_figures.get_training_funnel(session, message)

    @query(c.ListSkillRows, allow=COUNTY)
    def list_skill_rows(self, session: Session, message: c.ListSkillRows) -> Page[c.FigureRow]:
        return figure_rows.list_skill_rows(session, message)

    @query(c.ListFunnelRows, allow=COUNTY)
    def list_funnel_rows(self, session: Session, message: c.ListFunnelRows) -> Page[c.FigureRow]:
        return figure_rows.list_funnel_rows(session, message)

    @timer(seconds=3600)
    def count_rosters_of_day(self, session: Session) -> None:
        roster_days.count_rosters_of_day(session)

    @timer(seconds=3600)
    def seal_last_month(self, session: Session) -> None:
        roster_seals.seal_last_month(session)
