"""Files: content-addressed, encrypted in chunks (AES-256-GCM), in a local folder or any S3-compatible store.

Bytes never travel in a message; a message carries the BlobRef. Each 256 KiB chunk is sealed on its own with its number
and whether it is the last, so that a truncated or reordered file does not open, and reading needs little memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.base import BlobRef
from shared.contracts.errors import NOT_FOUND, TOO_LARGE
from shared.kit.keys import Keys
from shared.kit.settings import Settings

CHUNK = 256 * 1024
_MAGIC = b"SGB1"


class BlobBroken(ValueError):
    """The stored bytes were changed or cut off, or their key is not in the ring."""


class Blobs:
    """One store for the whole platform."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._keys = keys
        self._url = settings.blob_url
        self._folder = settings.data / "blobs"

    def put(
        self,
        chunks: Iterable[bytes],
        *,
        media_type: str = "application/octet-stream",
        filename: str | None = None,
        max_bytes: int | None = None,
    ) -> BlobRef:
        """Store a stream; the same content is stored once. Raises TOO_LARGE as soon as `max_bytes` is passed."""
        digest, size = hashlib.sha256(), 0
        folder = self._folder / "partial"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, partial = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                plain = _Counted(chunks, digest, max_bytes)
                for sealed in self._sealed(plain):
                    file.write(sealed)
                size = plain.size
                file.flush()
                os.fsync(file.fileno())
            name = digest.hexdigest()
            self._keep(Path(partial), name)
        finally:
            Path(partial).unlink(missing_ok=True)
        return BlobRef(hash=name, size=size, media_type=media_type, filename=filename)

    def put_bytes(self, content: bytes, *, media_type: str, filename: str | None = None) -> BlobRef:
        return self.put([content], media_type=media_type, filename=filename)

    def open(self, ref: BlobRef | str) -> BinaryIO:
        """A readable, seekable file of the decrypted content; raises NOT_FOUND or BlobBroken.

        It spills to an unlinked temporary file past 1 MiB, since spreadsheet and XML readers need to seek.
        """
        plain = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  (the caller closes it)
        for chunk in self.stream(ref):
            plain.write(chunk)
        plain.seek(0)
        return plain  # type: ignore[return-value]

    def read(self, ref: BlobRef | str) -> bytes:
        return b"".join(self.stream(ref))

    def stream(self, ref: BlobRef | str) -> Iterator[bytes]:
        """The decrypted content, a chunk at a time."""
        name = ref.hash if isinstance(ref, BlobRef) else ref
        with self._fetch(name) as stored:
            if stored.read(len(_MAGIC)) != _MAGIC:
                raise BlobBroken(name)
            key_id = stored.read(stored.read(1)[0]).decode()
            try:
                cipher = AESGCM(self._keys.secret("blobs", key_id))
            except KeyError as error:
                raise BlobBroken(name) from error
            salt = stored.read(8)
            number, last = 0, False
            while not last:
                header = stored.read(5)
                if len(header) != 5:
                    raise BlobBroken(f"{name} is cut off")
                last, length = header[0] == 1, int.from_bytes(header[1:], "big")
                try:
                    yield cipher.decrypt(salt + number.to_bytes(4, "big"), stored.read(length), header[:1])
                except InvalidTag as error:
                    raise BlobBroken(name) from error
                number += 1

    def delete(self, name: str) -> None:
        if self._url:
            self._remote().delete(name)
        else:
            self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every stored blob, for the sweep of orphans."""
        if self._url:
            for batch in self._remote().list():
                yield from (str(found["path"]) for found in batch)
        else:
            yield from (path.name for path in self._folder.glob("??/*"))

    def _sealed(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        salt = os.urandom(8)
        cipher = AESGCM(self._keys.secret("blobs"))
        key_id = self._keys.active.encode()
        yield _MAGIC + bytes([len(key_id)]) + key_id + salt
        waiting = b""
        number = 0
        for chunk in chunks:
            waiting += chunk
            while len(waiting) > CHUNK:
                yield _piece(cipher, salt, number, waiting[:CHUNK], last=False)
                waiting = waiting[CHUNK:]
                number += 1
        yield _piece(cipher, salt, number, waiting, last=True)

    def _path(self, name: str) -> Path:
        if len(name) != 64 or not all(c in "0123456789abcdef" for c in name):
            raise NOT_FOUND(what="blob")
        return self._folder / name[:2] / name

    def _keep(self, partial: Path, name: str) -> None:
        if self._url:
            self._remote().put(name, partial)
            return
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.replace(path)

    def _fetch(self, name: str) -> BinaryIO:
        path = self._path(name)
        if not self._url:
            try:
                return path.open("rb")
            except FileNotFoundError as error:
                raise NOT_FOUND(what="blob") from error
        try:
            return io.BytesIO(bytes(self._remote().get(name).bytes()))
        except FileNotFoundError as error:
            raise NOT_FOUND(what="blob") from error

    def _remote(self) -> Any:
        import obstore.store

        return obstore.store.from_url(self._url or "")


class _Counted:
    """Passes chunks on while hashing and counting them."""

    def __init__(self, chunks: Iterable[bytes], digest: hashlib._Hash, max_bytes: int | None) -> None:
        self._chunks, self._digest, self._max = chunks, digest, max_bytes
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self._max is not None and self.size > self._max:
                raise TOO_LARGE(limit_mb=self._max // (1024 * 1024))
            self._digest.update(chunk)
            yield chunk


def _piece(cipher: AESGCM, salt: bytes, number: int, plain: bytes, *, last: bool) -> bytes:
    flag = b"\1" if last else b"\0"
    sealed = cipher.encrypt(salt + number.to_bytes(4, "big"), plain, flag)
    return flag + len(sealed).to_bytes(4, "big") + sealed
