"""Each worker's own key: identity number, phone and evidence are sealed under it, so that destroying it erases them.

The key itself is kept with the worker, sealed under the platform's ring.
"""

from __future__ import annotations

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.registry.models import Worker
from shared.contracts.registry import WORKER_ERASED
from shared.kit.keys import Keys
from shared.kit.privacy import SealBroken, seal, unseal

PURPOSE = "worker-key"


class Vault:
    """Seals and opens one worker's values; `field` is authenticated, so that values cannot change places."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, value: str, field: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, value.encode(), field.encode())

    def open(self, sealed: bytes, field: str) -> str:
        """Raises SealBroken for bytes that were changed or belong to another worker or field."""
        sealed = bytes(sealed)
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], field.encode()).decode()
        except InvalidTag as error:
            raise SealBroken(f"a sealed {field} does not open") from error


def new_vault(keys: Keys, worker_id: UUID) -> tuple[Vault, bytes]:
    """A fresh key: the vault to use now, and the sealed key to store."""
    key = os.urandom(32)
    return Vault(key), seal(keys, base64.b64encode(key).decode(), about=str(worker_id), purpose=PURPOSE)


def vault_of(keys: Keys, worker: Worker) -> Vault:
    """Raises WORKER_ERASED once the key is destroyed."""
    if worker.data_key is None:
        raise WORKER_ERASED()
    return Vault(base64.b64decode(unseal(keys, worker.data_key, about=str(worker.id), purpose=PURPOSE)))
