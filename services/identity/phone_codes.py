"""Entering by phone: a six-digit code that notify sends, good for five minutes, five tries and one use.

Whether a phone is registered must not show: one that is not is counted and answered in the same way, only nothing is
sent to it.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select

from services.identity import sessions
from services.identity.models import PhoneCode
from shared.contracts import notify, registry
from shared.contracts.base import Nothing
from shared.contracts.identity import (
    PHONE_CODE_REFUSED,
    PHONE_SHARED,
    GetPhoneCodeStanding,
    PhoneCodeStanding,
    PhoneCodeTried,
    RequestPhoneCode,
    SessionOpened,
    SignInWithPhoneCode,
    TryPhoneCode,
)
from shared.contracts.notify import PHONE_CODE_TOO_SOON
from shared.kit.calls import Ask, Call
from shared.kit.privacy import lookup_hash, lookup_hashes
from shared.kit.session import Session

VALID = timedelta(minutes=5)
APART = timedelta(seconds=60)
A_DAY, DAILY = timedelta(hours=24), 10
TRIES = 5
FAMILY = 20


@dataclass(frozen=True)
class Checked:
    """A code that fitted, and the person it lets in."""

    code_id: UUID
    worker_id: UUID


def normal_phone(phone: str) -> str:
    """`+8613800138000`, however it was typed."""
    return "+86" + re.sub(r"\D", "", phone)[-11:]


def send(ask: Ask, command: RequestPhoneCode, call: Call) -> str | None:
    """Have notify send a fresh code, if anyone is registered with the phone.

    Raises phone_code.too_soon and channel.not_ready.
    """
    standing = ask(GetPhoneCodeStanding(phone=command.phone), as_service=True)
    if standing.wait_seconds:
        raise PHONE_CODE_TOO_SOON(seconds=standing.wait_seconds, retry_after=standing.wait_seconds)
    if not _people(ask, command.phone):
        return None
    code = f"{secrets.randbelow(10**6):06d}"
    ask(
        notify.SendPhoneCode(
            phone=normal_phone(command.phone), code=code, minutes_valid=int(VALID.total_seconds() // 60)
        ),
        as_service=True,
    )
    return code


def request_phone_code(session: Session, command: RequestPhoneCode, code: str | None) -> Nothing:
    sent = PhoneCode(
        phone_hash=lookup_hash(session.keys, normal_phone(command.phone), purpose="phone-code"),
        created_at=session.now,
        expires_at=session.now + VALID,
    )
    sent.code_hash = _code_hash(session, sent.id, code) if code else None
    session.add(sent)
    return Nothing()


def get_phone_code_standing(session: Session, query: GetPhoneCodeStanding) -> PhoneCodeStanding:
    """One code a minute, ten a day.

    Raises channel.not_ready where no SMS gateway is set up: here, so that it says nothing about the phone.
    """
    if not session.settings.sms_gateway:
        raise notify.CHANNEL_NOT_READY(channel=notify.ChannelKind.sms.value)
    latest, count = session.exec(
        select(func.max(col(PhoneCode.created_at)), func.count()).where(
            _to_phone(session, query.phone), col(PhoneCode.created_at) > session.now - A_DAY
        )
    ).one()
    wait = A_DAY if count >= DAILY else APART
    remaining = (latest + wait - session.now).total_seconds() if count else 0
    return PhoneCodeStanding(wait_seconds=max(0, int(remaining + 1)) if remaining > 0 else 0)


def try_phone_code(session: Session, command: TryPhoneCode) -> PhoneCodeTried:
    """Compare with the newest code of the phone; a wrong one is counted, and after five the code is dead."""
    newest = session.exec(
        select(PhoneCode)
        .where(
            _to_phone(session, command.phone), col(PhoneCode.expires_at) > session.now, col(PhoneCode.used_at).is_(None)
        )
        .order_by(col(PhoneCode.created_at).desc())
        .limit(1)
        .with_for_update()
    ).first()
    if newest is None or newest.failures >= TRIES:
        return PhoneCodeTried()
    fits = hmac.compare_digest(newest.code_hash or "", _code_hash(session, newest.id, command.code))
    if not fits:
        newest.failures += 1
        return PhoneCodeTried()
    return PhoneCodeTried(code_id=newest.id)


def check(ask: Ask, command: SignInWithPhoneCode, call: Call) -> Checked:
    """Before the transaction: the code, then the person; raises sign_in.phone_code_refused, sign_in.phone_shared."""
    tried = ask(TryPhoneCode(phone=command.phone, code=command.code), as_service=True)
    if tried.code_id is None:
        raise PHONE_CODE_REFUSED()
    people = _people(ask, command.phone)
    if command.id_last4:
        people = {
            worker_id: masked for worker_id, masked in people.items() if masked.endswith(command.id_last4.upper())
        }
    if not people:
        raise PHONE_CODE_REFUSED()
    if len(people) > 1:
        raise PHONE_SHARED()
    return Checked(tried.code_id, next(iter(people)))


def sign_in(session: Session, command: SignInWithPhoneCode, checked: Checked) -> SessionOpened:
    code = session.get(PhoneCode, checked.code_id, with_for_update=True)
    if code is None or code.used_at is not None:
        raise PHONE_CODE_REFUSED()
    code.used_at = session.now
    return sessions.open_for_worker(session, checked.worker_id, command, way="phone_code")


def forget_codes(session: Session) -> None:
    session.execute(delete(PhoneCode).where(col(PhoneCode.created_at) < session.now - A_DAY))


def _people(ask: Ask, phone: str) -> dict[UUID, str]:
    """Who is registered with a phone, by id, with the masked identity number that tells a family apart."""
    digits = normal_phone(phone)[-11:]
    found = ask(registry.ListWorkers(q=digits, limit=FAMILY), as_service=True)
    return {
        row.id: row.id_number_masked or ""
        for row in found.items
        if row.phone_masked is not None and row.phone_masked.endswith(digits[-4:])
    }


def _to_phone(session: Session, phone: str):  # type: ignore[no-untyped-def]
    return col(PhoneCode.phone_hash).in_(lookup_hashes(session.keys, normal_phone(phone), purpose="phone-code"))


def _code_hash(session: Session, code_id: UUID, code: str) -> str:
    return lookup_hash(session.keys, f"{code_id}:{code}", purpose="phone-code")
