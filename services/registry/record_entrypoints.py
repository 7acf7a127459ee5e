"""What registry answers about one worker's record: its history."""

from __future__ import annotations

from services.registry import looks
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.kit.entrypoints import query
from shared.kit.session import Session

COUNTY = ("hq", "area")


class RecordEntrypoints:
    """A part of RegistryService."""

    @query(c.ListWorkerChanges, allow=COUNTY)
    def list_worker_changes(self, session: Session, message: c.ListWorkerChanges) -> Page[c.WorkerChangeView]:
        return looks.read_changes(session, message)

    @query(c.GetWorkerAsOf, allow=COUNTY)
    def get_worker_as_of(self, session: Session, message: c.GetWorkerAsOf) -> c.WorkerAsOf:
        return looks.read_as_of(session, message)
