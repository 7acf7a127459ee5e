"""Reading schema.org JobPosting as JSON-LD: an object, an array, a graph, an ItemList, or a plain list of jobs.

Long arrays are read as a stream, an element at a time. Control characters inside texts and comments before the
document are tolerated with a warning; a document that breaks off is refused wholly.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO

from services.postings.feeds.fields import SPELLINGS, plain
from services.postings.feeds.records import RawJob, Reading, fields_of
from shared.contracts import postings as c
from shared.contracts.errors import ProblemCode

CHUNK = 128 * 1024
# An object that is no list of jobs is held in memory as a whole.
MAX_OBJECT = 32 * 1024 * 1024
_LISTS = ("@graph", "itemListElement", "jobs", "postings", "items", "data", "results", "offers", "list", "rows")
_LIST_BEGINS = re.compile(r'"(' + "|".join(map(re.escape, _LISTS)) + r')"\s*:\s*\[')
_EXPECTED = ("expectedJobCount", "expected_job_count", "numberOfItems", "totalJobs")
_COMMENT = re.compile(r"\A\s*(//[^\n]*\n|/\*.*?\*/|<!--.*?-->|\)\]\}',?)", re.DOTALL)
_TITLES = frozenset(SPELLINGS["title"].split())
_TOLERANT = json.JSONDecoder(strict=False)
_STRICT = json.JSONDecoder()


class JsonFeed:
    """One JSON file. `jobs` may be read as often as needed."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file, self._reading = file, reading
        self._encoding = ""

    def count(self) -> int:
        """Read the whole file once: how many jobs it has. Raises for one that is broken or cut off."""
        self._encoding = self._fitting_encoding()
        self._reading.repairs.clear()
        return sum(1 for _ in self._read(self._reading))

    def jobs(self) -> Iterator[RawJob]:
        return self._read(Reading())

    def _read(self, reading: Reading) -> Iterator[RawJob]:
        yield from jobs_in(_Elements(_Text(self._file, self._encoding, reading), reading), reading)

    def _fitting_encoding(self) -> str:
        self._file.seek(0)
        head = self._file.read(4)
        self._file.seek(0)
        if not head:
            raise c.FEED_EMPTY()
        marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
            decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
            self._file.seek(0)
            try:
                while chunk := self._file.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
        raise c.FEED_ENCODING_UNKNOWN()


def jobs_in(documents: Iterable[Any], reading: Reading) -> Iterator[RawJob]:
    """The jobs among parsed JSON values, numbered from 1."""
    row = 0
    for document in documents:
        for entry in _entries(document, reading):
            row += 1
            if not isinstance(entry, dict):
                yield RawJob(row, {}, [(c.FEED_ROW_NOT_A_JOB, "", {})])
                continue
            yield RawJob(row, fields_of(_pairs(entry, "")), _notes(entry))


def parse(text: str, reading: Reading) -> Any:
    """One JSON value; control characters are tolerated. Raises FEED_NOT_WELLFORMED or FEED_TRUNCATED."""
    try:
        return _STRICT.decode(text)
    except (ValueError, RecursionError):
        pass
    try:
        found = _TOLERANT.decode(text)
    except RecursionError as error:
        raise c.FEED_NOT_WELLFORMED(line=0, detail="nested too deeply") from error
    except json.JSONDecodeError as error:
        raise refusal(error, text) from error
    reading.repaired("控制字符 control characters")
    return found


def refusal(error: json.JSONDecodeError, text: str) -> Exception:
    if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string"):
        return c.FEED_TRUNCATED(line=error.lineno)
    return c.FEED_NOT_WELLFORMED(line=error.lineno, detail=error.msg)


