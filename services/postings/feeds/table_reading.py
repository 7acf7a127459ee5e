"""Reading tables of jobs: CSV in UTF-8 or GBK with any separator, and XLSX; the header may stand below a title."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, BinaryIO

from services.postings.feeds.fields import meaning, plain
from services.postings.feeds.records import RawJob, Reading, fields_of
from shared.contracts import postings as c

HEADER_WITHIN = 15
MAX_XLSX = 30 * 1024 * 1024
MAX_UNZIPPED = 300 * 1024 * 1024
_SEPARATORS = ",\t;|，"


class TableFeed:
    """A table by its rows of texts."""

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file, self._reading = file, reading

    def count(self) -> int:
        """Raises FEED_COLUMNS_MISSING where no row of the first fifteen has a column for the title."""
        return sum(1 for _ in self.jobs())

    def jobs(self) -> Iterator[RawJob]:
        rows = iter(self._rows())
        head = list(islice(rows, HEADER_WITHIN))
        if not any(any(cell for cell in row) for row in head):
            raise c.FEED_EMPTY()
        at = next((n for n, row in enumerate(head) if _is_header(row)), None)
        if at is None:
            widest = max(head, key=lambda row: sum(1 for cell in row if cell))
            raise c.FEED_COLUMNS_MISSING(columns="、".join(cell for cell in widest if cell)[:200])
        names = [plain(cell) for cell in head[at]]
        number = 0
        for row in chain(head[at + 1 :], rows):
            if not any(row):
                continue
            number += 1
            yield RawJob(number, fields_of(zip(names, row, strict=False)))

    def _rows(self) -> Iterable[Sequence[str]]:
        raise NotImplementedError


class CsvFeed(TableFeed):
    def _rows(self) -> Iterable[Sequence[str]]:
        encoding = self._encoding()
        self._file.seek(0)
        text = io.TextIOWrapper(_Kept(self._file), encoding=encoding, newline="", errors="strict")
        sample = text.read(8192)
        lines = [line for line in sample.splitlines() if line.strip()][:HEADER_WITHIN]
        separator = max(_SEPARATORS, key=lambda mark: max((line.count(mark) for line in lines), default=0))
        text.seek(0)
        csv.field_size_limit(1024 * 1024)
        try:
            for row in csv.reader((line.replace("\0", "") for line in text), delimiter=separator):
                yield [cell.strip() for cell in row]
        except csv.Error as error:
            raise c.FEED_NOT_WELLFORMED(line=0, detail=str(error)) from error
        finally:
            text.detach()

    def _encoding(self) -> str:
        self._file.seek(0)
        if self._file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        for encoding in ("utf-8-sig", "gb18030"):
            decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
            self._file.seek(0)
            try:
                while chunk := self._file.read(256 * 1024):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
        raise c.FEED_ENCODING_UNKNOWN()


class XlsxFeed(TableFeed):
    def _rows(self) -> Iterable[Sequence[str]]:
        from python_calamine import CalamineError, CalamineWorkbook

        self._refuse_bombs()
        self._file.seek(0)
        try:
            book = CalamineWorkbook.from_filelike(self._file)
            for number in range(len(book.sheet_names)):
                rows = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
                if any(any(cell not in ("", None) for cell in row) for row in rows):
                    return [[_text(cell) for cell in row] for row in rows]
        except CalamineError as error:
            raise c.FEED_NOT_WELLFORMED(line=0, detail=str(error)[:200]) from error
        return []

    def _refuse_bombs(self) -> None:
        """A workbook is a ZIP: judge its size unpacked before anything is."""
        self._file.seek(0, 2)
        if self._file.tell() > MAX_XLSX:
            raise c.FEED_TOO_LARGE(limit_mb=MAX_XLSX // (1024 * 1024))
        self._file.seek(0)
        try:
            with zipfile.ZipFile(self._file) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile as error:
            self._file.seek(0)
            if self._file.read(4) == b"PK\x03\x04":
                raise c.FEED_TRUNCATED(line=0) from error
            raise c.FEED_NOT_WELLFORMED(line=0, detail="not a workbook") from error
        if unpacked > MAX_UNZIPPED:
            raise c.FEED_TOO_LARGE(limit_mb=MAX_UNZIPPED // (1024 * 1024))


class _Kept(io.BufferedReader):
    """The text wrapper closes what it reads when it is collected; the feed's file must stay open."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)  # type: ignore[arg-type]

    def close(self) -> None:
        return


def _is_header(row: Sequence[str]) -> bool:
    found = {known[0] for cell in row if cell and len(cell) <= 40 and (known := meaning(plain(cell)))}
    return "title" in found and len(found) >= 2


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.hour == cell.minute == 0 else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()
