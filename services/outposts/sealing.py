"""What a person told an outpost is sealed under that person's id; rows and backups hold ciphertext alone."""

from __future__ import annotations

from uuid import UUID

from shared.kit.privacy import seal, unseal
from shared.kit.session import Session


def sealed(session: Session, words: str, worker_id: UUID) -> bytes:
    return seal(session.keys, words, about=str(worker_id))


def sealed_if_any(session: Session, words: str | None, worker_id: UUID) -> bytes | None:
    return None if words is None else sealed(session, words, worker_id)


def opened(session: Session, blob: bytes, worker_id: UUID) -> str:
    return unseal(session.keys, blob, about=str(worker_id))


def opened_if_any(session: Session, blob: bytes | None, worker_id: UUID) -> str | None:
    return None if blob is None else opened(session, blob, worker_id)
