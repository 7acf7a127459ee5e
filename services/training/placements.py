"""What came of training: each certificate is linked to the first day at work on or after it.

Starts are counted from events, of placements and of registry's own record of local work, in whatever order they come:
the link is worked out anew from all that is known whenever a start or a certificate is added.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.training.models import Certificate, Learner, WorkStart
from shared.contracts import dispatch, registry
from shared.kit.session import Session
from shared.kit.tables import new_id


def placed(session: Session, event: dispatch.PlacementStarted) -> None:
    """输出就业, as the receipt confirmed it."""
    remember(session, event.worker_id, event.started_on, event.placement_id, event.posting_id)


def learn(session: Session, facts: registry.WorkerFacts) -> None:
    """县内就业: a spell that registry learned of after the person was at home; also where and whether somebody is."""
    known = session.get(Learner, facts.worker_id, with_for_update=True)
    if known is None:
        known = Learner(worker_id=facts.worker_id, version=-1, division="", employment=facts.employment)
    if facts.version <= known.version:
        return
    known.version, known.division = facts.version, facts.division
    known.employment, known.is_active = facts.employment, facts.is_active
    session.add(known)
    session.flush()
    if facts.employment is not registry.Employment.none and facts.employed_since is not None:
        remember(session, facts.worker_id, facts.employed_since, None, None)


def link(session: Session, worker_ids: Iterable[UUID]) -> None:
    """Work out the first start on or after each certificate; of one day, the placement's."""
    wanted = set(worker_ids)
    starts: dict[UUID, list[WorkStart]] = {}
    for start in session.exec(
        select(WorkStart)
        .where(col(WorkStart.worker_id).in_(wanted))
        .order_by(col(WorkStart.started_on), col(WorkStart.placement_id).asc().nulls_last())
    ):
        starts.setdefault(start.worker_id, []).append(start)
    for certificate in session.exec(select(Certificate).where(col(Certificate.worker_id).in_(set(starts)))):
        first = next((one for one in starts[certificate.worker_id] if one.started_on >= certificate.issued_on), None)
        if first is None or (certificate.placed_on and certificate.placed_on < first.started_on):
            continue
        certificate.placed_on, certificate.placement_id = first.started_on, first.placement_id
        certificate.placed_posting_id = first.posting_id
        session.add(certificate)
    session.flush()


def is_as_trained(certificate: Certificate) -> bool:
    """定岗培训 has borne fruit: the work is at the posting that was trained for."""
    return certificate.posting_id is not None and certificate.posting_id == certificate.placed_posting_id


def remember(
    session: Session, worker_id: UUID, started_on: date, placement_id: UUID | None, posting_id: UUID | None
) -> None:
    session.execute(
        insert(WorkStart)
        .values(
            id=new_id(),
            worker_id=worker_id,
            started_on=started_on,
            placement_id=placement_id,
            posting_id=posting_id,
        )
        .on_conflict_do_nothing()
    )
    link(session, [worker_id])
