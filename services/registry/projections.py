"""What the registry hears: a certificate is a skill, a placement an employment spell, an open case a legal hold."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from services.registry.changes import Change, change_of
from services.registry.days import today
from services.registry.models import EmploymentSpell, LegalHold, Worker, WorkerSkill
from shared.contracts import registry as c
from shared.contracts.dispatch import (
    FlexiblePlacementEnded,
    FlexiblePlacementMonthCompleted,
    FlexiblePlacementStarted,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.outposts import RightsCaseOpened, RightsCaseResolved
from shared.contracts.training import CertificateIssued, CertificateRevoked
from shared.kit.session import Session
from shared.reference import outpost_place


def _change(session: Session, worker_id: UUID, source: c.RecordSource) -> Change | None:
    """None for somebody erased meanwhile: nothing more is recorded about them. What happened to somebody whose record
    is restricted is kept: storing is not forbidden.
    """
    worker = session.get(Worker, worker_id)
    if worker and worker.erased_at:
        return None
    return change_of(session, worker_id, source=source, even_restricted=True)


def skill_from_certificate(session: Session, event: CertificateIssued) -> None:
    """每人至少掌握一项技能: a certificate adds its occupation, or verifies the one that was only declared."""
    change = _change(session, event.worker_id, c.RecordSource.certificate)
    if change is None or event.occupation is None:
        return
    known = next((skill for skill in change.records.skills if skill.occupation == event.occupation), None)
    if known is None:
        known = WorkerSkill(
            worker_id=event.worker_id,
            occupation=event.occupation,
            division=change.worker.division,
            level=c.SkillLevel.unrated,
            source=c.RecordSource.certificate,
            recorded_at=session.now,
        )
        change.records.skills.append(known)
    known.is_verified, known.evidence, known.proved_on = True, event.certificate_no, event.issued_on
    known.source, known.recorded_at = c.RecordSource.certificate, session.now
    session.add(known)
    change.announce(["skills"])


def unverify_skill(session: Session, event: CertificateRevoked) -> None:
    """What rested on the revoked certificate alone is a declared skill again; another proof of it stays."""
    change = _change(session, event.worker_id, c.RecordSource.certificate)
    if change is None:
        return
    resting = [skill for skill in change.records.skills if skill.evidence == event.certificate_no]
    for skill in resting:
        skill.is_verified, skill.evidence, skill.proved_on = False, None, None
        session.add(skill)
    if resting:
        change.announce(["skills"])


def spell_from_placement(session: Session, event: PlacementStarted) -> None:
    """输出就业: the receipt's word is proof; what a roster said of the same time ends on that day."""
    change = _change(session, event.worker_id, c.RecordSource.placement)
    if change is None or any(spell.placement_id == event.placement_id for spell in change.records.spells):
        return
    running = change.records.spell_on(event.started_on)
    if running and running.ended_on is None:
        change.end_spell(running, event.started_on, "派遣上岗")
    place = outpost_place(event.outpost)
    given = c.SpellIn(
        kind=c.SpellKind.out_of_county,
        place=f"{place.province}{place.city}",
        wage_cents=event.wage_cents,
        started_on=event.started_on,
    )
    change.add_spell(given, placement_id=event.placement_id, employer_id=event.employer_id)
    change.announce(["employment"])


def end_placement_spell(session: Session, event: PlacementEnded | FlexiblePlacementEnded) -> None:
    change = _change(session, event.worker_id, c.RecordSource.placement)
    if change is None:
        return
    spells = [s for s in change.records.spells if s.placement_id == event.placement_id and s.ended_on is None]
    for spell in spells:
        change.end_spell(spell, max(event.ended_on, spell.started_on), event.reason.value)
    if spells:
        change.announce(["employment"])


def spell_from_day_work(session: Session, event: FlexiblePlacementStarted) -> None:
    """县内灵活就业: day work is what somebody does unless something else is already known of that time."""
    change = _change(session, event.worker_id, c.RecordSource.placement)
    if change is None or any(spell.placement_id == event.placement_id for spell in change.records.spells):
        return
    if change.records.spell_on(event.started_on) is not None:
        return
    given = c.SpellIn(kind=c.SpellKind.flexible, place="黎平县内", started_on=event.started_on)
    change.add_spell(given, placement_id=event.placement_id, employer_id=event.employer_id)
    change.announce(["employment"])


def count_days(session: Session, event: FlexiblePlacementMonthCompleted) -> None:
    """A closed month's days are added to the spell; two half days are a day."""
    change = _change(session, event.worker_id, c.RecordSource.placement)
    if change is None or event.half_days == 0:
        return
    spell = next((spell for spell in change.records.spells if spell.placement_id == event.placement_id), None)
    if spell is None:
        return
    change.count_days(spell, event.half_days / 2)
    change.announce(["employment"])


def hold_for_case(session: Session, event: RightsCaseOpened) -> None:
    if session.get(LegalHold, event.case_id) is None:
        session.add(LegalHold(case_id=event.case_id, worker_id=event.worker_id))


def release_case(session: Session, event: RightsCaseResolved) -> None:
    if hold := session.get(LegalHold, event.case_id):
        session.delete(hold)


def close_ended_spells(session: Session) -> None:
    """An announced end that has come changes what a worker does today: tell it, a hundred workers at a time."""
    day = today(session)
    over = select(col(EmploymentSpell.worker_id)).where(
        col(EmploymentSpell.superseded_at).is_(None), col(EmploymentSpell.ended_on) <= day
    )
    stale = select(col(Worker.id)).where(
        col(Worker.employment) != c.Employment.none, col(Worker.erased_at).is_(None), col(Worker.id).in_(over)
    )
    for worker_id in session.exec(stale.limit(100)).all():
        change = change_of(session, worker_id, source=c.RecordSource.hq, even_restricted=True)
        if change.worker.employment != change.records.employment_on(day):
            change.announce(["employment"])
