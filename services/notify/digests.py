"""Digests instead of floods: what there is to tell a group gathers, and goes out as few posts as WeCom's bytes allow.

200,000 single messages through 17 robots at 20 a minute would take ten hours and nobody would read them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.notify.channels import WECOM_TEXT_BYTES, cut
from services.notify.groups import find_group
from services.notify.messages import CHINA
from services.notify.models import GroupNote, Message, WorkerGroup
from services.notify.templates import rendered
from shared.contracts import notify as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND
from shared.kit.paging import page
from shared.kit.session import Session
from shared.kit.tables import new_id

TITLE = "【就业服务】"
POSTS_A_DIGEST = 3
QUIET_FROM, QUIET_UNTIL = time(21), time(7, 30)
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|(?:\+?86)?1[3-9]\d{9})(?!\d)")


def note_for_group(
    session: Session, group_id: UUID, key: str, template: str, params: dict[str, Any], *, count: int = 1
) -> None:
    """Put something into the group's next digest; the same thing again counts on."""
    row = insert(GroupNote).values(
        id=new_id(),
        group_id=group_id,
        note_key=key,
        template=template,
        params=params,
        count=count,
        created_at=session.now,
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["group_id", "note_key"],
            index_where=col(GroupNote.message_id).is_(None),
            set_={"count": GroupNote.count + count, "params": row.excluded.params, "template": row.excluded.template},
        )
    )


def announce(session: Session, command: c.AnnounceToGroups) -> c.AnnouncementView:
    """Raises GROUP_PERSONAL_DETAILS, NOT_FOUND."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", command.text))
    if _PERSONAL.search(plain) or _PERSONAL.search(command.text):
        raise c.GROUP_PERSONAL_DETAILS()
    key = f"announcement:{new_id()}"
    if command.group_ids is not None:
        groups = [find_group(session, group_id).id for group_id in dict.fromkeys(command.group_ids)]
    else:
        groups = list(
            session.exec(
                select(WorkerGroup.id).where(
                    WorkerGroup.audience == c.GroupAudience.workers,
                    col(WorkerGroup.is_active),
                    col(WorkerGroup.division).startswith(command.division or ""),
                )
            ).all()
        )
    for group_id in groups:
        note_for_group(session, group_id, key, "announcement", {"text": command.text})
    return c.AnnouncementView(groups=len(groups))


def compose(session: Session) -> int:
    """Make the digests that are due: a group's oldest note, or its last digest, is so many minutes old. How many."""
    oldest = (
        select(col(GroupNote.group_id).label("group_id"), func.min(col(GroupNote.created_at)).label("since"))
        .where(col(GroupNote.message_id).is_(None))
        .group_by(col(GroupNote.group_id))
        .subquery()
    )
    rows = session.exec(
        select(WorkerGroup, oldest.c.since)
        .join(oldest, oldest.c.group_id == col(WorkerGroup.id))
        .where(col(WorkerGroup.is_active))
        .with_for_update(of=WorkerGroup, skip_locked=True)
    ).all()
    made = 0
    for group, since in rows:
        pause = timedelta(minutes=group.digest_minutes)
        if max(since, group.last_digest_at or since) + pause <= session.now:
            made += _compose_one(session, group)
    return made


def list_digests(session: Session, query: c.ListGroupDigests) -> Page[c.DigestView]:
    find_group(session, query.group_id)
    return page(
        session,
        select(Message).where(Message.group_id == query.group_id, Message.template == "group_digest"),
        order=(col(Message.created_at).desc(), col(Message.id).desc()),
        request=query,
        view=_view,
    )


def mark_posted(session: Session, command: c.MarkDigestPosted) -> c.DigestView:
    """Raises ILLEGAL_TRANSITION for a digest that a robot posts, or that was posted."""
    message = session.exec(
        select(Message).where(Message.id == command.digest_id, Message.group_id == command.group_id).with_for_update()
    ).one_or_none()
    if message is None:
        raise NOT_FOUND(what="digest")
    if message.channel is not c.ChannelKind.by_hand or message.state is not c.MessageState.queued:
        raise ILLEGAL_TRANSITION(state=message.state.value, action="post by hand")
    message.state, message.delivered_at = c.MessageState.delivered, session.now
    session.add(message)
    session.flush()
    session.publish(
        c.MessageDelivered(message_id=message.id, channel=message.channel, template=message.template, worker_id=None)
    )
    return _view(message)


def parts(lines: Iterable[tuple[UUID, str]], limit: int) -> list[list[tuple[UUID, str]]]:
    """Lines in as few posts as their bytes allow, in their order; each line counts with its break."""
    found: list[list[tuple[UUID, str]]] = []
    left = 0
    for note_id, line in lines:
        whole = cut(line, limit)
        size = len(whole.encode()) + 1
        if not found or size > left:
            found.append([])
            left = limit + 1
        found[-1].append((note_id, whole))
        left -= size
    return found


def _compose_one(session: Session, group: WorkerGroup) -> int:
    notes = session.exec(
        select(GroupNote)
        .where(col(GroupNote.group_id) == group.id, col(GroupNote.message_id).is_(None))
        .order_by(col(GroupNote.created_at), col(GroupNote.id))
        .with_for_update()
    ).all()
    known = {note.id: note for note in notes}
    limit = WECOM_TEXT_BYTES - len(f"{TITLE}\n".encode())
    posts = parts(((note.id, _line(note)) for note in notes), limit)[:POSTS_A_DIGEST]
    for post in posts:
        message = _post(session, group, [line for _, line in post])
        for note_id, _ in post:
            known[note_id].message_id = message.id
    group.last_digest_at = session.now
    session.flush()
    return len(posts)


def _line(note: GroupNote) -> str:
    return rendered(note.template, {**note.params, "count": note.count}, "zh-CN").text


def _post(session: Session, group: WorkerGroup, lines: Sequence[str]) -> Message:
    has_robot = bool(group.robot_key_sealed)
    message = Message(
        channel=c.ChannelKind.wecom_robot if has_robot else c.ChannelKind.by_hand,
        template="group_digest",
        params={"text": "\n".join(lines), "notes": len(lines)},
        group_id=group.id,
        next_attempt_at=awake(session.now) if has_robot else None,
        created_at=session.now,
    )
    session.add(message)
    session.flush()
    return message


def awake(moment: datetime) -> datetime:
    """Now, or the next morning: nobody's telephone rings at night."""
    here = moment.astimezone(CHINA)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return moment
    day = here.date() + timedelta(days=1) if here.time() >= QUIET_FROM else here.date()
    return datetime.combine(day, QUIET_UNTIL, tzinfo=CHINA)


def _view(message: Message) -> c.DigestView:
    return c.DigestView(
        id=message.id,
        group_id=message.group_id,
        text=f"{TITLE}\n{message.params.get('text', '')}",
        notes=message.params.get("notes", 0),
        is_by_hand=message.channel is c.ChannelKind.by_hand and message.state is c.MessageState.queued,
        state=message.state,
        created_at=message.created_at,
        delivered_at=message.delivered_at,
    )
