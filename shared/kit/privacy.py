"""Sealing personal data: AES-256-GCM under a key derived for one person, and keyed hashes for finding it again.

Sealed bytes are `key id ‖ 0x00 ‖ nonce ‖ ciphertext`; the person's id is authenticated with them, so that a value
copied into another row does not open. A hash is `key id:hex`, HMAC-SHA256 under the deployment's key.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kit.keys import Keys


class SealBroken(ValueError):
    """The bytes were changed, belong to another person, or their key is not in the ring."""


_cipher = lru_cache(maxsize=64)(AESGCM)


def seal(keys: Keys, plaintext: str, *, about: str, purpose: str = "personal") -> bytes:
    """Encrypt one value about one person (or thing) under the active key."""
    nonce = os.urandom(12)
    cipher = _cipher(keys.secret(f"seal/{purpose}"))
    return keys.active.encode() + b"\0" + nonce + cipher.encrypt(nonce, plaintext.encode(), about.encode())


def unseal(keys: Keys, sealed: bytes, *, about: str, purpose: str = "personal") -> str:
    """The value that was sealed about the same person; raises SealBroken."""
    key_id, _, rest = bytes(sealed).partition(b"\0")
    try:
        cipher = _cipher(keys.secret(f"seal/{purpose}", key_id.decode()))
        return cipher.decrypt(rest[:12], rest[12:], about.encode()).decode()
    except (KeyError, InvalidTag, ValueError) as error:
        raise SealBroken(f"a sealed value about {about} does not open") from error


def lookup_hash(keys: Keys, value: str, *, purpose: str = "lookup", key_id: str | None = None) -> str:
    """The keyed hash by which an identity number or a phone is found and kept unique without being readable."""
    chosen = key_id or keys.active
    digest = hmac.digest(keys.secret(f"hash/{purpose}", chosen), value.encode(), "sha256")
    return f"{chosen}:{digest.hex()}"


def lookup_hashes(keys: Keys, value: str, *, purpose: str = "lookup") -> list[str]:
    """The hashes under every key of the ring: what to search for while a rotation is under way."""
    return [lookup_hash(keys, value, purpose=purpose, key_id=key_id) for key_id in keys.ids]


def mask_id_number(area: str, last4: str) -> str:
    """`522631********0019`: the first six and last four digits, as screens and APIs show an identity number."""
    return f"{area[:6]}********{last4}"
