"""registry on the wire: which messages it answers, whom it answers, and what it listens to."""

from __future__ import annotations

from services.registry import (
    disclosures,
    erasure,
    history,
    imports,
    listing,
    looks,
    merging,
    projections,
    registrations,
    statuses,
    worker_exports,
    workers,
)
from services.registry.grid_entrypoints import GridEntrypoints
from services.registry.help_entrypoints import HelpEntrypoints
from services.registry.pack_entrypoints import PACK_JOBS, PackEntrypoints
from services.registry.privacy_entrypoints import PRIVACY_JOBS, PrivacyEntrypoints
from services.registry.record_entrypoints import RecordEntrypoints
from services.registry.roster_entrypoints import ROSTER_JOBS, RosterEntrypoints
from shared.contracts import registry as c
from shared.contracts.base import JobState, Nothing, Page
from shared.contracts.dispatch import (
    FlexiblePlacementEnded,
    FlexiblePlacementMonthCompleted,
    FlexiblePlacementStarted,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.outposts import RightsCaseOpened, RightsCaseResolved
from shared.contracts.scopes import Role
from shared.contracts.training import CertificateIssued, CertificateRevoked
from shared.kit.entrypoints import Unit, command, query, subscribe, timer
from shared.kit.session import Session

COUNTY = ("hq", "area")
WRITERS = (Role.hq_admin, Role.hq_officer, Role.township_officer, Role.grid_leader)
OFFICERS = (Role.hq_admin, Role.hq_officer)


class RegistryService(
    GridEntrypoints, HelpEntrypoints, PackEntrypoints, PrivacyEntrypoints, RecordEntrypoints, RosterEntrypoints
):
    name = "registry"
    unit = Unit()
    jobs = (imports.import_roster, worker_exports.write_workers, *ROSTER_JOBS, *PACK_JOBS, *PRIVACY_JOBS)

    @command(c.RegisterWorker, allow=COUNTY, roles=WRITERS)
    def register_worker(self, session: Session, message: c.RegisterWorker) -> c.WorkerView:
        return registrations.register_worker(session, message)

    @command(c.UpdateWorker, allow=COUNTY, roles=WRITERS)
    def update_worker(self, session: Session, message: c.UpdateWorker) -> c.WorkerView:
        return workers.update_worker(session, message)

    @command(c.MergeWorkers, allow=("hq",), roles=OFFICERS)
    def merge_workers(self, session: Session, message: c.MergeWorkers) -> c.WorkerView:
        return merging.merge_workers(session, message)

    @query(c.GetWorker, allow=("hq", "area", "outpost", "partner", "worker"))
    def get_worker(self, session: Session, message: c.GetWorker) -> c.WorkerView:
        return looks.read_worker(session, message)

    @query(c.ListWorkers, allow=("hq", "area", "outpost", "partner"))
    def list_workers(self, session: Session, message: c.ListWorkers) -> Page[c.WorkerRow]:
        return listing.list_workers(session, message)

    @query(c.ListWorkerRevisions, allow=COUNTY)
    def list_worker_revisions(self, session: Session, message: c.ListWorkerRevisions) -> Page[c.WorkerRevisionView]:
        return history.list_revisions(session, message)

    @query(c.SnapshotWorkers, allow=("hq",))
    def snapshot_workers(self, session: Session, message: c.SnapshotWorkers) -> Page[c.WorkerSnapshot]:
        return listing.snapshot_workers(session, message)

    @command(c.AddDifficulty, allow=COUNTY, roles=WRITERS)
    def add_difficulty(self, session: Session, message: c.AddDifficulty) -> c.DifficultyView:
        return statuses.add_difficulty(session, message)

    @command(c.EndDifficulty, allow=COUNTY, roles=WRITERS)
    def end_difficulty(self, session: Session, message: c.EndDifficulty) -> c.DifficultyView:
        return statuses.end_difficulty(session, message)

    @command(c.RecordEmploymentSpell, allow=COUNTY, roles=WRITERS)
    def record_employment_spell(self, session: Session, message: c.RecordEmploymentSpell) -> c.SpellView:
        return statuses.record_employment_spell(session, message)

    @command(c.EndEmploymentSpell, allow=COUNTY, roles=WRITERS)
    def end_employment_spell(self, session: Session, message: c.EndEmploymentSpell) -> c.SpellView:
        return statuses.end_employment_spell(session, message)

    @command(c.DiscloseIdNumber, allow=("hq",), roles=OFFICERS)
    def disclose_id_number(self, session: Session, message: c.DiscloseIdNumber) -> c.DisclosedIdNumber:
        return disclosures.disclose_id_number(session, message)

    @query(c.FindByIdNumbers, allow=("hq", "area"))
    def find_by_id_numbers(self, session: Session, message: c.FindByIdNumbers) -> c.FoundWorkers:
        return disclosures.find_by_id_numbers(session, message)

    @command(c.GetPeople, allow=("hq", "outpost", "area", "partner"))
    def get_people(self, session: Session, message: c.GetPeople) -> c.People:
        return disclosures.get_people(session, message)

    @query(c.ListDisclosures, allow=("hq",), roles=(Role.hq_admin, Role.hq_auditor))
    def list_disclosures(self, session: Session, message: c.ListDisclosures) -> Page[c.DisclosureView]:
        return disclosures.list_disclosures(session, message)

    @command(c.WithdrawConsent, allow=("hq", "area", "worker"), as_service=True)
    def withdraw_consent(self, session: Session, message: c.WithdrawConsent) -> c.ConsentView:
        """As the service: a worker may withdraw, but writes no rows."""
        return erasure.withdraw_consent(session, message)

    @command(c.EraseWorker, allow=("hq",), roles=(Role.hq_admin,), as_service=True)
    def erase_worker(self, session: Session, message: c.EraseWorker) -> Nothing:
        """As the service: only the machinery sees the legal holds."""
        return erasure.erase_worker(session, message)

    @command(c.StartWorkerImport, allow=("hq",), roles=OFFICERS)
    def start_worker_import(self, session: Session, message: c.StartWorkerImport) -> JobState:
        return imports.start_worker_import(session, message)

    @command(c.AcceptWorkerImport, allow=("hq",), roles=OFFICERS)
    def accept_worker_import(self, session: Session, message: c.AcceptWorkerImport) -> JobState:
        return imports.accept_worker_import(session, message)

    @command(c.ExportWorkers, allow=COUNTY, roles=WRITERS)
    def export_workers(self, session: Session, message: c.ExportWorkers) -> JobState:
        return worker_exports.export_workers(session, message)

    @query(c.GetWorkerImport, allow=("hq",))
    def get_worker_import(self, session: Session, message: c.GetWorkerImport) -> c.WorkerImportView:
        return imports.get_worker_import(session, message)

    @query(c.ListWorkerImports, allow=("hq",))
    def list_worker_imports(self, session: Session, message: c.ListWorkerImports) -> Page[c.WorkerImportRow]:
        return imports.list_worker_imports(session, message)

    @query(c.ListImportProblems, allow=("hq",))
    def list_import_problems(self, session: Session, message: c.ListImportProblems) -> Page[c.ImportProblem]:
        return imports.list_import_problems(session, message)

    @query(c.GetProblemFile, allow=("hq",), roles=OFFICERS)
    def get_problem_file(self, session: Session, message: c.GetProblemFile) -> c.ImportFile:
        return imports.get_problem_file(session, message)

    @query(c.GetImportTemplate, allow=COUNTY)
    def get_import_template(self, session: Session, message: c.GetImportTemplate) -> c.ImportFile:
        return imports.get_import_template(session, message)

    @subscribe(CertificateIssued)
    def certificate_issued(self, session: Session, event: CertificateIssued) -> None:
        projections.skill_from_certificate(session, event)

    @subscribe(CertificateRevoked)
    def certificate_revoked(self, session: Session, event: CertificateRevoked) -> None:
        projections.unverify_skill(session, event)

    @subscribe(PlacementStarted)
    def placement_started(self, session: Session, event: PlacementStarted) -> None:
        projections.spell_from_placement(session, event)

    @subscribe(PlacementEnded)
    def placement_ended(self, session: Session, event: PlacementEnded) -> None:
        projections.end_placement_spell(session, event)

    @subscribe(RightsCaseOpened)
    def rights_case_opened(self, session: Session, event: RightsCaseOpened) -> None:
        projections.hold_for_case(session, event)

    @subscribe(FlexiblePlacementStarted)
    def flexible_placement_started(self, session: Session, event: FlexiblePlacementStarted) -> None:
        projections.spell_from_day_work(session, event)

    @subscribe(FlexiblePlacementEnded)
    def flexible_placement_ended(self, session: Session, event: FlexiblePlacementEnded) -> None:
        projections.end_placement_spell(session, event)

    @subscribe(FlexiblePlacementMonthCompleted)
    def flexible_placement_month_completed(self, session: Session, event: FlexiblePlacementMonthCompleted) -> None:
        projections.count_days(session, event)

    @subscribe(RightsCaseResolved)
    def rights_case_resolved(self, session: Session, event: RightsCaseResolved) -> None:
        projections.release_case(session, event)

    @timer(seconds=900)
    def close_ended_spells(self, session: Session) -> None:
        projections.close_ended_spells(session)
