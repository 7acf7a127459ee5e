"""Carrying queued messages out: claimed in one transaction, sent outside any, recorded in another.

A claim lasts two minutes, so a process that dies with it costs a delay; a message may then arrive twice, never not.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy
from sqlalchemy import func
from sqlmodel import col, select

from services.notify.channels import WECOM_PER_MINUTE, Outcome, channel_for
from services.notify.models import Message, WorkerGroup
from services.notify.outgoing import Outgoing
from services.notify.pushes import fill
from services.notify.templates import rendered
from shared.contracts import notify as c
from shared.kit.privacy import unseal
from shared.kit.session import Session
from shared.kit.ticking import Ticker

BATCH = 16
BUDGET_SECONDS = 10.0
CLAIM = timedelta(minutes=2)
ATTEMPTS = 8


def deliver(ticker: Ticker) -> int:
    """Send what is due, a batch side by side, for at most ten seconds; how many attempts were made."""
    made = 0
    until = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < until:
        with ticker.transaction() as session:
            batch = claim(session)
        if not batch:
            break
        ready, outcomes = fill(ticker, batch)
        with ThreadPoolExecutor(max(len(ready), 1)) as pool:
            outcomes |= zip((outgoing.id for outgoing in ready), pool.map(attempt, ready), strict=True)
        with ticker.transaction() as session:
            for message_id, outcome in outcomes.items():
                record(session, message_id, outcome)
        made += len(batch)
    return made


def claim(session: Session) -> list[Outgoing]:
    """Due messages, locked and put off, so that no other replica takes them. Robots get at most 20 a minute."""
    rows = session.exec(
        select(Message)
        .where(
            Message.state == c.MessageState.queued,
            Message.channel != c.ChannelKind.by_hand,
            col(Message.next_attempt_at) <= session.now,
        )
        .order_by(col(Message.next_attempt_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    used = _used_this_minute(session, {row.group_id for row in rows if row.group_id})
    claimed: list[Outgoing] = []
    for message in rows:
        if message.expires_at and message.expires_at <= session.now:
            _fail(session, message, "expired")
        elif message.group_id and used[message.group_id] >= WECOM_PER_MINUTE:
            message.next_attempt_at = session.now + timedelta(seconds=60)
        else:
            message.attempts += 1
            message.attempted_at = session.now
            message.next_attempt_at = session.now + CLAIM
            if message.group_id:
                used[message.group_id] += 1
            claimed.append(_outgoing(session, message))
        session.add(message)
    return claimed


def attempt(outgoing: Outgoing) -> Outcome:
    channel = channel_for(outgoing.channel, outgoing.settings)
    if channel is None:
        return Outcome(False, "channel not set up", retry_after=300)
    return channel.send(outgoing.address, outgoing.text)


def record(session: Session, message_id: UUID, outcome: Outcome) -> None:
    """Delivered, tried again later with growing delay, or failed for good."""
    message = session.exec(select(Message).where(Message.id == message_id).with_for_update()).one_or_none()
    if message is None or message.state is not c.MessageState.queued:
        return
    if outcome.is_delivered:
        message.state, message.delivered_at, message.next_attempt_at = c.MessageState.delivered, session.now, None
        message.last_error, message.address_sealed = None, None
        session.publish(
            c.MessageDelivered(
                message_id=message.id,
                channel=message.channel,
                template=message.template,
                worker_id=message.worker_id,
            )
        )
    elif outcome.is_final or message.attempts >= ATTEMPTS:
        _fail(session, message, outcome.error)
    else:
        message.last_error = outcome.error
        delay = (outcome.retry_after or 30) * 2 ** (message.attempts - 1)
        message.next_attempt_at = session.now + timedelta(seconds=min(delay, 3600))
    session.add(message)


def _fail(session: Session, message: Message, reason: str) -> None:
    message.state, message.last_error, message.next_attempt_at = c.MessageState.failed, reason, None
    if message.expires_at:
        message.address_sealed = None
    session.publish(
        c.MessageFailed(
            message_id=message.id,
            channel=message.channel,
            template=message.template,
            worker_id=message.worker_id,
            reason=reason,
        )
    )


def _outgoing(session: Session, message: Message) -> Outgoing:
    params: dict[str, Any] = {**message.params, "count": message.count}
    address = ""
    if message.address_sealed:
        known = orjson.loads(unseal(session.keys, message.address_sealed, about=str(message.id)))
        address = known.pop("to")
        params |= known
    elif message.group_id:
        group = session.get_one(WorkerGroup, message.group_id)
        address = unseal(session.keys, group.robot_key_sealed, about=str(group.id), purpose="robot")
    text = rendered(message.template, params, "zh-CN")
    return Outgoing(
        id=message.id,
        channel=message.channel,
        template=message.template,
        worker_id=message.worker_id,
        address=address,
        text=text,
        settings=session.settings,
    )


def _used_this_minute(session: Session, groups: set[UUID]) -> Counter[UUID]:
    """Attempts by group, also those that another replica is making: the groups' rows are locked while they count."""
    if not groups:
        return Counter()
    locked = select(WorkerGroup.id).where(col(WorkerGroup.id).in_(groups)).order_by(col(WorkerGroup.id))
    session.exec(locked.with_for_update(key_share=True)).all()
    rows = session.execute(
        sqlalchemy.select(col(Message.group_id), func.count())
        .where(
            col(Message.group_id).in_(groups),
            col(Message.attempted_at) > session.now - timedelta(seconds=60),
        )
        .group_by(col(Message.group_id))
    )
    return Counter({group: count for group, count in rows if group})
