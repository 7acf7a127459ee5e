"""个人信息处理活动记录 (个人信息保护法 §55, §56), and how long what is kept (§19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, func
from sqlmodel import col, select

from services.registry.days import day_of, end_of, today, years_before
from services.registry.intake import actor_of
from services.registry.models import (
    Disclosure,
    EmploymentSpell,
    LegalHold,
    RetentionHold,
    Visit,
    Worker,
    WorkerImport,
)
from shared.contracts import registry as c
from shared.contracts.base import Nothing, Page
from shared.contracts.errors import NOT_FOUND
from shared.contracts.registry import PeoplePurpose
from shared.kit.paging import page
from shared.kit.session import Session
from shared.reference import division_path

# Nothing recorded for five years: delete, or give a reason to keep. The office's own rule, to be confirmed by it.
KEPT_YEARS = 5
# An uploaded roster is needed to correct and resume an import, then no longer.
IMPORT_FILES_KEPT = timedelta(days=180)
PUBLIC_DUTY = "法定职责(个人信息保护法第十三条第三项; 就业促进法)"
CONSENT = "本人同意(第十三条第一项)"
SEPARATE_CONSENT = "本人单独同意(第二十三条、第二十九条)"
CONTRACT = "订立、履行合同所必需(第十三条第二项)"
SEALED = "逐人密钥加密存储, 掩码显示, 按区划和授权隔离, 查看留痕"


@dataclass(frozen=True)
class Activity:
    key: str
    purpose: str
    basis: str
    categories: tuple[str, ...]
    is_sensitive: bool
    recipients: str
    retention: str
    disclosed_for: tuple[PeoplePurpose, ...] = ()


ACTIVITIES = (
    Activity(
        "registration",
        "实名登记和六个清单",
        PUBLIC_DUTY,
        ("姓名", "身份证号码", "电话", "住址区划", "技能", "就业经历"),
        True,
        "县公司、所属乡镇和网格",
        f"最后一次记录后{KEPT_YEARS}年, 期满删除或注明理由",
    ),
    Activity(
        "hardship",
        "就业困难认定和帮扶",
        PUBLIC_DUTY,
        ("困难身份", "证明", "身体限制", "走访记录"),
        True,
        "县公司、所属乡镇和网格",
        "与登记信息相同",
    ),
    Activity(
        "matching",
        "岗位推荐和推荐单",
        CONSENT,
        ("技能", "意向", "区划"),
        False,
        "县公司",
        "推荐失效后随登记信息",
        (PeoplePurpose.recommendation_slip,),
    ),
    Activity(
        "messages",
        "发送岗位信息",
        CONSENT,
        ("电话",),
        False,
        "短信或企业微信通道",
        "发送记录30天",
        (PeoplePurpose.message,),
    ),
    Activity(
        "dispatch",
        "派遣、包车和合同",
        CONTRACT,
        ("姓名", "身份证号码", "电话"),
        True,
        "输入地服务站、用工企业(不含身份证号码)、承运单位",
        "合同终止后保存2年备查(劳动合同法第五十条)",
        (PeoplePurpose.dispatch_order, PeoplePurpose.manifest, PeoplePurpose.labour_contract),
    ),
    Activity(
        "employers",
        "向用工企业提供",
        SEPARATE_CONSENT,
        ("姓名", "性别", "出生日期", "技能"),
        False,
        "签订劳务合作框架协议的用工企业",
        "在岗期间",
    ),
    Activity(
        "outposts",
        "站点跟踪服务和维权",
        CONSENT,
        ("姓名", "电话", "案件材料"),
        True,
        "输入地服务站",
        "案件办结后3年",
        (PeoplePurpose.caseload, PeoplePurpose.rights_case),
    ),
    Activity(
        "training",
        "培训和证书",
        PUBLIC_DUTY,
        ("姓名", "电话", "成绩"),
        False,
        "承训机构",
        "证书长期可查",
        (PeoplePurpose.training_roster,),
    ),
    Activity(
        "settlement",
        "蜂蜜收购结算和车费报销",
        CONTRACT,
        ("姓名", "身份证号码", "金额"),
        True,
        "结算银行",
        "会计档案期限",
        (PeoplePurpose.settlement,),
    ),
    Activity(
        "record",
        "查看和披露记录",
        "安全义务(第五十一条、第五十六条)",
        ("账号", "时间", "用途"),
        False,
        "审计人员; 本人可查",
        "不少于3年",
    ),
)


def get_processing_record(session: Session, query: c.GetProcessingRecord) -> c.ProcessingRecord:
    """Each activity with how often people's details were disclosed for it."""
    until = query.until or today(session)
    since = query.since or years_before(until, 1)
    return c.ProcessingRecord(since=since, until=until, activities=activities(session, since, until))