class _Text:
    """The file's text, a chunk at a time, without comments in front."""

    def __init__(self, file: BinaryIO, encoding: str, reading: Reading) -> None:
        file.seek(0)
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._reading = reading
        self.buffer = ""
        self.ended = False
        self.more()
        while match := _COMMENT.match(self.buffer):
            self.buffer = self.buffer[match.end() :]
            reading.repaired("注释 comments before the document")

    def more(self) -> None:
        raw = self._file.read(CHUNK)
        self.buffer += self._decoder.decode(raw, final=not raw)
        self.ended = not raw

    def rest(self) -> str:
        while not self.ended:
            self.more()
            if len(self.buffer) > MAX_OBJECT:
                raise c.FEED_TOO_LARGE(limit_mb=MAX_OBJECT // (1024 * 1024))
        return self.buffer


class _Elements:
    """The elements of the document's list of jobs; the document itself where it is no list."""

    def __init__(self, text: _Text, reading: Reading) -> None:
        self._text, self._reading = text, reading

    def __iter__(self) -> Iterator[Any]:
        text = self._text
        text.buffer = text.buffer.lstrip()
        if text.buffer.startswith("["):
            yield from self._array(1)
            if text.rest().strip():
                raise c.FEED_NOT_WELLFORMED(line=0, detail="text after the end")
            return
        begins = _LIST_BEGINS.search(text.buffer)
        if begins is None or text.ended or len(text.buffer) < CHUNK // 2:
            yield parse(text.rest(), self._reading)
            return
        before = text.buffer[: begins.end()]
        yield from self._array(begins.end())
        whole = parse(before + "]" + text.rest(), self._reading)
        yield {key: value for key, value in whole.items() if key != begins.group(1)} if isinstance(whole, dict) else {}

    def _array(self, at: int) -> Iterator[Any]:
        """Elements from `at`, behind the opening bracket; afterwards the buffer begins behind the closing one."""
        text = self._text
        while True:
            at = _skip(text.buffer, at)
            if at >= len(text.buffer):
                if text.ended:
                    raise c.FEED_TRUNCATED(line=0)
                text.buffer, at = "", 0
                text.more()
                continue
            if text.buffer[at] == "]":
                text.buffer = text.buffer[at + 1 :]
                return
            found, at = self._element(at)
            yield found
            if at > CHUNK:
                text.buffer, at = text.buffer[at:], 0

    def _element(self, at: int) -> tuple[Any, int]:
        text = self._text
        while True:
            try:
                found, end = _TOLERANT.raw_decode(text.buffer, at)
                if end < len(text.buffer) or text.ended:
                    self._note_control(text.buffer, at, end)
                    return found, end
            except RecursionError as error:
                raise c.FEED_NOT_WELLFORMED(line=0, detail="nested too deeply") from error
            except json.JSONDecodeError as error:
                if text.ended:
                    raise refusal(error, text.buffer) from error
                if error.pos < len(text.buffer) - CHUNK or len(text.buffer) - at > MAX_OBJECT:
                    raise c.FEED_NOT_WELLFORMED(line=error.lineno, detail=error.msg) from error
            text.buffer, at = text.buffer[at:], 0
            text.more()

    def _note_control(self, buffer: str, at: int, end: int) -> None:
        if any(mark in buffer for mark in ("\n", "\t", "\x0b", "\x1f")):
            try:
                _STRICT.raw_decode(buffer, at)
            except json.JSONDecodeError:
                self._reading.repaired("控制字符 control characters")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,\ufeff":
        at += 1
    return at


def _types(entry: dict[str, Any]) -> set[str]:
    given = entry.get("@type", entry.get("type", ""))
    names = given if isinstance(given, list) else [given]
    return {re.split(r"[/#:]", name)[-1] for name in names if isinstance(name, str)}


def _entries(document: Any, reading: Reading) -> Iterator[Any]:
    """What claims to be a job inside one JSON value."""
    if isinstance(document, list):
        yield from chain.from_iterable(_entries(below, reading) for below in document)
        return
    if not isinstance(document, dict):
        yield document
        return
    for key in _EXPECTED:
        if isinstance(found := document.get(key), int | str) and str(found).isdigit():
            reading.expected = int(found)
    types = _types(document)
    if "JobPosting" in types or (not types & {"ListItem", "ItemList"} and _looks_like_a_job(document)):
        yield document
        return
    for key in ("item", "mainEntity", *_LISTS):
        if isinstance(below := document.get(key), dict | list):
            yield from _entries(below, reading)


def _looks_like_a_job(entry: dict[str, Any]) -> bool:
    """A plain object with a title, or a removal by its id; a schema.org thing of another type is none."""
    if "@type" in entry or "@context" in entry or "@graph" in entry:
        return False
    names = {plain(key) for key in entry}
    return bool(names & _TITLES) or ("removed" in names and "id" in names)


def _notes(entry: dict[str, Any]) -> list[tuple[ProblemCode, str, dict[str, str]]]:
    if "JobPosting" in _types(entry) and not entry.get("title") and entry.get("name"):
        return [(c.FEED_TITLE_ELSEWHERE, "title", {"where": "name"})]
    return []


def _pairs(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            if key in ("@type", "@context"):
                continue
            name = plain(key)
            yield from _pairs(below, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        if all(isinstance(below, str) for below in value):
            yield path, ", ".join(value)
        else:
            for below in value:
                yield from _pairs(below, path)
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    elif value is not None:
        yield path, f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value).strip()
