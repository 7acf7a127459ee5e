"""What was found in returned packs, and deciding the conflicts among it."""

from __future__ import annotations

from typing import Any

import orjson
from sqlmodel import col, select

from services.registry.changes import change_of
from services.registry.days import today
from services.registry.importing.rows import Row
from services.registry.intake import actor_of, source_of
from services.registry.models import Worker
from services.registry.vault import vault_of
from services.registry.village_pack_cells import GROUP_LABELS
from services.registry.village_pack_merging import reader
from services.registry.village_pack_models import VillagePackFinding
from services.registry.village_packs import found_pack
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import FindingKind, FindingState
from shared.kit.paging import page
from shared.kit.session import Session

NOTHING: dict[str, dict[str, str]] = {"given": {}, "returned": {}, "current": {}}
FIELD_LABELS = GROUP_LABELS | {"name": "姓名", "id_number": "身份证号码", "village": "社区(村)", "division": "社区(村)"}


def list_pack_findings(session: Session, query: c.ListPackFindings) -> Page[c.PackFindingView]:
    """Raises NOT_FOUND."""
    found_pack(session, query.pack_id)
    statement: Any = select(VillagePackFinding).where(col(VillagePackFinding.pack_id) == query.pack_id)
    if query.kind:
        statement = statement.where(col(VillagePackFinding.kind) == query.kind)
    if query.state:
        statement = statement.where(col(VillagePackFinding.state) == query.state)
    order = (col(VillagePackFinding.number),)
    return page(session, statement, order=order, request=query, view=lambda one: _view(session, one))


def settle_pack_conflict(session: Session, command: c.SettlePackConflict) -> c.PackFindingView:
    """Take what came back over, or leave the record as it is.

    Raises NOT_FOUND, PACK_CONFLICT_SETTLED, or what the returned words themselves are refused for.
    """
    pack = found_pack(session, command.pack_id)
    finding = session.get(VillagePackFinding, (command.pack_id, command.number), with_for_update=True)
    if finding is None:
        raise NOT_FOUND(number=command.number)
    is_open = finding.kind is FindingKind.conflict and finding.state is FindingState.open
    if not is_open or finding.worker_id is None or finding.values is None:
        raise c.PACK_CONFLICT_SETTLED()
    if command.take_returned:
        change = change_of(session, finding.worker_id, source=source_of(session), reason="村级离线包")
        values = orjson.loads(vault_of(session.keys, change.worker).open(finding.values, "pack"))
        draft, findings = reader(pack.division, today(session)).read_changes(Row.of(values["returned"]))
        if findings.refused:
            raise c.VALUE_UNKNOWN(given="、".join(filter(None, values["returned"].values())))
        change.apply(draft, replaces_lists=False)
    finding.state = FindingState.taken if command.take_returned else FindingState.kept
    finding.settled_by, finding.settled_at = actor_of(session), session.now
    session.add(finding)
    session.flush()
    return _view(session, finding)


def _view(session: Session, finding: VillagePackFinding) -> c.PackFindingView:
    worker = session.get(Worker, finding.worker_id) if finding.worker_id else None
    values = NOTHING
    if worker and finding.values and not worker.erased_at:
        values = orjson.loads(vault_of(session.keys, worker).open(finding.values, "pack"))
    return c.PackFindingView(
        **finding.model_dump(
            include={"number", "kind", "state", "row", "worker_id", "field", "settled_by", "settled_at"}
        ),
        name=worker.name if worker else None,
        field_label=FIELD_LABELS.get(finding.field, finding.field),
        **values,
        message=finding.message_en if session.caller.locale == "en" else finding.message_zh,
    )
