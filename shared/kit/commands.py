"""Commands twice are done once: id, body hash and reply are stored in the transaction of the effect."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from shared.contracts.errors import COMMAND_IN_PROGRESS, COMMAND_KEY_REUSED
from shared.kit.database import scope_key
from shared.kit.session import Session


def earlier_reply(session: Session, command_id: UUID, name: str, body_hash: str) -> Any | None:
    """The reply of the same command if it was carried out before.

    Takes a lock on the id for the rest of the transaction. Raises COMMAND_IN_PROGRESS while another transaction holds
    it, and COMMAND_KEY_REUSED where the id was used for another command or other content.
    """
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute(
            f"SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7)), "
            f"(SELECT array[name, body_hash, reply] FROM {session.kit.service}.command WHERE id = %s)",
            (str(command_id), command_id),
        )
        found = cursor.fetchone()
    finally:
        cursor.close()
    if not found or not found[0]:
        raise COMMAND_IN_PROGRESS()
    if found[1] is None:
        return None
    if found[1][0] != name or found[1][1] != body_hash:
        raise COMMAND_KEY_REUSED()
    return orjson.loads(found[1][2])


def remember(session: Session, command_id: UUID, name: str, body_hash: str, reply: Any) -> None:
    caller = session.caller
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute(
            f"INSERT INTO {session.kit.service}.command (id, name, actor, scope_key, body_hash, reply) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            (
                command_id,
                name,
                f"{caller.actor.kind}:{caller.actor.id}",
                scope_key(caller.scope),
                body_hash,
                orjson.dumps(reply).decode(),
            ),
        )
    finally:
        cursor.close()
