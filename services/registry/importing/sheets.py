"""Opening what offices send: xlsx, xls and ods by their content, csv in the encodings that Excel and WPS write.

The name of the file is not believed. An archive is unpacked once into nothing and measured before anything reads it,
so that a bomb is refused by what it does, whatever it says of itself.
"""

from __future__ import annotations

import codecs
import csv
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from shared.contracts import registry as c

Cell = str | float | bool | date | datetime | time | timedelta
MAX_UNPACKED = 600 * 1024 * 1024
MAX_ENTRIES = 2000
SAMPLE = 64 * 1024
ENCODINGS = ("utf-8", "gb18030")
BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Sheet:
    """One table: `rows` gives each row's number, as the spreadsheet counts, and its cells from column A on."""

    name: str | None
    height: int
    merged: list[Merged]
    rows: Iterator[tuple[int, list[Cell]]]


def open_sheets(file: BinaryIO) -> list[Sheet]:
    """The sheets of a workbook, or the one table of a csv.

    Raises IMPORT_EMPTY, IMPORT_FORMAT_UNKNOWN, IMPORT_FILE_BROKEN or IMPORT_ARCHIVE_SUSPICIOUS.
    """
    head = file.read(8)
    file.seek(0)
    if not head:
        raise c.IMPORT_EMPTY()
    if head.startswith(b"PK"):
        _measure(file)
        return _workbook(file)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(file)
    return [_text_table(file)]


def _measure(file: BinaryIO) -> None:
    """Inflate every entry into nothing, counting: the sizes in an archive's directory are only claims."""
    total = 0
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise c.IMPORT_ARCHIVE_SUSPICIOUS()
            for entry in entries:
                for size in _inflated(file, entry):
                    total += size
                    if total > MAX_UNPACKED:
                        raise c.IMPORT_ARCHIVE_SUSPICIOUS()
    except (BadZipFile, struct.error, zlib.error, ValueError, NotImplementedError) as error:
        raise c.IMPORT_FILE_BROKEN() from error
    finally:
        file.seek(0)


def _inflated(file: BinaryIO, entry: ZipInfo) -> Iterator[int]:
    file.seek(entry.header_offset)
    header = struct.unpack("<4s5H3L2H", file.read(30))
    file.seek(header[9] + header[10], io.SEEK_CUR)
    left = entry.compress_size
    inflater = zlib.decompressobj(-15) if entry.compress_type == 8 else None
    while left > 0:
        piece = file.read(min(left, SAMPLE))
        if not piece:
            return
        left -= len(piece)
        if inflater is None:
            yield len(piece)
            continue
        while piece:
            yield len(inflater.decompress(piece, 1024 * 1024))
            piece = inflater.unconsumed_tail


def _workbook(file: BinaryIO) -> list[Sheet]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(file)
        visible = [
            found.name
            for found in book.sheets_metadata
            if found.typ == calamine.SheetTypeEnum.WorkSheet and found.visible == calamine.SheetVisibleEnum.Visible
        ]
        sheets = [_sheet(book.get_sheet_by_name(name)) for name in visible]
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise c.IMPORT_FILE_BROKEN() from error
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise c.IMPORT_EMPTY()
    return filled


def _sheet(sheet: object) -> Sheet:
    start = sheet.start  # type: ignore[attr-defined]
    left: list[Cell] = [""] * (start[1] if start else 0)
    merged = sheet.merged_cell_ranges or []  # type: ignore[attr-defined]
    rows = ((number, left + cells) for number, cells in enumerate(sheet.iter_rows(), 1))  # type: ignore[attr-defined]
    height = sheet.end[0] + 1 if start else 0  # type: ignore[attr-defined]
    return Sheet(sheet.name, height, list(merged), rows)  # type: ignore[attr-defined]


def _text_table(file: BinaryIO) -> Sheet:
    encoding = _encoding(file)
    lines = 0
    while piece := file.read(SAMPLE):
        lines += piece.count(b"\n")
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.read(SAMPLE)
    if not sample.strip():
        raise c.IMPORT_EMPTY()
    text.seek(0)
    csv.field_size_limit(1024 * 1024)
    reader = csv.reader(text, delimiter=_delimiter(sample))
    return Sheet(None, lines, [], _records(reader))


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[Cell]]]:
    number = 0
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise c.IMPORT_FILE_BROKEN() from error
        if record is None:
            return
        number += 1
        yield number, list(record)


def _encoding(file: BinaryIO) -> str:
    """By its mark, else the first encoding in which the whole file is sound: UTF-8, then GBK's superset."""
    head = file.read(SAMPLE)
    file.seek(0)
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        raise c.IMPORT_FORMAT_UNKNOWN()
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while piece := file.read(SAMPLE * 4):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            file.seek(0)
        return encoding
    raise c.IMPORT_FORMAT_UNKNOWN()


def _delimiter(sample: str) -> str:
    lines = [line for line in sample.splitlines()[:20] if line.strip()]
    return max((",", "\t", ";", "|", "，"), key=lambda mark: sum(line.count(mark) for line in lines))
