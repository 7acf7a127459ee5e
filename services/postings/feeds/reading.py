"""Which reader a feed's file needs: by what was declared, and by what the first bytes say."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol, cast

from services.postings.feeds.html_reading import HtmlFeed
from services.postings.feeds.json_reading import JsonFeed
from services.postings.feeds.records import RawJob, Reading
from services.postings.feeds.table_reading import CsvFeed, XlsxFeed
from services.postings.feeds.xml_reading import XmlFeed
from shared.contracts import postings as c

# 60,000 jobs of XML are 70 to 150 MB.
MAX_FEED_MB = 180
_MEDIA_TYPES: dict[str, c.FeedFormat] = {
    "application/ld+json": c.FeedFormat.jsonld,
    "application/json": c.FeedFormat.jsonld,
    "text/json": c.FeedFormat.jsonld,
    "text/html": c.FeedFormat.jsonld,
    "application/xhtml+xml": c.FeedFormat.jsonld,
    "application/xml": c.FeedFormat.xml,
    "text/xml": c.FeedFormat.xml,
    "application/rss+xml": c.FeedFormat.xml,
    "application/atom+xml": c.FeedFormat.xml,
    "text/csv": c.FeedFormat.csv,
    "application/csv": c.FeedFormat.csv,
    "text/plain": c.FeedFormat.csv,
    "text/tab-separated-values": c.FeedFormat.csv,
    "application/vnd.ms-excel": c.FeedFormat.csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": c.FeedFormat.xlsx,
}
_ENDINGS = {
    ".json": c.FeedFormat.jsonld, ".jsonld": c.FeedFormat.jsonld, ".html": c.FeedFormat.jsonld,
    ".xml": c.FeedFormat.xml, ".rss": c.FeedFormat.xml, ".csv": c.FeedFormat.csv, ".xlsx": c.FeedFormat.xlsx,
}  # fmt: skip


class FeedReader(Protocol):
    """`count` reads the whole file once and refuses what is broken; `jobs` may then be read, as often as needed."""

    def count(self) -> int: ...

    def jobs(self) -> Iterator[RawJob]: ...


def format_of(media_type: str, filename: str | None = None) -> c.FeedFormat:
    """Raises FEED_FORMAT_UNKNOWN for a media type that no feed has."""
    plain = media_type.partition(";")[0].strip().lower()
    if found := _MEDIA_TYPES.get(plain):
        return found
    for ending, known in _ENDINGS.items():
        if filename and filename.lower().endswith(ending):
            return known
    raise c.FEED_FORMAT_UNKNOWN(media_type=plain or "?")


def open_feed(file: BinaryIO, declared: c.FeedFormat, reading: Reading) -> FeedReader:
    """The reader for a file. A page sent as JSON-LD is searched for scripts; an XML file that is a page is refused."""
    file.seek(0)
    head = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK\x03\x04"):
        return XlsxFeed(file, reading)
    match declared:
        case c.FeedFormat.xml:
            return XmlFeed(file, reading)
        case c.FeedFormat.csv:
            return CsvFeed(file, reading)
        case c.FeedFormat.xlsx:
            return XlsxFeed(file, reading)
    return HtmlFeed(file, reading) if head.startswith(b"<") else JsonFeed(file, reading)


@contextmanager
def unpacked(file: BinaryIO) -> Iterator[BinaryIO]:
    """The file itself, or what a gzip file holds, up to the size limit. Raises FEED_TOO_LARGE, FEED_TRUNCATED."""
    file.seek(0)
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if not packed:
        yield file
        return
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as plain:
        size = 0
        try:
            with gzip.GzipFile(fileobj=file) as stream:
                while chunk := stream.read(256 * 1024):
                    size += len(chunk)
                    if size > MAX_FEED_MB * 1024 * 1024:
                        raise c.FEED_TOO_LARGE(limit_mb=MAX_FEED_MB)
                    plain.write(chunk)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise c.FEED_TRUNCATED(line=0) from error
        plain.seek(0)
        yield cast(BinaryIO, plain)
