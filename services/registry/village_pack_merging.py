"""One returned row against what was given out and what the record says now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.registry.changes import Change
from services.registry.drafts import Draft
from services.registry.importing.batches import ReadRow, prepare
from services.registry.importing.findings import Findings
from services.registry.importing.headers import Header
from services.registry.importing.rows import Row, RowReader
from services.registry.intake import actor_of
from services.registry.models import Worker
from services.registry.records import Records, records_of
from services.registry.registrations import ask_for, sensitive_part
from services.registry.search import ID_PURPOSE
from services.registry.vault import vault_of
from services.registry.village_pack_cells import (
    ASKED,
    GROUP_LABELS,
    GROUPS,
    cells_of,
    compare,
    only_what_changed,
    part,
    says_nothing_new,
)
from services.registry.village_pack_files import PackRow, ReturnedRow
from services.registry.village_pack_models import VillagePack, VillagePackFinding
from services.registry.village_pack_requests import EVIDENCE, asked_by, reason_of
from shared.contracts import registry as c
from shared.contracts.errors import Problem
from shared.contracts.registry import FindingKind, FindingState
from shared.contracts.scopes import Role
from shared.kit.privacy import lookup_hashes
from shared.kit.session import Session

FIELD_GROUPS = {name: group for group, fields in GROUPS.items() for name in fields} | {"start_work": "employment"}


def reader(division: str, day: date) -> RowReader:
    """The import's own reader of words, for cells whose meaning is known."""
    return RowReader(Header(0, []), today=day, default_division=division, source_name="村级离线包")


