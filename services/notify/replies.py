"""Answers by text message: understood and passed on to postings, or laid before a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import orjson
from sqlalchemy import and_, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.notify.models import Message, SmsOptOut, SmsReply
from services.notify.reply_words import Said, read_reply
from shared.contracts import notify as c
from shared.contracts import postings
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, Problem
from shared.kit.calls import Ask, Call
from shared.kit.paging import page
from shared.kit.privacy import lookup_hash, seal, unseal
from shared.kit.session import Session

TAKEN = "sms_reply_taken"
ANSWERS_A_DAY = 5
NOT_CLEAR = "没有看懂您的回复。想去请只回复岗位前的数字, 都不去回复 {none}; 也可以找村里的工作人员。"


@dataclass
class Answered:
    """What was passed on before the transaction, and what the sender will be told."""

    worker_ids: list[UUID] = field(default_factory=list)
    answers: list[c.ReplyAnswer] = field(default_factory=list)
    is_no_more: bool = False
    is_clear: bool = False
    told: str = ""

    @property
    def outcome(self) -> c.ReplyOutcome:
        if self.is_no_more:
            return c.ReplyOutcome.unsubscribed
        if not self.worker_ids:
            return c.ReplyOutcome.unknown_sender
        if self.is_clear and all(answer.code is None for answer in self.answers):
            return c.ReplyOutcome.answered
        return c.ReplyOutcome.needs_person


def normal_phone(phone: str) -> str:
    """`+8613800138000`, as registry keeps it, however the gateway writes it."""
    return "+86" + re.sub(r"\D", "", phone)[-11:]


def pass_on(ask: Ask, command: c.ReceiveSms, call: Call) -> Answered:
    """Read the words against what this phone was sent, and give postings each answer. Repeating it changes nothing."""
    said = read_reply(command.text)
    pushes = ask(c.GetReplyStanding(phone=normal_phone(command.phone)), as_service=True).pushes
    found = Answered(worker_ids=[push.worker_id for push in pushes], is_no_more=said.is_no_more)
    if said.is_no_more or not pushes:
        return found
    chosen = choices(said, pushes)
    if not chosen:
        found.told = NOT_CLEAR.format(none=pushes[0].first_number - 1)
        return found
    found.is_clear = True
    titles: dict[str, list[str]] = {"accepted": [], "declined": [], "late": []}
    for worker_id, recommendation_id, answer in chosen:
        message = postings.AnswerRecommendation(recommendation_id=recommendation_id, worker_id=worker_id, answer=answer)
        code = None
        try:
            titles[answer.value].append(ask(message, as_service=True).posting.title)
        except Problem as problem:
            if problem.kind.value not in ("conflict", "not_found"):
                raise
            code = problem.code
            titles["late"].append(problem.body.zh)
        found.answers.append(c.ReplyAnswer(recommendation_id=recommendation_id, answer=answer.value, code=code))
    found.told = _told(titles)
    return found


def choices(said: Said, pushes: list[c.PushedOffers]) -> list[tuple[UUID, UUID, postings.Answer]]:
    """Each answer as (worker, offer, answer); nothing where any part of it fits no offer or fits two people."""
    by_number = {
        push.first_number + index: (push.worker_id, offer)
        for push in pushes
        for index, offer in enumerate(push.recommendation_ids)
    }
    none_of = {push.first_number - 1: push for push in pushes}
    if said.is_none:
        return _all_declined(pushes[0]) if len(pushes) == 1 else []
    if said.is_yes:
        only = list(by_number.values())
        return [(*only[0], postings.Answer.accepted)] if len(only) == 1 else []
    found: list[tuple[UUID, UUID, postings.Answer]] = []
    for number in said.accepts:
        if number in none_of and len(said.accepts) == 1 and not said.declines:
            return _all_declined(none_of[number])
        if number not in by_number:
            return []
        found.append((*by_number[number], postings.Answer.accepted))
    for number in said.declines:
        if number not in by_number:
            return []
        found.append((*by_number[number], postings.Answer.declined))
    return found


def receive_sms(session: Session, command: c.ReceiveSms, answered: Answered) -> c.SmsReplyTaken:
    """Keep what came in, once, and confirm it to who sent it: a handful of times a day, so that no two machines talk
    to each other for ever."""
    phone = normal_phone(command.phone)
    reply = SmsReply(
        reply_id=command.reply_id,
        phone_hash=lookup_hash(session.keys, phone, purpose="sms"),
        worker_ids=[str(worker_id) for worker_id in answered.worker_ids],
        outcome=answered.outcome,
        answers=[answer.model_dump(mode="json") for answer in answered.answers],
        received_at=command.received_at or session.now,
    )
    reply.text_sealed = seal(session.keys, command.text, about=str(reply.id))
    row = insert(SmsReply).values(**reply.model_dump())
    if session.execute(row.on_conflict_do_nothing().returning(col(SmsReply.id))).first() is None:
        known = session.exec(select(SmsReply).where(col(SmsReply.reply_id) == command.reply_id)).one()
        return _taken(known)
    if answered.is_no_more:
        out = insert(SmsOptOut).values(phone_hash=reply.phone_hash, since=session.now)
        session.execute(out.on_conflict_do_nothing())
    if answered.told and _may_confirm(session, reply.phone_hash):
        _confirm(session, phone, answered.told)
    return _taken(reply)


def list_replies(session: Session, query: c.ListSmsReplies) -> Page[c.SmsReplyView]:
    statement = select(SmsReply)
    if query.outcome is not None:
        statement = statement.where(SmsReply.outcome == query.outcome)
    if query.is_open is not None:
        waits = and_(col(SmsReply.outcome) == c.ReplyOutcome.needs_person, col(SmsReply.handled_at).is_(None))
        statement = statement.where(waits if query.is_open else ~waits)
    return page(
        session,
        statement,
        order=(col(SmsReply.received_at).desc(), col(SmsReply.id).desc()),
        request=query,
        view=lambda reply: view(session, reply),
    )


def handle_reply(session: Session, command: c.HandleSmsReply) -> c.SmsReplyView:
    reply = session.get(SmsReply, command.id, with_for_update=True)
    if reply is None:
        raise NOT_FOUND(what="sms reply")
    if reply.handled_at is not None:
        raise ILLEGAL_TRANSITION(state="handled", action="handle")
    reply.handled_at, reply.handling = session.now, command.handling
    reply.handled_by = f"{session.caller.actor.kind}:{session.caller.actor.id}"
    session.flush()
    return view(session, reply)


def forget(session: Session, worker_id: UUID) -> None:
    """An erased person's words go; that there was an answer stays."""
    session.execute(
        update(SmsReply)
        .where(col(SmsReply.worker_ids).contains([str(worker_id)]))
        .values(text_sealed=None, handling=None)
        .execution_options(synchronize_session=False)
    )


