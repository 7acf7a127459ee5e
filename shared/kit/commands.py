"""Commands twice are done once: id, body hash and reply are stored in the transaction of the effect.

The reply is sealed: it may hold a name, a phone, a disclosed identity number or a secret that is shown once.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.errors import COMMAND_IN_PROGRESS, COMMAND_KEY_REUSED
from shared.kit.database import scope_key
from shared.kit.privacy import seal, unseal
from shared.kit.scripts import Script
from shared.kit.session import Session


def earlier_reply(session: Session, command_id: UUID, name: str, body_hash: str) -> Any | None:
    """The reply of the same command if it was carried out before.

    Takes a lock on the id for the rest of the transaction. Raises COMMAND_IN_PROGRESS while another transaction holds
    it, and COMMAND_KEY_REUSED where the id was used for another command or other content.
    """
    (found,) = session.say(_earlier(session.kit.service), (str(command_id), command_id))
    if not found[0]:
        raise COMMAND_IN_PROGRESS()
    if found[1] is None:
        return None
    if found[1][0] != name or found[1][1] != body_hash:
        raise COMMAND_KEY_REUSED()
    sealed = base64.b64decode(found[1][2])
    return orjson.loads(unseal(session.keys, sealed, about=str(command_id), purpose="reply"))


def remember(session: Session, command_id: UUID, name: str, body_hash: str, reply: Any) -> None:
    caller = session.caller
    sealed = seal(session.keys, orjson.dumps(reply).decode(), about=str(command_id), purpose="reply")
    session.say_last(
        _remembering(session.kit.service),
        (
            command_id,
            name,
            f"{caller.actor.kind}:{caller.actor.id}",
            scope_key(caller.scope),
            body_hash,
            base64.b64encode(sealed).decode(),
        ),
    )


@lru_cache(maxsize=64)
def _earlier(service: str) -> Script:
    return Script(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7)), "
        f"(SELECT array[name, body_hash, reply] FROM {service}.command WHERE id = %s)"
    )


@lru_cache(maxsize=64)
def _remembering(service: str) -> Script:
    return Script(
        f"INSERT INTO {service}.command (id, name, actor, scope_key, body_hash, reply) VALUES (%s, %s, %s, %s, %s, %s)"
    )