@dataclass
class PackMerger:
    """Merges the rows of one batch."""

    session: Session
    pack: VillagePack
    base: dict[int, PackRow]
    workers: dict[UUID, Worker]
    known: list[VillagePackFinding]
    source: c.RecordSource
    day: date
    _reader: RowReader = field(init=False)
    _records: dict[UUID, Records] = field(init=False)

    def __post_init__(self) -> None:
        self._reader = reader(self.pack.division, self.day)
        self._records = records_of(self.session, self.workers)

    def take(self, row: ReturnedRow, *, is_repeated: bool) -> str:
        """What became of a row: updated, added, unchanged or refused."""
        if row.number is None:
            return self._newcomer(row)
        given = self.base.get(row.number)
        if given is None or (row.name, row.id_number) != (given.name, given.masked):
            return self._refuse(row, None, "name", c.PACK_ROW_MOVED())
        if is_repeated:
            return self._refuse(row, None, "name", c.PACK_ROW_TWICE())
        worker = self.workers.get(UUID(given.worker_id))
        if worker is None or worker.erased_at or not worker.is_active:
            return self._refuse(row, None, "name", c.WORKER_ERASED())
        return self._merge(row, worker, self._records[worker.id], given.cells)

    def note_missing(self, given: PackRow) -> None:
        worker_id = UUID(given.worker_id)
        self._note(FindingKind.missing, FindingState.noted, None, worker_id, "name", c.PACK_ROW_MISSING(), None)

    def _merge(self, row: ReturnedRow, worker: Worker, records: Records, given: dict[str, str]) -> str:
        vault = vault_of(self.session.keys, worker)
        current = cells_of(worker, records, vault, self.day)
        compared = compare(given, row.cells, current)
        for group in compared.cleared:
            self._conflict_like(FindingKind.cleared, row, worker, group, given, current)
        outcome = "unchanged"
        for group in compared.conflict + compared.take:
            if group in ASKED:
                self._ask(group, row, worker, records)
                continue
            draft, findings = self._read(group, given, row.cells)
            if findings.refused:
                self._refuse_all(row, worker, findings)
                continue
            if says_nothing_new(group, draft, worker, records, vault, self.day):
                continue
            if group in compared.conflict:
                self._conflict_like(FindingKind.conflict, row, worker, group, given, current)
                continue
            change = Change(self.session, worker, records, self.source, reason="村级离线包")
            if change.apply(draft, replaces_lists=False):
                outcome = "updated"
            if not says_nothing_new(group, draft, worker, records, vault, self.day):
                # What a receipt proved is not overruled by a roster.
                problem = c.PACK_FACT_PROVED(label=GROUP_LABELS[group])
                self._note(FindingKind.refused, FindingState.noted, row.row, worker.id, group, problem, None)
        return outcome

    def _ask(self, group: str, row: ReturnedRow, worker: Worker, records: Records) -> None:
        """A change request for what one person alone may not change; once, however often the file comes back."""
        if any(
            one.kind is FindingKind.asked and (one.worker_id, one.field) == (worker.id, group) for one in self.known
        ):
            return
        returned = "、".join(part(row.cells, group).values())
        try:
            asked = asked_by(group, returned, records, self.day)
        except Problem as problem:
            self._note(FindingKind.refused, FindingState.noted, row.row, worker.id, group, problem, None)
            return
        if asked:
            self.session.flush()
            ask_for(self.session, worker.id, asked, reason_of(group, returned))
            said = c.PACK_ASKED(label=GROUP_LABELS[group])
            self._note(FindingKind.asked, FindingState.noted, row.row, worker.id, group, said, None)

    def _read(self, group: str, given: dict[str, str], returned: dict[str, str]) -> tuple[Draft, Findings]:
        draft, findings = self._reader.read_changes(Row.of(part(returned, group)))
        if group == "intention":
            only_what_changed(draft, given, returned)
        return draft, findings

    def _newcomer(self, row: ReturnedRow) -> str:
        """Somebody met in the village: registered, unless the number is known already."""
        cells = {"name": row.name, "id_number": row.id_number, "village": row.place} | row.cells
        draft, findings = self._reader.read(row.row, Row.of(cells))
        if findings.refused or draft.number is None:
            return self._refuse_all(row, None, findings)
        if not (draft.division or "").startswith(self.pack.division):
            return self._refuse(row, None, "village", c.DIVISION_MISSING())
        hashes = lookup_hashes(self.session.keys, draft.number.value, purpose=ID_PURPOSE)
        worker = self.session.exec(select(Worker).where(col(Worker.id_hash).in_(hashes)).with_for_update()).first()
        if worker is not None:
            if worker.name != draft.name or not worker.is_active:
                return self._refuse(row, worker.id, "id_number", c.WORKER_DUPLICATE())
            return self._merge(row, worker, records_of(self.session, [worker.id])[worker.id], {})
        asked = sensitive_part(draft) if self.session.caller.role is Role.grid_leader else []
        read = ReadRow(None, row.row, draft, findings)
        batch = prepare([read], self.session.keys, actor=actor_of(self.session), now=datetime.now(UTC))
        published = list(self.session.published)
        try:
            with self.session.begin_nested():
                batch.intake.store(self.session)
        except IntegrityError:
            # Registered outside what this account may see.
            self.session.published[:] = published
            return self._refuse(row, None, "id_number", c.WORKER_DUPLICATE())
        if asked:
            added = self.session.exec(select(col(Worker.id)).where(col(Worker.id_hash).in_(hashes))).one()
            ask_for(self.session, added, asked, EVIDENCE)
            problem = c.PACK_ASKED(label=GROUP_LABELS["hardship"])
            self._note(FindingKind.asked, FindingState.noted, row.row, added, "hardship", problem, None)
        return "added"

    def _refuse_all(self, row: ReturnedRow, worker: Worker | None, findings: Findings) -> str:
        for found in findings.items:
            group = FIELD_GROUPS.get(found.field, found.field)
            self._add(
                kind=FindingKind.refused,
                state=FindingState.noted,
                row=row.row,
                worker_id=worker.id if worker else None,
                field=group,
                code=found.code,
                message_zh=found.message_zh,
                message_en=found.message_en,
                values=None,
            )
        return "refused"

    def _refuse(self, row: ReturnedRow, worker_id: UUID | None, name: str, problem: Problem) -> str:
        self._note(FindingKind.refused, FindingState.noted, row.row, worker_id, name, problem, None)
        return "refused"

    def _conflict_like(
        self,
        kind: FindingKind,
        row: ReturnedRow,
        worker: Worker,
        group: str,
        given: dict[str, str],
        current: dict[str, str],
    ) -> None:
        problem = (c.PACK_CONFLICT if kind is FindingKind.conflict else c.PACK_CLEARED)(label=GROUP_LABELS[group])
        values = {
            "given": part(given, group),
            "returned": part(row.cells, group),
            "current": part(current, group),
        }
        state = FindingState.open if kind is FindingKind.conflict else FindingState.noted
        if kind is FindingKind.conflict and self._is_settled(worker, group, values["returned"]):
            return
        sealed = vault_of(self.session.keys, worker).seal(orjson.dumps(values).decode(), "pack")
        self._note(kind, state, row.row, worker.id, group, problem, sealed)

    def _is_settled(self, worker: Worker, group: str, returned: dict[str, str]) -> bool:
        """Somebody decided about the very same words before: the file came back a second time."""
        vault = vault_of(self.session.keys, worker)
        return any(
            orjson.loads(vault.open(one.values, "pack"))["returned"] == returned
            for one in self.known
            if one.worker_id == worker.id and one.field == group and one.kind == FindingKind.conflict and one.values
        )

    def _note(
        self,
        kind: FindingKind,
        state: FindingState,
        row: int | None,
        worker_id: UUID | None,
        name: str,
        problem: Problem,
        values: bytes | None,
    ) -> None:
        self._add(
            kind=kind,
            state=state,
            row=row,
            worker_id=worker_id,
            field=name,
            code=problem.code,
            message_zh=problem.body.zh,
            message_en=problem.body.en,
            values=values,
        )

    def _add(self, **given: Any) -> None:
        """Once, however often the same file comes back."""
        same = ("kind", "row", "worker_id", "field", "code")
        is_known = any(all(getattr(one, name) == given[name] for name in same) for one in self.known)
        if is_known and given["kind"] is not FindingKind.conflict:
            return
        number = max((one.number for one in self.known), default=0) + 1
        finding = VillagePackFinding(pack_id=self.pack.id, number=number, division=self.pack.division, **given)
        self.session.add(finding)
        self.known.append(finding)
