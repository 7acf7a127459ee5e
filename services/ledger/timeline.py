"""A worker's 台账 as people read it: what happened, who did it, where."""

from __future__ import annotations

from uuid import UUID

import orjson
from sqlmodel import col, or_, select

from services.ledger.models import Chain, Received
from shared.contracts import ledger as c
from shared.contracts.base import Page
from shared.contracts.errors import NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_name, outpost_place

TITLES = {
    "worker.registered": "实名登记入库",
    "worker.updated": "更新个人信息",
    "worker.merged": "合并重复登记",
    "worker.erased": "注销个人信息",
    "consent.withdrawn": "撤回同意",
    "help_plan.reviewed": "帮扶计划评审",
    "referral.recorded": "介绍务工(一带十)",
    "recommendation.made": "推荐岗位",
    "recommendation.answered": "答复岗位推荐",
    "recommendation.expired": "岗位推荐过期",
    "outreach.attended": "参加送岗下村",
    "job_fair.attended": "参加招聘会",
    "enrolment.confirmed": "参加培训",
    "enrolment.cancelled": "取消培训报名",
    "certificate.issued": "取得结业证书",
    "certificate.revoked": "撤销结业证书",
    "dispatch_order.issued": "开具派遣单",
    "dispatch_order.cancelled": "取消派遣单",
    "labor_contract.recorded": "登记劳务合同",
    "worker.boarded": "上车签到",
    "worker.arrived": "到站",
    "worker.handed_over": "点对点交接",
    "employment_receipt.received": "收到就业回执单",
    "placement.started": "上岗",
    "employment_receipt.overdue": "就业回执逾期",
    "labor_contract.due": "劳务合同待补",
    "placement.month_completed": "在岗满月",
    "placement.month_withdrawn": "在岗满月更正",
    "placement.ended": "离岗",
    "flexible_placement.started": "县内灵活就业",
    "flexible_placement.month_completed": "灵活就业月结",
    "flexible_placement.ended": "灵活就业结束",
    "reimbursement.approved": "车费报销批准",
    "reimbursement.reversed": "车费报销冲销",
    "caseload.opened": "纳入服务站服务对象",
    "caseload.moved": "服务站转接",
    "caseload.closed": "服务站服务结束",
    "follow_up.due": "跟踪服务到期",
    "rights_case.opened": "维权立案",
    "rights_case.deadline_near": "维权时限临近",
    "rights_case.resolved": "维权结案",
    "job_transfer.requested": "申请转岗",
    "job_transfer.accepted": "转岗接收",
    "honey_purchase.recorded": "蜂蜜收购",
    "settlement.paid": "蜂农结算",
    "message.delivered": "消息送达",
    "message.failed": "消息未送达",
    "worker_group.joined": "加入就业人员微信群",
    "worker_group.left": "退出就业人员微信群",
}
_HIDDEN = {"worker_id"}


def list_ledger_entries(session: Session, query: c.ListLedgerEntries) -> Page[c.LedgerEntry]:
    """Oldest first, with the entries of records that were merged into this worker; raises NOT_FOUND for nobody."""
    chains = session.exec(
        select(Chain.worker_id).where(or_(Chain.worker_id == query.worker_id, Chain.merged_into == query.worker_id))
    ).all()
    if not chains:
        raise NOT_FOUND(what="ledger", worker_id=str(query.worker_id))
    statement = select(Received).where(col(Received.worker_id).in_({*chains, query.worker_id}))
    if query.topic:
        statement = statement.where(Received.topic == query.topic)
    return page(
        session,
        statement,
        order=(col(Received.at), col(Received.sequence)),
        request=query,
        view=entry_view,
    )


def entry_view(entry: Received) -> c.LedgerEntry:
    envelope = orjson.loads(entry.envelope)
    return c.LedgerEntry(
        sequence=entry.sequence or 0,
        event_id=entry.event_id,
        at=entry.at,
        topic=entry.topic,
        title=TITLES.get(entry.topic, entry.topic),
        publisher=envelope["publisher"],
        actor=envelope["actor"],
        outpost=entry.outpost,
        division=entry.division,
        place=_place(entry),
        facts={name: value for name, value in envelope["body"].items() if name not in _HIDDEN and value is not None},
        hash=entry.hash or "",
    )


def _place(entry: Received) -> str | None:
    if entry.outpost is not None:
        return f"{outpost_place(entry.outpost).name}服务站"
    return division_name(entry.division) if entry.division else None


def merged_ids(session: Session, worker_id: UUID) -> set[UUID]:
    """The worker and every record that was merged into it."""
    return {worker_id, *session.exec(select(Chain.worker_id).where(Chain.merged_into == worker_id))}
