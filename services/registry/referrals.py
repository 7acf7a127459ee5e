"""一带十: a worker is brought by one person, never in a circle, and not to work that they already had."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, literal
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from services.registry.days import today
from services.registry.help_plans import require_worker
from services.registry.models import Referral, Worker
from services.registry.records import records_of
from shared.contracts import registry as c
from shared.contracts.base import Nothing, Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session

# The account's aim is ten in all; whoever brings more on one day is being used to make up numbers.
MOST_A_DAY = 10
DEEPEST = 100


def record_referral(session: Session, command: c.RecordReferral) -> c.ReferralView:
    """Raises NOT_FOUND, PERIOD_INVALID, REFERRAL_SELF (also for a circle), REFERRAL_EXISTS, REFERRAL_TOO_MANY,
    REFERRAL_AT_WORK."""
    referrer = require_worker(session, command.referrer_id, lock=True)
    worker = require_worker(session, command.worker_id)
    on = command.referred_on or today(session)
    if on > today(session):
        raise c.PERIOD_INVALID()
    if referrer.id == worker.id or worker.id in _above(session, referrer.id):
        raise c.REFERRAL_SELF()
    if session.exec(select(Referral).where(col(Referral.worker_id) == worker.id)).first():
        raise c.REFERRAL_EXISTS()
    that_day = select(func.count()).where(Referral.referrer_id == referrer.id, Referral.referred_on == on)
    if session.exec(that_day).one() >= MOST_A_DAY:
        raise c.REFERRAL_TOO_MANY(most=MOST_A_DAY)
    spell = records_of(session, [worker.id])[worker.id].spell_on(on)
    if spell is not None and spell.started_on < on:
        raise c.REFERRAL_AT_WORK(since=spell.started_on.isoformat())
    referral = Referral(referrer_id=referrer.id, worker_id=worker.id, division=worker.division, referred_on=on)
    session.add(referral)
    session.flush()
    session.publish(c.ReferralRecorded(referral_id=referral.id, referrer_id=referrer.id, worker_id=worker.id))
    return _view(referral, {referrer.id: referrer, worker.id: worker})


def withdraw_referral(session: Session, command: c.WithdrawReferral) -> Nothing:
    referral = session.get(Referral, command.referral_id)
    if referral is None:
        raise NOT_FOUND(referral_id=str(command.referral_id))
    session.delete(referral)
    return Nothing()


def list_referrals(session: Session, query: c.ListReferrals) -> Page[c.ReferralView]:
    statement: Any = select(Referral)
    if query.referrer_id:
        statement = statement.where(col(Referral.referrer_id) == query.referrer_id)
    order = (col(Referral.referred_on).desc(), col(Referral.id).desc())
    found = page(session, statement, order=order, request=query, view=lambda row: row)
    known = _workers(session, {one for row in found.items for one in (row.referrer_id, row.worker_id)})
    return Page[c.ReferralView](items=[_view(row, known) for row in found.items], next_cursor=found.next_cursor)


def own_referrals(session: Session, worker_id: UUID) -> tuple[list[c.OwnReferral], list[c.OwnReferral]]:
    """Who brought somebody, and whom they brought, by date."""

    def told(other: Any, mine: Any) -> list[c.OwnReferral]:
        statement = (
            sa_select(col(Worker.name), col(Referral.referred_on))
            .join(Referral, other == col(Worker.id))
            .where(mine == worker_id)
            .order_by(col(Referral.referred_on), col(Referral.id))
        )
        return [c.OwnReferral(name=name, referred_on=on) for name, on in session.execute(statement)]

    return (
        told(col(Referral.referrer_id), col(Referral.worker_id)),
        told(col(Referral.worker_id), col(Referral.referrer_id)),
    )


def referral_tree(session: Session, query: c.GetReferralTree) -> c.ReferralTree:
    """Raises NOT_FOUND."""
    require_worker(session, query.worker_id)
    tree = (
        sa_select(col(Referral.id), col(Referral.worker_id), literal(1).label("level"))
        .where(col(Referral.referrer_id) == query.worker_id)
        .cte("tree", recursive=True)
    )
    further = (
        sa_select(col(Referral.id), col(Referral.worker_id), (tree.c.level + 1).label("level"))
        .join(tree, col(Referral.referrer_id) == tree.c.worker_id)
        .where(tree.c.level < query.levels)
    )
    tree = tree.union_all(further)
    rows = session.execute(
        sa_select(Referral, tree.c.level)
        .join(tree, tree.c.id == col(Referral.id))
        .order_by(tree.c.level, col(Referral.referred_on), col(Referral.id))
    ).all()
    known = _workers(session, {row[0].worker_id for row in rows})
    nodes = [
        c.ReferralNode(
            worker_id=referral.worker_id,
            worker_name=known[referral.worker_id].name if referral.worker_id in known else "",
            referrer_id=referral.referrer_id,
            level=level,
            referred_on=referral.referred_on,
            employment=known[referral.worker_id].employment if referral.worker_id in known else c.Employment.none,
        )
        for referral, level in rows
    ]
    working = [node for node in nodes if node.employment is not c.Employment.none]
    return c.ReferralTree(
        root_id=query.worker_id,
        brought=sum(node.level == 1 for node in nodes),
        working=sum(node.level == 1 for node in working),
        reached=len(nodes),
        reached_working=len(working),
        nodes=nodes,
    )


def list_referrers(session: Session, query: c.ListReferrers) -> c.ReferrerList:
    brought: Any = func.count()
    working: Any = func.count().filter(col(Worker.employment) != c.Employment.none)
    statement = (
        sa_select(col(Referral.referrer_id), brought, working)
        .join(Worker, col(Worker.id) == col(Referral.worker_id))
        .group_by(col(Referral.referrer_id))
        .order_by(brought.desc(), col(Referral.referrer_id))
        .limit(query.limit)
    )
    if query.division:
        statement = statement.where(col(Referral.division).startswith(query.division))
    rows = session.execute(statement).all()
    known = _workers(session, {row[0] for row in rows})
    return c.ReferrerList(
        items=[
            c.Referrer(
                worker_id=row[0],
                worker_name=known[row[0]].name if row[0] in known else "",
                brought=row[1],
                working=row[2],
            )
            for row in rows
        ]
    )


def brought_by_any(session: Session, referral: Referral, worker_id: UUID, *, as_referrer: bool = False) -> bool:
    """Whether a circle would come of putting the worker into the referral, as who was brought or as who brought."""
    if as_referrer:
        return referral.worker_id in _above(session, worker_id)
    return worker_id in _above(session, referral.referrer_id)


def _above(session: Session, worker_id: UUID) -> set[UUID]:
    """Who brought the worker, who brought those, and so on."""
    above: set[UUID] = set()
    current: UUID | None = worker_id
    while current is not None and len(above) < DEEPEST:
        current = session.exec(select(Referral.referrer_id).where(Referral.worker_id == current)).first()
        if current is None or current in above:
            break
        above.add(current)
    return above


def _workers(session: Session, ids: set[UUID]) -> dict[UUID, Worker]:
    return {worker.id: worker for worker in session.exec(select(Worker).where(col(Worker.id).in_(ids)))}


def _view(referral: Referral, known: dict[UUID, Worker]) -> c.ReferralView:
    referrer, worker = known.get(referral.referrer_id), known.get(referral.worker_id)
    return c.ReferralView(
        **referral.model_dump(),
        referrer_name=referrer.name if referrer else "",
        worker_name=worker.name if worker else "",
        employment=worker.employment if worker else c.Employment.none,
    )
