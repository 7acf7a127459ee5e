"""One person, two records: the doubled one is closed, and what only it says is added to the one that stays.

Its dated facts stay where they are: rosters of past days keep reading the closed record as it was believed then.
Referrals and help plans go along. The other services hear of it when it is final: see mergers.
"""

from __future__ import annotations

from datetime import date

from services.registry.changes import Change, change_of
from services.registry.drafts import Draft, SkillDraft
from services.registry.intake import actor_of, source_of
from services.registry.merger_moves import move_along
from services.registry.mergers import Addition
from services.registry.models import WorkerMerger
from services.registry.vault import vault_of
from services.registry.workers import view_of
from shared.contracts import registry as c
from shared.kit.session import Session


def merge_workers(session: Session, command: c.MergeWorkers) -> c.WorkerView:
    """Raises NOT_FOUND, WORKER_ERASED, or WORKER_MERGE_REFUSED. Both are locked in the order of their ids."""
    if command.worker_id == command.into_worker_id:
        raise c.WORKER_MERGE_REFUSED()
    source = source_of(session)
    found = {
        worker_id: change_of(session, worker_id, source=source, reason=command.reason)
        for worker_id in sorted((command.worker_id, command.into_worker_id))
    }
    doubled, kept = found[command.worker_id], found[command.into_worker_id]
    if doubled.worker.merged_into or kept.worker.merged_into:
        raise c.WORKER_MERGE_REFUSED()
    addition = Addition(session, kept)
    _add(session, doubled, kept)
    moved = move_along(session, doubled.worker, kept.worker)
    session.add(
        WorkerMerger(
            worker_id=doubled.worker.id,
            into_worker_id=kept.worker.id,
            was_active=doubled.worker.is_active,
            added=addition.sealed(moved),
            reason=command.reason,
            merged_by=actor_of(session),
            merged_at=session.now,
        )
    )
    doubled.worker.merged_into = kept.worker.id
    doubled.worker.is_active = False
    doubled.announce(["is_active", "merged_into"])
    return view_of(session, kept)


def _add(session: Session, doubled: Change, kept: Change) -> None:
    vault = vault_of(session.keys, doubled.worker)
    draft = Draft(
        phone=vault.open(doubled.worker.phone_sealed, "phone")
        if doubled.worker.phone_sealed and not kept.worker.phone_sealed
        else None,
        education=doubled.worker.education if kept.worker.education is None else None,
        skills=[SkillDraft(skill.occupation, skill.level, skill.evidence) for skill in doubled.records.skills],
        difficulties=[
            c.DifficultyIn(
                kind=status.kind,
                evidence=vault.open(status.evidence, "evidence") if status.evidence else None,
                valid_from=status.valid_from,
                valid_to=status.valid_to,
            )
            for status in doubled.records.statuses
        ],
        consents=[consent.purpose for consent in doubled.records.consents if consent.withdrawn_on is None],
    )
    changed = kept.apply(draft, replaces_lists=False)
    spells = [spell for spell in doubled.records.spells if not _overlaps(kept, spell.started_on, spell.ended_on)]
    for spell in spells:
        given = c.SpellIn(**{name: getattr(spell, name) for name in c.SpellIn.model_fields})
        kept.add_spell(given, employer_id=spell.employer_id, end_reason=spell.end_reason)
    if spells or not changed:
        kept.announce(["employment", "merged"] if spells else ["merged"])


def _overlaps(kept: Change, start: date, end: date | None) -> bool:
    return any(
        (known.ended_on is None or known.ended_on > start) and (end is None or end > known.started_on)
        for known in kept.records.spells
    )
