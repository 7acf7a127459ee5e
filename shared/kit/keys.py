"""The platform's keys: every one is derived (HKDF-SHA256) from a root secret that has an id, so that it can be rotated.

The first start writes `keys.json` (mode 0600) in the data folder and says to back it up: without it, sealed personal
data cannot be read again. `SONGGANG_KEYS` (the same JSON) or `SONGGANG_KEYS_FILE` override it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.kit.settings import Settings


class KeysMissing(RuntimeError):
    """The keys file is absent where data already exists; making new ones would lose every sealed record."""


class Keys:
    """A ring of root secrets; `active` signs and seals, all of them verify and open."""

    def __init__(self, active: str, roots: dict[str, bytes]) -> None:
        if active not in roots or any(len(root) < 32 for root in roots.values()):
            raise ValueError("keys: the active id must be in the ring, and every root at least 32 bytes")
        self.active = active
        self._roots = roots
        self.secret = lru_cache(maxsize=512)(self._secret)
        self.signer = lru_cache(maxsize=64)(self._signer)
        self.verifier = lru_cache(maxsize=64)(self._verifier)

    @property
    def ids(self) -> tuple[str, ...]:
        """Key ids, the active one first."""
        return (self.active, *(name for name in self._roots if name != self.active))

    def _secret(self, purpose: str, key_id: str | None = None, length: int = 32) -> bytes:
        """The 32-byte key for one purpose. KeyError where the key id is not in the ring."""
        root = self._roots[key_id or self.active]
        return HKDF(SHA256(), length, salt=None, info=b"songgang/" + purpose.encode()).derive(root)

    def _signer(self, name: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret(f"sign/{name}"))

    def _verifier(self, name: str, key_id: str) -> Ed25519PublicKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret(f"sign/{name}", key_id)).public_key()

    def rotated(self) -> Keys:
        """A ring with one more root, which becomes the active one."""
        key_id = f"k{len(self._roots) + 1}"
        return Keys(key_id, {key_id: secrets.token_bytes(32), **self._roots})

    def to_json(self) -> str:
        roots = {name: base64.b64encode(root).decode() for name, root in self._roots.items()}
        return json.dumps({"active": self.active, "roots": roots}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Keys:
        given = json.loads(text)
        return cls(given["active"], {name: base64.b64decode(root) for name, root in given["roots"].items()})

    @classmethod
    def new(cls) -> Keys:
        return cls("k1", {"k1": secrets.token_bytes(32)})

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.to_json())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)


def load_keys(settings: Settings, *, create: bool = False) -> Keys:
    """The ring by setting, else by file; with `create`, a first start makes one.

    Raises KeysMissing where there is none and none may be made: a database with data but no keys file is a restore
    that forgot the file, and must not be papered over.
    """
    if settings.keys is not None:
        return Keys.from_json(settings.keys.get_secret_value())
    path = settings.keys_file or settings.data / "keys.json"
    if path.exists():
        return Keys.from_json(path.read_text())
    if not create or (settings.data / "postgres").exists():
        raise KeysMissing(f"{path} is missing; restore it from the backup, or set SONGGANG_KEYS_FILE")
    keys = Keys.new()
    keys.save(path)
    return keys
