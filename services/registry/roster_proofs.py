"""Whether a sealed roster still holds: chain, signature, rows, and what the register says of that day now."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from sqlmodel import col, select

from services.registry.roster_models import RosterSnapshot
from services.registry.roster_seals import GENESIS, SIGNER, found_snapshot, hash_of, sealed_lines
from services.registry.rosters import Moment
from shared.contracts import registry as c
from shared.contracts.base import BlobRef, JobState
from shared.contracts.registry import RosterKind
from shared.kit.jobs import JobRun, job, submit
from shared.kit.keys import Keys
from shared.kit.session import Session


def verify_roster_snapshot(session: Session, command: c.VerifyRosterSnapshot) -> JobState:
    """Raises NOT_FOUND."""
    found_snapshot(session, command.snapshot_id)
    return submit(session, check_snapshot, {"snapshot_id": str(command.snapshot_id)})


@job("roster_verification")
def check_snapshot(run: JobRun) -> dict[str, Any]:
    """Each check by itself, so that what does not hold is named."""
    with run.transaction() as session:
        snapshot = session.get_one(RosterSnapshot, UUID(run.params["snapshot_id"]))
        chain = session.exec(select(RosterSnapshot).order_by(col(RosterSnapshot.sequence))).all()
        broken_at = first_break(run.kit.keys, chain)
    ref = BlobRef.model_validate(snapshot.file)
    try:
        content = run.kit.blobs.read(ref)
        is_content_intact = hashlib.sha256(content).hexdigest() == ref.hash
    except (OSError, ValueError):
        content, is_content_intact = b"", False
    sealed = set(content.splitlines(keepends=True))
    now = set(sealed_lines(run, RosterKind(snapshot.kind), Moment(snapshot.as_of, snapshot.known_at)))
    return {
        "snapshot_id": str(snapshot.id),
        "is_chain_intact": broken_at is None,
        "broken_at": broken_at,
        "is_signature_genuine": is_genuine(run.kit.keys, snapshot),
        "is_content_intact": is_content_intact,
        "members": snapshot.members,
        "is_reproduced": sealed == now,
        "rows_gone": len(_ids(sealed) - _ids(now)),
        "rows_new": len(_ids(now) - _ids(sealed)),
        "rows_different": len(sealed - now) - len(_ids(sealed) - _ids(now)),
    }


def first_break(keys: Keys, chain: Sequence[RosterSnapshot]) -> int | None:
    """The first sequence at which the chain does not hold; None where it is whole."""
    previous = GENESIS
    for expected, snapshot in enumerate(chain, 1):
        is_linked = snapshot.sequence == expected and snapshot.previous_hash == previous
        if not is_linked or snapshot.hash != hash_of(snapshot) or not is_genuine(keys, snapshot):
            return int(snapshot.sequence)
        previous = snapshot.hash
    return None


def is_genuine(keys: Keys, snapshot: RosterSnapshot) -> bool:
    try:
        keys.verifier(SIGNER, snapshot.key_id).verify(base64.b64decode(snapshot.signature), snapshot.hash.encode())
    except (InvalidSignature, KeyError, ValueError):
        return False
    return True


def _ids(lines: set[bytes]) -> set[str]:
    return {orjson.loads(line)["worker_id"] for line in lines}