def activities(session: Session, since: date, until: date) -> list[c.ProcessingActivity]:
    counted: dict[str, tuple[int, int]] = {}
    statement: Any = (
        select(
            col(Disclosure.purpose),
            func.count(),
            func.count(func.distinct(col(Disclosure.worker_id))),
        )
        .where(col(Disclosure.at) >= end_of(since - timedelta(days=1)), col(Disclosure.at) < end_of(until))
        .group_by(col(Disclosure.purpose))
    )
    for purpose, entries, people in session.execute(statement):
        counted[purpose] = (entries, people)
    return [
        c.ProcessingActivity(
            key=one.key,
            purpose=one.purpose,
            basis=one.basis,
            categories=list(one.categories),
            is_sensitive=one.is_sensitive,
            recipients=one.recipients,
            retention=one.retention,
            measures=SEALED,
            disclosures=sum(counted.get(purpose.value, (0, 0))[0] for purpose in one.disclosed_for),
            people=max((counted.get(purpose.value, (0, 0))[1] for purpose in one.disclosed_for), default=0),
        )
        for one in ACTIVITIES
    ]


def list_retention_due(session: Session, query: c.ListRetentionDue) -> Page[c.RetentionRow]:
    """Nothing changed, no visit and no work for five years, no open case, no reason to keep."""
    worker, spell, visit = (_any(table) for table in (Worker, EmploymentSpell, Visit))
    hold, kept = _any(LegalHold), _any(RetentionHold)
    before = years_before(today(session), KEPT_YEARS)
    works = exists().where(
        spell.worker_id == worker.id,
        spell.superseded_at.is_(None),
        spell.ended_on.is_(None) | (spell.ended_on > before),
    )
    statement: Any = select(Worker).where(
        worker.erased_at.is_(None),
        worker.updated_at < end_of(before),
        ~works,
        ~exists().where(visit.worker_id == worker.id, visit.visited_on > before),
        ~exists().where(hold.worker_id == worker.id),
        ~exists().where(kept.worker_id == worker.id, kept.until >= today(session)),
    )
    if query.division:
        statement = statement.where(worker.division.startswith(query.division))
    order = (col(Worker.updated_at), col(Worker.id))
    return page(session, statement, order=order, request=query, view=_due)


def _any(table: Any) -> Any:
    return table


def _due(worker: Worker) -> c.RetentionRow:
    return c.RetentionRow(
        worker_id=worker.id,
        worker_name=worker.name,
        division=worker.division,
        division_name=division_path(worker.division),
        last_recorded_on=day_of(worker.updated_at),
    )


def keep_worker(session: Session, command: c.KeepWorker) -> Nothing:
    """Raises NOT_FOUND, or PERIOD_INVALID for an end that has passed."""
    if session.get(Worker, command.worker_id) is None:
        raise NOT_FOUND(worker_id=str(command.worker_id))
    if command.until <= today(session):
        raise c.PERIOD_INVALID()
    hold = session.get(RetentionHold, command.worker_id) or RetentionHold(
        worker_id=command.worker_id, reason="", until=command.until, actor=""
    )
    hold.reason, hold.until = command.reason, command.until
    hold.actor, hold.decided_at = actor_of(session), session.now
    session.add(hold)
    return Nothing()


def drop_old_import_files(session: Session) -> None:
    """The rosters that were uploaded, and what was wrong in them, hold names and numbers: their time is over."""
    before = session.now - IMPORT_FILES_KEPT
    old = select(WorkerImport).where(
        col(WorkerImport.created_at) < before, col(WorkerImport.file)["dropped"].as_boolean().is_(None)
    )
    for imported in session.exec(old.limit(50)).all():
        for file in (imported.file, imported.problem_file):
            if file and not _is_used_since(session, file["hash"], before):
                session.blobs.delete(file["hash"])
        imported.file, imported.problem_file = {**imported.file, "dropped": True}, None
        session.add(imported)


def _is_used_since(session: Session, digest: str, before: Any) -> bool:
    """The same file may have been uploaded again: it is stored once."""
    again = select(WorkerImport.id).where(
        col(WorkerImport.created_at) >= before, col(WorkerImport.file)["hash"].as_string() == digest
    )
    return session.exec(again.limit(1)).first() is not None