def view(session: Session, reply: SmsReply) -> c.SmsReplyView:
    text = unseal(session.keys, reply.text_sealed, about=str(reply.id)) if reply.text_sealed else ""
    return c.SmsReplyView(**reply.model_dump(exclude={"text_sealed", "phone_hash", "reply_id"}), text=text)


def _all_declined(push: c.PushedOffers) -> list[tuple[UUID, UUID, postings.Answer]]:
    return [(push.worker_id, offer, postings.Answer.declined) for offer in push.recommendation_ids]


def _told(titles: dict[str, list[str]]) -> str:
    parts = []
    if titles["accepted"]:
        parts.append(f"您愿意去: {'、'.join(titles['accepted'])}, 工作人员会联系您。")
    if titles["declined"]:
        parts.append(f"您不去: {'、'.join(titles['declined'])}。")
    parts += dict.fromkeys(titles["late"])
    return "已收到。" + "".join(parts)


def _may_confirm(session: Session, phone_hash: str) -> bool:
    today = session.exec(
        select(func.count()).where(
            col(SmsReply.phone_hash) == phone_hash, col(SmsReply.received_at) > session.now - timedelta(days=1)
        )
    ).one()
    return bool(session.settings.sms_gateway) and today <= ANSWERS_A_DAY


def _confirm(session: Session, phone: str, text: str) -> None:
    message = Message(
        channel=c.ChannelKind.sms,
        template=TAKEN,
        next_attempt_at=session.now,
        expires_at=session.now + timedelta(hours=6),
        created_at=session.now,
    )
    address = orjson.dumps({"to": phone, "text": text}).decode()
    message.address_sealed = seal(session.keys, address, about=str(message.id))
    session.add(message)


def _taken(reply: SmsReply) -> c.SmsReplyTaken:
    return c.SmsReplyTaken(
        id=reply.id,
        reply_id=reply.reply_id,
        outcome=reply.outcome,
        answers=sum(answer.get("code") is None for answer in reply.answers),
    )
