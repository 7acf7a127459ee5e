"""What is queued for whom. A digest is one row a day that counts; an inbox message is delivered by being there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import update
from sqlmodel import col, select

from services.notify.models import Message, WorkerPlace
from services.notify.templates import TEMPLATES, rendered
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.contracts.scopes import OutpostCode
from shared.kit.bulk import upsert_rows
from shared.kit.paging import page
from shared.kit.privacy import seal
from shared.kit.session import Session
from shared.kit.tables import new_id

CHINA = ZoneInfo("Asia/Shanghai")


def tell_worker(
    session: Session,
    worker_id: UUID,
    template: str,
    params: dict[str, Any],
    *,
    dedupe: str | None = None,
    count: int = 1,
) -> None:
    """Into the worker's in-app inbox; `count` is how many things it tells of."""
    _put(session, c.ChannelKind.inbox, template, params, worker_id=worker_id, dedupe=dedupe, count=count)


def tell_outpost(
    session: Session, outpost: OutpostCode, template: str, params: dict[str, Any], *, dedupe: str | None = None
) -> None:
    """Into the inbox of an outpost's staff."""
    _put(session, c.ChannelKind.inbox, template, params, outpost=outpost, dedupe=dedupe)


def tell_headquarters(session: Session, template: str, params: dict[str, Any], *, dedupe: str | None = None) -> None:
    """Into the inbox of headquarters: the one that is no worker's and no outpost's."""
    _put(session, c.ChannelKind.inbox, template, params, dedupe=dedupe)


def tell_group(
    session: Session,
    group_id: UUID,
    template: str,
    params: dict[str, Any],
    *,
    dedupe: str,
    after: timedelta = timedelta(0),
) -> None:
    """To a WeCom group, after a while in which a digest may grow."""
    _put(
        session,
        c.ChannelKind.wecom_robot,
        template,
        params,
        group_id=group_id,
        dedupe=dedupe,
        next_attempt_at=session.now + after,
    )


def send_phone_code(session: Session, command: c.SendPhoneCode) -> c.MessageAccepted:
    """Queue a sign-in code. Number and code are sealed and wiped once delivered; after its minutes it is not sent.

    Raises CHANNEL_NOT_READY where no SMS gateway is set up.
    """
    if not session.settings.sms_gateway:
        raise c.CHANNEL_NOT_READY(channel=c.ChannelKind.sms.value)
    message = Message(
        channel=c.ChannelKind.sms,
        template="phone_code",
        next_attempt_at=session.now,
        expires_at=session.now + timedelta(minutes=command.minutes_valid),
        created_at=session.now,
    )
    address = {"to": command.phone, "code": command.code, "minutes": command.minutes_valid}
    message.address_sealed = seal(session.keys, orjson.dumps(address).decode(), about=str(message.id))
    session.add(message)
    session.flush()
    return c.MessageAccepted(message_id=message.id)


def list_messages(session: Session, query: c.ListMessages) -> Page[c.MessageRow]:
    statement = select(Message)
    if query.channel:
        statement = statement.where(Message.channel == query.channel)
    if query.state:
        statement = statement.where(Message.state == query.state)
    if query.template:
        statement = statement.where(Message.template == query.template)
    return page(
        session,
        statement,
        order=(col(Message.created_at).desc(), col(Message.id).desc()),
        request=query,
        view=lambda message: c.MessageRow.model_validate(message.model_dump()),
    )


def retry_message(session: Session, command: c.RetryMessage) -> c.MessageRow:
    message = session.exec(select(Message).where(Message.id == command.message_id).with_for_update()).one_or_none()
    if message is None:
        raise NOT_FOUND(message_id=str(command.message_id))
    has_address = message.address_sealed or message.group_id or message.worker_id
    if message.state is not c.MessageState.failed or not has_address:
        raise ILLEGAL_TRANSITION(state=message.state.value, action="retry")
    message.state, message.attempts, message.next_attempt_at = c.MessageState.queued, 0, session.now
    session.add(message)
    session.flush()
    return c.MessageRow.model_validate(message.model_dump())


