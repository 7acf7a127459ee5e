"""谁看过谁: reading a record is noted, once a day for each account and counted after that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.registry import corrections, knowledge, workers
from services.registry.days import day_of, end_of, today
from services.registry.field_words import label
from services.registry.intake import actor_of
from services.registry.models import Disclosure, Look
from shared.contracts import registry as c
from shared.contracts.base import Page
from shared.kit.database import scope_key
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_name, outpost_place

UNUSUAL = 100
YEAR = timedelta(days=365)
WHAT_WORDS = {"record": "登记信息", "history": "变更记录", "copy": "全部信息副本"}
PURPOSE_WORDS = {
    c.PeoplePurpose.recommendation_slip: "打印岗位推荐单",
    c.PeoplePurpose.dispatch_order: "开具派遣单",
    c.PeoplePurpose.manifest: "乘车名单",
    c.PeoplePurpose.labour_contract: "签订劳务合同",
    c.PeoplePurpose.rights_case: "维权",
    c.PeoplePurpose.training_roster: "培训名册",
    c.PeoplePurpose.settlement: "结算",
    c.PeoplePurpose.caseload: "跟踪服务",
    c.PeoplePurpose.message: "发送消息",
}


def note(session: Session, worker_id: UUID, what: str) -> None:
    """The person's own reading is nobody's business, and the machinery's disclosures are noted one by one."""
    if session.caller.scope.kind in ("worker", "service"):
        return
    statement = insert(Look).values(
        worker_id=worker_id,
        actor=actor_of(session),
        on=today(session),
        what=what,
        scope=scope_key(session.caller.scope),
        times=1,
        first_at=session.now,
        last_at=session.now,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["worker_id", "actor", "on", "what"],
            set_={"times": col(Look.times) + 1, "last_at": session.now},
        )
    )


def read_worker(session: Session, query: c.GetWorker) -> c.WorkerView:
    view = workers.get_worker(session, query)
    note(session, query.worker_id, "record")
    return view


def read_changes(session: Session, query: c.ListWorkerChanges) -> Page[c.WorkerChangeView]:
    found = knowledge.list_worker_changes(session, query)
    note(session, query.worker_id, "history")
    return found


def read_as_of(session: Session, query: c.GetWorkerAsOf) -> c.WorkerAsOf:
    found = knowledge.get_worker_as_of(session, query)
    note(session, query.worker_id, "history")
    return found


def read_entries(session: Session, query: c.ListRecordedEntries) -> Page[c.RecordedEntry]:
    found = corrections.list_recorded_entries(session, query)
    note(session, query.worker_id, "history")
    return found


def list_looks(session: Session, query: c.ListLooks) -> Page[c.LookView]:
    statement: Any = select(Look)
    if query.worker_id:
        statement = statement.where(col(Look.worker_id) == query.worker_id)
    if query.actor:
        statement = statement.where(col(Look.actor) == query.actor)
    if query.since:
        statement = statement.where(col(Look.on) >= query.since)
    if query.until:
        statement = statement.where(col(Look.on) <= query.until)
    order = (col(Look.on).desc(), col(Look.worker_id), col(Look.actor), col(Look.what))
    return page(session, statement, order=order, request=query, view=c.LookView.model_validate)


def list_lookers(session: Session, query: c.ListLookers) -> Page[c.LookerView]:
    people = func.count(func.distinct(col(Look.worker_id)))
    wanted: tuple[Any, ...] = (
        col(Look.on).label("on"),
        col(Look.actor).label("actor"),
        func.min(col(Look.scope)).label("scope"),
        people.label("people"),
        func.sum(col(Look.times)).label("times"),
    )
    counted = (
        select(*wanted)
        .where(col(Look.on) >= (query.since or today(session) - timedelta(days=30)))
        .group_by(col(Look.on), col(Look.actor))
        .having(people > (UNUSUAL if query.unusual_only else 0))
        .subquery()
    )
    order = (counted.c.on.desc(), counted.c.actor)
    return page(session, select(counted), order=order, request=query, view=_looker)


def _looker(row: Any) -> c.LookerView:
    return c.LookerView(
        on=row.on,
        actor=row.actor,
        scope=row.scope,
        people=row.people,
        times=int(row.times),
        is_unusual=row.people > UNUSUAL,
    )


def get_own_looks(session: Session, query: c.GetOwnLooks) -> c.OwnLooks:
    """Runs as the service: the disclosure record is not the worker's to read, but what it says of them is."""
    workers.own_or_visible(session, query.worker_id)
    return c.OwnLooks(items=own_looks(session, query.worker_id))


def own_looks(session: Session, worker_id: UUID) -> list[c.OwnLook]:
    since = today(session) - YEAR
    looks = session.exec(select(Look).where(col(Look.worker_id) == worker_id, col(Look.on) >= since)).all()
    told = session.exec(
        select(Disclosure).where(col(Disclosure.worker_id) == worker_id, col(Disclosure.at) >= end_of(since))
    ).all()
    items = [
        c.OwnLook(on=one.on, who=_office(one.scope), what=[WHAT_WORDS[one.what]], purpose=None, times=one.times)
        for one in looks
    ]
    counted: dict[tuple[date, str, tuple[str, ...], str], int] = {}
    for entry in told:
        key = (day_of(entry.at), _office(entry.scope), tuple(map(label, entry.fields)), _purpose(entry.purpose))
        counted[key] = counted.get(key, 0) + 1
    items += [
        c.OwnLook(on=on, who=who, what=list(what), purpose=purpose, times=times)
        for (on, who, what, purpose), times in counted.items()
    ]
    return sorted(items, key=lambda item: item.on, reverse=True)


def _purpose(given: str) -> str:
    return PURPOSE_WORDS[c.PeoplePurpose(given)] if given in set(c.PeoplePurpose) else given


def _office(scope: str) -> str:
    """The office behind a scope; a person learns which office, not which clerk."""
    kind, _, key = scope.partition(":")
    match kind:
        case "area":
            return f"网格({division_name(key)})"
        case "outpost":
            return f"{outpost_place(key).name}服务站"
        case "partner":
            return "用工企业"
        case "service":
            return "系统办理业务"
        case _:
            return "县公司"
