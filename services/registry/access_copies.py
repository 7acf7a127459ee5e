"""查阅复制 (个人信息保护法 §45): everything that is held about one person over all services, as data and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from services.registry.access_words import sections
from services.registry.change_requests import list_change_requests
from services.registry.contacts import list_contacts
from services.registry.corrections import list_recorded_entries
from services.registry.days import day_of, today, years_before
from services.registry.disclosures import disclosed
from services.registry.help_plans import list_help_plans
from services.registry.households import own_household
from services.registry.knowledge import list_worker_changes
from services.registry.looks import own_looks
from services.registry.privacy_requests import list_privacy_requests
from services.registry.processing import activities
from services.registry.referrals import own_referrals
from services.registry.vault import vault_of
from services.registry.visits import list_visits
from services.registry.workers import get_worker, own_or_visible
from shared.contracts import registry as c
from shared.contracts.base import JobState
from shared.contracts.kit import GetOwnRecords, GetPersonalRecords, PersonalRecords
from shared.contracts.scopes import Scope, WorkerSelf
from shared.kit.calls import Ask, Call
from shared.kit.jobs import JobRun, job, submit
from shared.kit.session import Session
from shared.kit.settings import SERVICES

PAPER = Path(__file__).parent / "papers" / "access_copy.typ"
PDF = "application/pdf"
MOST = 500
WITHHELD = "驻外服务站自己保管的跟踪服务和维权案件记录不在此副本中, 由本人登录查阅复制, 或向服务站索取。"


def gather(ask: Ask, command: c.MakeAccessCopy, call: Call) -> list[PersonalRecords]:
    """What the other services hold, as far as whoever asks may see it."""
    return records_elsewhere(ask, call.context.scope, command.worker_id)


def records_elsewhere(ask: Ask, scope: Scope, worker_id: UUID) -> list[PersonalRecords]:
    message = GetOwnRecords() if isinstance(scope, WorkerSelf) else GetPersonalRecords(worker_id=worker_id)
    found = [ask(message, service=name) for name in SERVICES if name != "registry"]
    return [one for one in found if one.tables]


def make_access_copy(session: Session, command: c.MakeAccessCopy, elsewhere: list[PersonalRecords]) -> c.AccessCopy:
    """Runs as the service, which sees what was disclosed about the person. Raises NOT_FOUND or WORKER_ERASED."""
    worker = own_or_visible(session, command.worker_id)
    vault = vault_of(session.keys, worker)
    until = today(session)
    brought_by, brought = own_referrals(session, worker.id)
    of_worker: dict[str, Any] = {"worker_id": worker.id, "limit": MOST}
    copy = c.AccessCopy(
        made_at=session.now,
        worker=get_worker(session, c.GetWorker(worker_id=worker.id)),
        id_number=vault.open(worker.id_sealed, "id_number") if worker.id_sealed else None,
        changes=list_worker_changes(session, c.ListWorkerChanges(**of_worker)).items,
        entries=list_recorded_entries(session, c.ListRecordedEntries(**of_worker)).items,
        contacts=list_contacts(session, c.ListContacts(worker_id=worker.id)).items,
        household=own_household(session, worker.id),
        visits=list_visits(session, c.ListVisits(**of_worker)).items,
        change_requests=list_change_requests(session, c.ListChangeRequests(**of_worker)).items,
        privacy_requests=list_privacy_requests(session, c.ListPrivacyRequests(**of_worker)).items,
        help_plans=list_help_plans(session, c.ListHelpPlans(**of_worker)).items,
        brought_by=brought_by,
        brought=brought,
        looks=own_looks(session, worker.id),
        activities=activities(session, years_before(until, 1), until),
        records=elsewhere,
        withheld=None if isinstance(session.caller.scope, WorkerSelf) else WITHHELD,
    )
    disclosed(session, [worker.id], ["copy"], "查阅复制本人信息")
    return copy


def print_access_copy(session: Session, command: c.PrintAccessCopy) -> JobState:
    """Raises NOT_FOUND or WORKER_ERASED at once, not in the job."""
    worker = own_or_visible(session, command.worker_id)
    if worker.erased_at:
        raise c.WORKER_ERASED()
    return submit(session, write_access_copy, {"worker_id": str(worker.id)})


@job("access_copy")
def write_access_copy(run: JobRun) -> dict[str, Any]:
    from shared.kit.papers import render

    command = c.MakeAccessCopy(worker_id=UUID(run.params["worker_id"]))
    elsewhere = records_elsewhere(run.ask, run.context.scope, command.worker_id)
    with run.transaction(as_service=True) as session:
        copy = make_access_copy(session, command, elsewhere)
    paper = render(
        PAPER,
        {
            "name": copy.worker.name,
            "made_on": day_of(copy.made_at).isoformat(),
            "withheld": copy.withheld,
            "sections": sections(copy),
        },
    )
    name = f"个人信息副本_{day_of(copy.made_at)}.pdf"
    return {"file": run.kit.blobs.put_bytes(paper, media_type=PDF, filename=name).model_dump()}
