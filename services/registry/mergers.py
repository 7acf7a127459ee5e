"""合并的撤销: a merger stays provisional for seven days.

Until then only the registry has acted on it, so that it can be undone exactly; then `worker.merged` tells the other
services, which move the person's orders, cases and slips, and there is no way back.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.registry.changes import Change, change_of
from services.registry.former_values import opened, values_of
from services.registry.intake import actor_of, source_of
from services.registry.merger_moves import move_back
from services.registry.models import Consent, DifficultyStatus, EmploymentSpell, Worker, WorkerMerger, WorkerSkill
from services.registry.vault import vault_of
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import MergerState
from shared.kit.paging import page
from shared.kit.session import Session

UNDO_WITHIN = timedelta(days=7)
FIELDS = ("phone", "education", "skills", "consents")


class Addition:
    """What a merger adds to the record that stays: taken before and after, kept for an undoing."""

    def __init__(self, session: Session, kept: Change) -> None:
        self._session, self._kept = session, kept
        self._before = self._values()
        self._rows = self._row_ids()

    def _values(self) -> dict[str, Any]:
        worker = self._kept.worker
        values = opened(values_of(worker, self._kept.records), vault_of(self._session.keys, worker))
        return {name: plain(values[name]) for name in FIELDS}

    def _row_ids(self) -> dict[str, set[str]]:
        records = self._kept.records
        return {
            "difficulty": {str(row.id) for row in records.statuses},
            "employment": {str(row.id) for row in records.spells},
        }

    def sealed(self, moved: list[dict[str, Any]]) -> bytes:
        after, rows = self._values(), self._row_ids()
        added = {
            "before": {name: self._before[name] for name in FIELDS if self._before[name] != after[name]},
            "after": {name: after[name] for name in FIELDS if self._before[name] != after[name]},
            **{name: sorted(rows[name] - self._rows[name]) for name in rows},
            "moved": moved,
        }
        return vault_of(self._session.keys, self._kept.worker).seal(orjson.dumps(added).decode(), "added")


def plain(value: Any) -> Any:
    """A value as it reads back from JSON, to compare with one that does."""
    return orjson.loads(orjson.dumps(value))


def undo_merger(session: Session, command: c.UndoMerger) -> c.MergerView:
    """Raises NOT_FOUND, MERGER_SETTLED, or WORKER_ERASED. What was changed since the merger stays as it is."""
    merger = _provisional(session, command.merger_id)
    reason = f"撤销合并: {command.reason}"
    source = source_of(session)
    found = {
        worker_id: change_of(session, worker_id, source=source, reason=reason)
        for worker_id in sorted((merger.worker_id, merger.into_worker_id))
    }
    kept, doubled = found[merger.into_worker_id], found[merger.worker_id]
    vault = vault_of(session.keys, kept.worker)
    if merger.added:
        added = orjson.loads(vault.open(merger.added, "added"))
        _take_back(session, kept, added)
        move_back(session, added.get("moved", []), doubled.worker)
    doubled.worker.merged_into, doubled.worker.is_active = None, merger.was_active
    doubled.announce(["is_active", "merged_into"])
    merger.undo_reason = command.reason
    return _settle(session, merger, MergerState.undone)


def _take_back(session: Session, kept: Change, added: dict[str, Any]) -> None:
    now = opened(values_of(kept.worker, kept.records), vault_of(session.keys, kept.worker))
    before, after = added["before"], added["after"]
    changed = [name for name in before if name in ("phone", "education") and plain(now[name]) == after[name]]
    if "phone" in changed:
        kept.set_phone(before["phone"])
    if "education" in changed:
        kept.worker.education = c.Education(before["education"]) if before["education"] else None
    if "skills" in before and _restore_skills(session, kept, before["skills"], after["skills"]):
        changed.append("skills")
    if "consents" in before and _restore_consents(session, kept, before["consents"], after["consents"]):
        changed.append("consents")
    tables: tuple[tuple[str, type[Any]], ...] = (("difficulty", DifficultyStatus), ("employment", EmploymentSpell))
    for name, table in tables:
        rows = [session.get(table, UUID(row_id)) for row_id in added[name]]
        standing = [row for row in rows if row is not None and row.superseded_at is None]
        for row in standing:
            row.superseded_at = session.now
            session.add(row)
        if standing:
            changed.append(name)
    gone = {row_id for name, _ in tables for row_id in added[name]}
    kept.records.statuses = [row for row in kept.records.statuses if str(row.id) not in gone]
    kept.records.spells = [row for row in kept.records.spells if str(row.id) not in gone]
    kept.announce([*changed, "merged"])


def _restore_skills(session: Session, kept: Change, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    """Each skill that stands as the merger left it becomes what it was before; one changed since stays."""
    was = {skill["occupation"]: skill for skill in before}
    left = {skill["occupation"]: skill for skill in after}
    changed = False
    for skill in list(kept.records.skills):
        then, merged = was.get(skill.occupation), left.get(skill.occupation)
        stands = {"occupation": skill.occupation, "level": skill.level, "is_verified": skill.is_verified}
        if merged is None or then == merged or plain({**stands, "evidence": skill.evidence}) != merged:
            continue
        changed = True
        if then is None:
            session.delete(skill)
            kept.records.skills.remove(skill)
        else:
            _set_skill(skill, then)
            session.add(skill)
    return changed


def _set_skill(skill: WorkerSkill, given: dict[str, Any]) -> None:
    skill.level, skill.evidence = c.SkillLevel(given["level"]), given["evidence"]
    skill.is_verified = given["is_verified"]


def _restore_consents(
    session: Session, kept: Change, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> bool:
    """A consent that only the other record had given is nobody's here any more."""
    was = {consent["purpose"]: consent for consent in before}
    left = {consent["purpose"]: consent for consent in after}
    changed = False
    for consent in list(kept.records.consents):
        then, merged = was.get(consent.purpose.value), left.get(consent.purpose.value)
        if merged is None or then == merged or plain(_consent(consent)) != merged:
            continue
        changed = True
        if then is None or then["withdrawn_on"] is None:
            session.delete(consent)
            kept.records.consents.remove(consent)
        else:
            consent.given_on = date.fromisoformat(then["given_on"])
            consent.withdrawn_on = date.fromisoformat(then["withdrawn_on"])
            session.add(consent)
    return changed


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "purpose": consent.purpose,
        "given_on": consent.given_on,
        "withdrawn_on": consent.withdrawn_on,
        "evidence": consent.evidence,
    }