def list_inbox(session: Session, query: c.ListInbox) -> Page[c.InboxItemView]:
    """The reader's own messages, in the reader's language."""
    statement = _own(session, select(Message).where(Message.channel == c.ChannelKind.inbox))
    if query.is_unread is not None:
        unread = col(Message.read_at).is_(None)
        statement = statement.where(unread if query.is_unread else ~unread)
    return page(
        session,
        statement,
        order=(col(Message.created_at).desc(), col(Message.id).desc()),
        request=query,
        view=lambda message: inbox_view(session, message),
    )


def mark_read(session: Session, command: c.MarkInboxRead) -> c.InboxItemView:
    wanted = select(Message).where(Message.id == command.message_id, Message.channel == c.ChannelKind.inbox)
    message = session.exec(_own(session, wanted)).one_or_none()
    if message is None:
        raise NOT_FOUND(message_id=str(command.message_id))
    message.read_at = message.read_at or session.now
    session.add(message)
    session.flush()
    return inbox_view(session, message)


def _own(session: Session, statement: Any) -> Any:
    """Workers and outposts see no other's anyway; headquarters sees every row, and its inbox is nobody else's."""
    if session.caller.scope.kind != "hq":
        return statement
    return statement.where(col(Message.worker_id).is_(None), col(Message.outpost).is_(None))


def take_print_pack(session: Session, command: c.TakePrintPack) -> c.PrintPack:
    """Unread messages of a division's people, for whom they are printed; each is taken once.

    Under the machinery's scope, since where people live is kept for the machinery alone; HQ is the only caller.
    """
    rows = session.exec(
        select(Message)
        .join(WorkerPlace, col(WorkerPlace.worker_id) == Message.worker_id)
        .where(
            Message.channel == c.ChannelKind.inbox,
            col(Message.read_at).is_(None),
            col(Message.printed_at).is_(None),
            col(WorkerPlace.division).startswith(command.division),
            col(WorkerPlace.is_active),
        )
        .order_by(col(Message.worker_id), col(Message.created_at))
        .limit(command.limit)
        .with_for_update(of=Message, skip_locked=True)
    ).all()
    entries = []
    for message in rows:
        message.printed_at = session.now
        session.add(message)
        text = rendered(message.template, {**message.params, "count": message.count}, "zh-CN")
        if message.worker_id:
            entries.append(c.PrintPackEntry(worker_id=message.worker_id, title=text.title, text=text.text))
    return c.PrintPack(items=entries)


def inbox_view(session: Session, message: Message) -> c.InboxItemView:
    text = rendered(message.template, {**message.params, "count": message.count}, session.caller.locale)
    return c.InboxItemView(
        id=message.id,
        template=message.template,
        title=text.title,
        text=text.text,
        link=TEMPLATES[message.template].link,
        created_at=message.created_at,
        read_at=message.read_at,
    )


def day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()


def forget_worker(session: Session, worker_id: UUID) -> None:
    """An erased person's messages lose what they said."""
    session.execute(update(Message).where(col(Message.worker_id) == worker_id).values(params={}, address_sealed=None))


def _put(
    session: Session,
    channel: c.ChannelKind,
    template: str,
    params: dict[str, Any],
    *,
    worker_id: UUID | None = None,
    group_id: UUID | None = None,
    outpost: OutpostCode | None = None,
    dedupe: str | None = None,
    next_attempt_at: datetime | None = None,
    count: int = 1,
) -> None:
    """Add a message; where one with the same key is there already, it counts them too (and is unread again)."""
    is_inbox = channel is c.ChannelKind.inbox
    row = {
        "id": new_id(),
        "channel": channel,
        "template": template,
        "params": params,
        "count": count,
        "worker_id": worker_id,
        "group_id": group_id,
        "outpost": outpost,
        "dedupe_key": dedupe,
        "state": c.MessageState.delivered if is_inbox else c.MessageState.queued,
        "attempts": 0,
        "next_attempt_at": next_attempt_at,
        "created_at": session.now,
        "delivered_at": session.now if is_inbox else None,
    }
    session.gather(_write, row)


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    first: dict[Any, dict[str, Any]] = {}
    for row in rows:
        earlier = first.setdefault(row["dedupe_key"] or row["id"], row)
        if earlier is not row:
            earlier["count"] += row["count"]
    upsert_rows(
        session,
        Message,
        list(first.values()),
        keys=["dedupe_key"],
        changed=lambda known, given: {"count": known["count"] + given["count"], "read_at": None},
        where=(col(Message.state) == c.MessageState.queued) | (col(Message.channel) == c.ChannelKind.inbox),
    )
