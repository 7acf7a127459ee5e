"""一对一精准推送: a person's offers as one text message a day, with a number for each and a link of their own.

The phone is asked from registry when the message leaves, and the offers from postings, so that neither is kept here and
nothing stale is sent.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.notify.channels import Outcome
from services.notify.digests import awake
from services.notify.messages import day
from services.notify.models import Message, OfferPush, SmsOptOut, WorkerPlace
from services.notify.outgoing import Outgoing
from services.notify.templates import Text
from shared.contracts import notify as c
from shared.contracts import postings, registry
from shared.contracts.errors import Problem
from shared.contracts.scopes import Area
from shared.kit.calls import Ask
from shared.kit.links import LINK_EXPIRED, LINK_INVALID, make_link_token
from shared.kit.privacy import lookup_hash, lookup_hashes
from shared.kit.session import Session
from shared.kit.tables import new_id
from shared.kit.ticking import Ticker

TEMPLATE = "recommendation_sms"
PURPOSE = "recommendations"
GROWS = timedelta(minutes=10)
ANSWERABLE = timedelta(days=14)
AT_MOST = 5
# People on one phone get numbers of their own: 1-5, 11-15, 21-25.
NUMBERS_A_PERSON = 10
UNIT_ZH = {"hour": "时", "day": "天", "week": "周", "month": "月", "year": "年", "piece": "件"}


def queue_push(session: Session, worker_id: UUID, *, after: timedelta = GROWS) -> bool:
    """Queue today's message to a person; False where there is one already, or no gateway to send it."""
    if not session.settings.sms_gateway:
        return False
    row = insert(Message).values(
        id=new_id(),
        channel=c.ChannelKind.sms,
        template=TEMPLATE,
        params={},
        count=1,
        worker_id=worker_id,
        dedupe_key=f"recommendation-sms:{worker_id}:{day(session.now)}",
        state=c.MessageState.queued,
        attempts=0,
        next_attempt_at=awake(session.now + after),
        expires_at=session.now + timedelta(days=2),
        created_at=session.now,
    )
    return session.execute(row.on_conflict_do_nothing().returning(col(Message.id))).first() is not None


def push_recommendations(session: Session, command: c.PushRecommendations) -> c.PushReport:
    """The staff send now. Runs under the service's scope, since where people live is the machinery's; the area is
    checked here. Raises CHANNEL_NOT_READY.
    """
    if not session.settings.sms_gateway:
        raise c.CHANNEL_NOT_READY(channel=c.ChannelKind.sms.value)
    scope = session.caller.scope
    statement = select(WorkerPlace.worker_id).where(col(WorkerPlace.is_active))
    if isinstance(scope, Area):
        statement = statement.where(col(WorkerPlace.division).startswith(scope.division))
    if command.worker_ids is not None:
        statement = statement.where(col(WorkerPlace.worker_id).in_(command.worker_ids))
    else:
        statement = statement.where(col(WorkerPlace.division).startswith(command.division or ""))
    found = session.exec(statement).all()
    queued = sum(queue_push(session, worker_id, after=timedelta(0)) for worker_id in found)
    missing = len(set(command.worker_ids) - set(found)) if command.worker_ids is not None else 0
    return c.PushReport(queued=queued, already=len(found) - queued, missing=missing)


def fill(ticker: Ticker, batch: Sequence[Outgoing]) -> tuple[list[Outgoing], dict[UUID, Outcome]]:
    """The batch with the words and addresses of personal messages, and what becomes of those that cannot be sent."""
    wanted = [outgoing for outgoing in batch if outgoing.template == TEMPLATE]
    ready = [outgoing for outgoing in batch if outgoing.template != TEMPLATE]
    refused: dict[UUID, Outcome] = {}
    for outgoing in wanted:
        try:
            found = _asked(ticker.ask, outgoing)
        except Problem as problem:
            refused[outgoing.id] = Outcome(False, problem.code, retry_after=60)
            continue
        if isinstance(found, Outcome):
            refused[outgoing.id] = found
            continue
        with ticker.transaction() as session:
            made = _written(session, outgoing, *found)
        if isinstance(made, Outcome):
            refused[outgoing.id] = made
        else:
            ready.append(made)
    return ready, refused


def open_short_link(session: Session, query: c.OpenShortLink) -> c.ShortLinkTarget:
    """Raises LINK_INVALID, LINK_EXPIRED."""
    push = session.exec(select(OfferPush).where(col(OfferPush.link_hash) == _link_hash(query.code))).one_or_none()
    if push is None:
        raise LINK_INVALID()
    if push.expires_at <= session.now:
        raise LINK_EXPIRED()
    token = make_link_token(session.keys, purpose=PURPOSE, subject=str(push.worker_id), expires_at=push.expires_at)
    return c.ShortLinkTarget(token=token)