def confirm_merger(session: Session, command: c.ConfirmMerger) -> c.MergerView:
    """Raises NOT_FOUND or MERGER_SETTLED."""
    return _finish(session, _provisional(session, command.merger_id))


def finish_due_mergers(session: Session) -> None:
    """A hundred at a time, each locked against an undoing at the same moment."""
    due = (
        select(WorkerMerger)
        .where(
            col(WorkerMerger.state) == MergerState.provisional,
            col(WorkerMerger.merged_at) <= session.now - UNDO_WITHIN,
        )
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    for merger in session.exec(due).all():
        _finish(session, merger)


def _finish(session: Session, merger: WorkerMerger) -> c.MergerView:
    merger.added = None
    session.publish(c.WorkerMerged(worker_id=merger.worker_id, into_worker_id=merger.into_worker_id))
    return _settle(session, merger, MergerState.final)


def _settle(session: Session, merger: WorkerMerger, state: MergerState) -> c.MergerView:
    merger.state, merger.added = state, None
    merger.settled_by, merger.settled_at = actor_of(session), session.now
    session.add(merger)
    session.flush()
    return get_merger(session, c.GetMerger(merger_id=merger.id))


def _provisional(session: Session, merger_id: UUID) -> WorkerMerger:
    merger = session.get(WorkerMerger, merger_id, with_for_update=True)
    if merger is None:
        raise NOT_FOUND(merger_id=str(merger_id))
    if merger.state is not MergerState.provisional:
        raise c.MERGER_SETTLED(state=merger.state.value)
    return merger


def _statement() -> Any:
    into: Any = aliased(Worker)
    return (
        select(WorkerMerger, Worker.name, into.name)
        .join(Worker, col(Worker.id) == col(WorkerMerger.worker_id))
        .join(into, into.id == col(WorkerMerger.into_worker_id))
    )


def get_merger(session: Session, query: c.GetMerger) -> c.MergerView:
    statement = _statement()
    row = session.execute(statement.where(col(WorkerMerger.id) == query.merger_id)).one_or_none()
    if row is None:
        raise NOT_FOUND(merger_id=str(query.merger_id))
    return _view(row)


def list_mergers(session: Session, query: c.ListMergers) -> Page[c.MergerView]:
    statement = _statement()
    if query.state:
        statement = statement.where(col(WorkerMerger.state) == query.state)
    if query.worker_id:
        either = (col(WorkerMerger.worker_id), col(WorkerMerger.into_worker_id))
        statement = statement.where((either[0] == query.worker_id) | (either[1] == query.worker_id))
    order = (col(WorkerMerger.merged_at).desc(), col(WorkerMerger.id).desc())
    return page(session, statement, order=order, request=query, view=_view)


def _view(row: Any) -> c.MergerView:
    merger, name, into_name = row[0], row[1], row[2]
    return c.MergerView(
        **merger.model_dump(exclude={"added", "was_active"}),
        worker_name=name,
        into_worker_name=into_name,
        undo_until=merger.merged_at + UNDO_WITHIN,
    )
