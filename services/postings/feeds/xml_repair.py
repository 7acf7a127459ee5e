"""Repairing the slips that XML feeds are full of, without hiding that a feed is cut off.

Bare ampersands, HTML entities, control characters and blanks before the declaration are mended in the byte stream;
markup is left as it is, so that a missing end tag still is one.
"""

from __future__ import annotations

import codecs
import re
from html.entities import html5
from typing import BinaryIO

from services.postings.feeds.records import Reading

CHUNK = 256 * 1024
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(#\d{1,7};|#x[0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
# A prefix that is never declared is an error too; we read local names only, so none is needed.
_PREFIX = re.compile(r"<(/?)[A-Za-z_][\w.-]*:(?=[A-Za-z_])")
_OWN = frozenset({"lt;", "gt;", "amp;", "quot;", "apos;"})
_BEGIN, _END = "<![CDATA[", "]]>"


def sniff_encoding(head: bytes) -> str:
    """By byte order mark, then by the declaration, else UTF-8."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return name
    found = _ENCODING.search(head[:200])
    name = found.group(1).decode("ascii").lower() if found else "utf-8"
    return "gb18030" if name in ("gb2312", "gbk") else name


def fitting_encoding(file: BinaryIO) -> str:
    """The declared encoding, unless the bytes are GBK under another name. Raises LookupError for an unknown one."""
    file.seek(0)
    declared = sniff_encoding(file.read(1024))
    for encoding in dict.fromkeys((declared, "gb18030")):
        decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
        file.seek(0)
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            file.seek(0)
        return encoding
    return declared


class RepairedXml:
    """A readable stream of UTF-8 with the slips mended; `reading` counts them."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file, self._reading = file, reading
        self._decoder = codecs.getincrementaldecoder(fitting_encoding(file))(errors="replace")
        self._in_cdata = False
        self._held = ""
        self._begun = False
        self._ended = False
        self._ready = b""

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or not self._ready):
            self._advance()
        if size < 0 or size >= len(self._ready):
            given, self._ready = self._ready, b""
        else:
            given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def _advance(self) -> None:
        raw = self._file.read(CHUNK)
        self._ended = not raw
        text = self._held + self._decoder.decode(raw, final=self._ended)
        if not self._begun:
            text = self._begin(text)
        # An entity, a CDATA mark or a byte sequence may be cut by the chunk; the tail waits for the next one.
        cut = len(text) if self._ended else max(len(text) - 40, 0)
        if not self._ended:
            begun = max(text.rfind(mark, max(cut - 64, 0), cut) for mark in "&<")
            cut = begun if begun > 0 else cut
        text, self._held = self._split(text, cut)
        self._ready += text.encode("utf-8", "replace")

    def _begin(self, text: str) -> str:
        self._begun = True
        stripped = text.lstrip("\ufeff \t\r\n")
        if text[: len(text) - len(stripped)].strip("\ufeff"):
            self._reading.repaired("空白 blanks before the declaration")
        return re.sub(r"^<\?xml[^>]*\?>", "", stripped, count=1)

    def _split(self, text: str, cut: int) -> tuple[str, str]:
        """Repair up to about `cut`, outside CDATA only; the rest is held."""
        text = self._without_control(text)
        cut = min(cut, len(text))
        done: list[str] = []
        at = 0
        while at < cut:
            mark = _END if self._in_cdata else _BEGIN
            found = text.find(mark, at)
            end = found if 0 <= found <= cut else cut
            piece = text[at:end]
            done.append(piece if self._in_cdata else self._mended(piece))
            if end == found:
                done.append(mark)
                self._in_cdata = not self._in_cdata
                at = end + len(mark)
            else:
                # A mark may begin just before the cut: hold its possible beginning back.
                at = end
                break
        return "".join(done), text[at:]

    def _without_control(self, text: str) -> str:
        cleaned, count = _CONTROL.subn("", text)
        if count:
            self._reading.repaired("控制字符 control characters", count)
        return cleaned

    def _mended(self, piece: str) -> str:
        piece = _PREFIX.sub(r"<\1", piece)
        return _AMPERSAND.sub(self._entity, piece) if "&" in piece else piece

    def _entity(self, match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            self._reading.repaired("裸 & bare ampersands")
            return "&amp;"
        if name in _OWN or name.startswith("#"):
            return match.group(0)
        self._reading.repaired("未声明的实体 undeclared entities")
        meant = html5.get(name)
        if meant is None:
            return "&amp;" + name
        return meant.replace("&", "&amp;").replace("<", "&lt;")
