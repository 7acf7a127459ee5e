"""The values of a record as a change found them: plain values, so that any of them can be told again later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from services.registry.models import Worker
from services.registry.records import Records
from services.registry.vault import Vault, vault_of
from shared.kit.keys import Keys

# What a change keeps the former value of. Hardship and employment keep their own history in their own rows.
PLAIN = (
    "is_relocated",
    "education",
    "wants_out_work",
    "wants_local_work",
    "destinations",
    "wanted_occupations",
    "expected_wage_cents",
    "available_from",
    "limits",
    "can_work",
    "is_active",
    "is_verified",
)
SEALED = {"id_number": "id_sealed", "phone": "phone_sealed"}
FIELDS = ("name", "id_number", "phone", "division", *PLAIN, "skills", "consents")


def values_of(worker: Worker, records: Records) -> dict[str, Any]:
    """Every value now; what is sealed stays sealed."""
    values: dict[str, Any] = {name: getattr(worker, name) for name in ("name", "division", *PLAIN)}
    values |= {name: getattr(worker, column) for name, column in SEALED.items()}
    values["skills"] = [
        {"occupation": s.occupation, "level": s.level, "is_verified": s.is_verified, "evidence": s.evidence}
        for s in records.skills
    ]
    values["consents"] = [
        {"purpose": k.purpose, "given_on": k.given_on, "withdrawn_on": k.withdrawn_on, "evidence": k.evidence}
        for k in records.consents
    ]
    return values


def opened(values: dict[str, Any], vault: Vault) -> dict[str, Any]:
    """The same with the sealed ones opened."""
    return {
        name: vault.open(value, name) if name in SEALED and value is not None else value
        for name, value in values.items()
    }


def seal_former(keys: Keys, worker: Worker, before: dict[str, Any], changed: Iterable[str]) -> bytes | None:
    """The former values of what changed, as JSON under the worker's key; None where none of them is kept."""
    kept = {name: before[name] for name in changed if name in before}
    if not kept or worker.data_key is None:
        return None
    vault = vault_of(keys, worker)
    return vault.seal(orjson.dumps(opened(kept, vault)).decode(), "former")


def open_former(vault: Vault, former: bytes | None) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(vault.open(former, "former")) if former else {}
    return found