def get_reply_standing(session: Session, query: c.GetReplyStanding) -> c.ReplyStanding:
    """The latest message to each person of a phone, as long as it can be answered."""
    rows = session.exec(
        select(OfferPush)
        .where(
            col(OfferPush.phone_hash).in_(lookup_hashes(session.keys, query.phone, purpose="sms")),
            col(OfferPush.expires_at) > session.now,
        )
        .order_by(col(OfferPush.sent_at))
    ).all()
    latest = {row.worker_id: row for row in rows}
    return c.ReplyStanding(pushes=[c.PushedOffers.model_validate(row.model_dump()) for row in latest.values()])


def forget(session: Session, worker_id: UUID) -> None:
    session.execute(delete(OfferPush).where(col(OfferPush.worker_id) == worker_id))


def _asked(ask: Ask, outgoing: Outgoing) -> tuple[registry.Person, list[postings.RecommendationView]] | Outcome:
    """The person and the offers, if there are both and the person agreed to messages."""
    worker_id = outgoing.worker_id
    if worker_id is None:
        return Outcome(False, "nobody", is_final=True)
    worker = ask(registry.GetWorker(worker_id=worker_id))
    agreed = any(
        consent.purpose is registry.ConsentPurpose.messages and consent.withdrawn_on is None
        for consent in worker.consents
    )
    if not agreed or not worker.is_active:
        return Outcome(False, "no consent to messages", is_final=True)
    live = ask(postings.ListRecommendations(worker_id=worker_id, state=postings.RecommendationState.offered, limit=50))
    offers = [offer for offer in live.items if offer.posting.state == "open"]
    offers.sort(key=lambda offer: (-offer.score, str(offer.id)))
    if not offers:
        return Outcome(False, "nothing to offer any more", is_final=True)
    people = ask(registry.GetPeople(worker_ids=[worker_id], purpose=registry.PeoplePurpose.message)).people
    if not people or not people[0].phone:
        return Outcome(False, "no phone", is_final=True)
    return people[0], offers[:AT_MOST]


def _written(
    session: Session, outgoing: Outgoing, person: registry.Person, offers: list[postings.RecommendationView]
) -> Outgoing | Outcome:
    """The message, after noting what its numbers stand for. The same again where an attempt failed before."""
    phone = person.phone or ""
    hashes = lookup_hashes(session.keys, phone, purpose="sms")
    if session.exec(select(SmsOptOut).where(col(SmsOptOut.phone_hash).in_(hashes))).first():
        return Outcome(False, "unsubscribed", is_final=True)
    first = _first_number(session, person.worker_id, hashes)
    code = secrets.token_urlsafe(9)
    values = {
        "worker_id": person.worker_id,
        "phone_hash": lookup_hash(session.keys, phone, purpose="sms"),
        "first_number": first,
        "recommendation_ids": [str(offer.id) for offer in offers],
        "link_hash": _link_hash(code),
        "sent_at": session.now,
        "expires_at": session.now + ANSWERABLE,
    }
    row = insert(OfferPush).values(message_id=outgoing.id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["message_id"], set_=values))
    listed = " ".join(f"{first + index}.{_words(offer.posting)}" for index, offer in enumerate(offers))
    text = (
        f"【送岗】{person.name}您好, 推荐岗位: {listed}。想去请回复数字, 都不去回复{first - 1}, "
        f"详情 {session.settings.base_url}/s/{code} 退订回T"
    )
    return replace(outgoing, address=phone, text=Text("岗位推荐", text))


def _first_number(session: Session, worker_id: UUID, hashes: list[str]) -> int:
    """Where this person's numbers begin on this phone, apart from those of the others who use it."""
    alive = (col(OfferPush.phone_hash).in_(hashes), col(OfferPush.expires_at) > session.now)
    own: int | None = session.exec(
        select(func.max(OfferPush.first_number)).where(*alive, col(OfferPush.worker_id) == worker_id)
    ).one()
    if own is not None:
        return own
    others: int | None = session.exec(select(func.max(OfferPush.first_number)).where(*alive)).one()
    return 1 if others is None else others + NUMBERS_A_PERSON


def _words(posting: postings.OfferedPosting) -> str:
    wage = "工资面议"
    if posting.wage_min_cents is not None:
        low, high = posting.wage_min_cents // 100, (posting.wage_max_cents or posting.wage_min_cents) // 100
        amount = f"{low}" if low == high else f"{low}-{high}"
        wage = f"{amount}元/{UNIT_ZH.get(posting.wage_unit or 'month', '月')}"
    return f"{posting.title}({posting.place},{wage})"


def _link_hash(code: str) -> str:
    """72 random bits need no key: nobody can try them all."""
    return hashlib.sha256(code.encode()).hexdigest()
