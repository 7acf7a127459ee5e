"""实名登记 of one person: by the identity number, once, with what may be the same person shown.

What a grid leader may not change alone they may not enter alone either: hardship, health limits and inability to work
are taken down as change requests, which somebody else decides; the person is registered at once.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.registry.change_requests import request_change
from services.registry.days import today
from services.registry.drafts import Draft, draft_of_registration
from services.registry.duplicates import check_likely
from services.registry.intake import source_of, take_in
from services.registry.workers import duplicate, get_worker, with_number
from shared.contracts import registry as c
from shared.contracts.scopes import Role
from shared.kit.session import Session

WARN_AREA = "身份证号码前六位不是现行行政区划代码, 请核对"
WARN_LIKELY = "可能是同一人, 请核对"
WARN_SEX = "登记的性别与身份证号码不一致, 已按身份证号码登记"
WARN_ASKED = "困难身份和身体状况属于敏感信息, 已提交变更申请, 批准后生效"
ASKED_REASON = "首次登记"


def register_worker(session: Session, command: c.RegisterWorker) -> c.WorkerView:
    """Raises WORKER_DUPLICATE (with the id for HQ alone), WORKER_LIKELY_DUPLICATE, ID_NUMBER_INVALID, UNDER_AGE,
    PHONE_INVALID, DIVISION_UNKNOWN, OCCUPATION_UNKNOWN or PERIOD_INVALID.
    """
    draft = draft_of_registration(command, today(session))
    if draft.number is None:
        raise ValueError("a registration always has a number")
    if known := with_number(session, draft.number):
        raise duplicate(session, known)
    found = check_likely(session, draft, refuse=command.refuse_likely)
    asked = sensitive_part(draft) if session.caller.role is Role.grid_leader else []
    try:
        with session.begin_nested():
            worker_id = take_in(session, draft, source_of(session))
    except IntegrityError as error:
        session.published.clear()
        raise duplicate(session, None) from error
    requests = ask_for(session, worker_id, asked, ASKED_REASON)
    view = get_worker(session, c.GetWorker(worker_id=worker_id))
    view.change_requests = requests
    view.likely_duplicates = found
    view.warnings += [f"{WARN_LIKELY}: {match.division_name} {match.name} {match.id_number_masked}" for match in found]
    if requests:
        view.warnings.append(WARN_ASKED)
    if not draft.number.has_known_area:
        view.warnings.append(WARN_AREA)
    if command.sex and command.sex != draft.number.sex:
        view.warnings.append(WARN_SEX)
    return view


def sensitive_part(draft: Draft) -> list[c.AskedChanges]:
    """What a draft says of hardship, health and ability to work, taken out of it: one request a hardship."""
    asked = [c.AskedChanges(difficulty=status) for status in draft.difficulties]
    limits = [c.WorkLimit(limit) for limit in draft.limits] if draft.limits else None
    can_work = False if draft.can_work is False else None
    if limits or can_work is not None:
        asked.append(c.AskedChanges(limits=limits, can_work=can_work))
    draft.difficulties, draft.limits, draft.can_work = [], None, None
    return asked


def ask_for(session: Session, worker_id: UUID, asked: list[c.AskedChanges], reason: str) -> list[UUID]:
    """The requests made, by id."""
    session.flush()
    return [
        request_change(session, c.RequestChange(worker_id=worker_id, changes=changes, reason=reason)).id
        for changes in asked
    ]
