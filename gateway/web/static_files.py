"""The built styles and scripts: fingerprinted names, so a browser may keep each for a year; pre-compressed, so no
request costs more than a look-up in memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"


class AssetsMissing(RuntimeError):
    """The styles and scripts were not built on this machine yet."""


@dataclass(frozen=True)
class StaticFile:
    """One built file in its three encodings."""

    name: str
    media_type: str
    plain: bytes
    gzip: bytes
    brotli: bytes

    def encoded_for(self, accept_encoding: str) -> tuple[str | None, bytes]:
        """The smallest form that the browser takes: (content-encoding, bytes)."""
        accepted = {
            part.split(";")[0].strip()
            for part in accept_encoding.lower().split(",")
            if part.replace(" ", "").rpartition(";q=")[2] not in ("0", "0.0", "0.00", "0.000")
        }
        for encoding, content in (("br", self.brotli), ("gzip", self.gzip)):
            if encoding in accepted and len(content) < len(self.plain):
                return encoding, content
        return None, self.plain


class StaticFiles:
    """An ASGI app over the manifest that `songgang assets` wrote. Raises AssetsMissing where it did not."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files, self._by_source = _load(folder)

    def url(self, source: str) -> str:
        """Where a source name (`console.css`) is served."""
        return PREFIX + self._by_source[source].name

    def text(self, source: str) -> str:
        """The built text of a source, to be put into a page itself."""
        return self._by_source[source].plain.decode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("method not allowed", status_code=405, headers={"Allow": "GET, HEAD"})
        found = self._files.get(scope["path"].rpartition("/")[2])
        if found is None:
            return PlainTextResponse("not found", status_code=404)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        etag = f'"{found.name}"'
        answer = {
            "Cache-Control": FOR_A_YEAR,
            "ETag": etag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=answer)
        encoding, content = found.encoded_for(headers.get("accept-encoding", ""))
        if encoding:
            answer["Content-Encoding"] = encoding
        return Response(content, media_type=found.media_type, headers=answer)


@lru_cache(maxsize=4)
def _load(folder: Path) -> tuple[Mapping[str, StaticFile], Mapping[str, StaticFile]]:
    manifest = folder / "manifest.json"
    if not manifest.exists():
        raise AssetsMissing("the pages' styles and scripts are not built; run `songgang assets`")
    by_source = {
        source: StaticFile(
            name=entry["file"],
            media_type=MEDIA_TYPES[Path(entry["file"]).suffix],
            plain=(folder / entry["file"]).read_bytes(),
            gzip=(folder / f"{entry['file']}.gz").read_bytes(),
            brotli=(folder / f"{entry['file']}.br").read_bytes(),
        )
        for source, entry in json.loads(manifest.read_text()).items()
        if isinstance(entry, dict)
    }
    return {found.name: found for found in by_source.values()}, by_source
