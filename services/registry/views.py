"""What a worker looks like to one who may see them: the number masked, a partner without it."""

from __future__ import annotations

from services.registry.days import age_on, today
from services.registry.models import DifficultyStatus, EmploymentSpell, Worker
from services.registry.records import Records
from services.registry.vault import Vault, vault_of
from shared.contracts import registry as c
from shared.kit.privacy import mask_id_number
from shared.kit.session import Session
from shared.reference import division_path, occupation_name

ERASED_NAME = "已删除"


def masked(session: Session, worker: Worker) -> str | None:
    """A partner sees people, never their identity numbers."""
    if session.caller.scope.kind == "partner" or worker.erased_at:
        return None
    return mask_id_number(worker.id_area, worker.id_last4)


def difficulty_view(status: DifficultyStatus, vault: Vault | None) -> c.DifficultyView:
    return c.DifficultyView(
        id=str(status.id),
        kind=status.kind,
        evidence=vault.open(status.evidence, "evidence") if vault and status.evidence else None,
        valid_from=status.valid_from,
        valid_to=status.valid_to,
        source=status.source,
    )


def spell_view(spell: EmploymentSpell) -> c.SpellView:
    return c.SpellView(**spell.model_dump(exclude={"id"}), id=str(spell.id))


def worker_view(session: Session, worker: Worker, records: Records, rosters: list[c.RosterKind]) -> c.WorkerView:
    vault = None if worker.erased_at else vault_of(session.keys, worker)
    return c.WorkerView(
        id=worker.id,
        version=worker.version,
        name=worker.name,
        id_number_masked=masked(session, worker),
        sex=worker.sex,
        born_on=worker.born_on,
        age=age_on(worker.born_on, today(session)),
        phone=vault.open(worker.phone_sealed, "phone") if vault and worker.phone_sealed else None,
        division=worker.division,
        division_name=division_path(worker.division),
        is_relocated=worker.is_relocated,
        education=worker.education,
        skills=[
            c.SkillView(
                occupation=skill.occupation,
                name=occupation_name(skill.occupation),
                level=skill.level,
                is_verified=skill.is_verified,
                evidence=skill.evidence,
            )
            for skill in records.skills
        ],
        intention=c.Intention(
            wants_out_work=worker.wants_out_work,
            wants_local_work=worker.wants_local_work,
            destinations=worker.destinations,
            occupations=worker.wanted_occupations,
            expected_wage_cents=worker.expected_wage_cents,
            from_date=worker.available_from,
        ),
        difficulty=[difficulty_view(status, vault) for status in records.statuses],
        employment=records.employment_on(today(session)),
        employment_spells=[spell_view(spell) for spell in reversed(records.spells)],
        consents=[
            c.ConsentView(purpose=k.purpose, given_on=k.given_on, withdrawn_on=k.withdrawn_on) for k in records.consents
        ],
        limits=worker.limits,
        can_work=worker.can_work,
        rosters=rosters,
        is_active=worker.is_active,
        is_verified=worker.is_verified,
        source=worker.source,
        created_at=worker.created_at,
        updated_at=worker.updated_at,
    )


def worker_row(session: Session, worker: Worker, records: Records) -> c.WorkerRow:
    day = today(session)
    return c.WorkerRow(
        id=worker.id,
        version=worker.version,
        name=worker.name,
        id_number_masked=masked(session, worker),
        sex=worker.sex,
        age=age_on(worker.born_on, day),
        phone_masked=f"*******{worker.phone_last4}" if worker.phone_last4 else None,
        division=worker.division,
        division_name=division_path(worker.division),
        education=worker.education,
        wants_out_work=worker.wants_out_work,
        employment=worker.employment,
        difficulty=sorted({status.kind for status in records.statuses_on(day)}),
        skills=[occupation_name(skill.occupation) for skill in records.skills],
        is_active=worker.is_active,
        updated_at=worker.updated_at,
    )
