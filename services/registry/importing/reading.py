"""Walking through a file: each sheet's header, then its people, row by row, each row checked.

A walk can begin after a row where an earlier one stopped; the rows before it are only looked at for their identity
numbers, so that a person named twice in the file is still found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import Any, BinaryIO

from services.registry.drafts import Draft
from services.registry.identity_numbers import tidy
from services.registry.importing import cells
from services.registry.importing.batches import ReadRow
from services.registry.importing.headers import LOOK_INTO, Header, find_header, is_kept
from services.registry.importing.likely import signs
from services.registry.importing.rows import RowReader
from services.registry.importing.sheets import Cell, Merged, Sheet, open_sheets
from shared.contracts import registry as c

FILLED_DOWN = ("county", "township", "village", "hukou_addr", "phone", "household_type", "monitor_type", "low_income")


@dataclass
class Table:
    """A sheet whose header was understood."""

    sheet: Sheet
    header: Header
    rows: Iterator[tuple[int, list[Cell]]]


@dataclass
class Reading:
    """A file opened for reading."""

    tables: list[Table]
    columns: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)

    @property
    def height(self) -> int:
        return sum(table.sheet.height for table in self.tables)


def open_reading(file: BinaryIO) -> Reading:
    """Raises what `open_sheets` raises, IMPORT_HEADER_NOT_FOUND, or IMPORT_COLUMN_MISSING where no sheet has people."""
    reading = Reading([])
    refusals = []
    for sheet in open_sheets(file):
        first = list(islice(sheet.rows, LOOK_INTO + 3))
        header = find_header(first, sheet.merged)
        if header:
            reading.columns += [
                {
                    "sheet": sheet.name or "",
                    "column": column.index + 1,
                    "header": column.header,
                    "field": column.field,
                    "is_kept": is_kept(column.field),
                }
                for column in header.columns
            ]
        problem = _missing(header)
        if header is None or problem:
            found = problem or c.IMPORT_HEADER_NOT_FOUND()
            refusals.append(found)
            reading.skipped.append({"sheet": sheet.name or "", "code": found.code, "message": found.body.zh})
            continue
        rows = (row for row in chain(first, sheet.rows) if row[0] > header.last_row)
        reading.tables.append(Table(sheet, header, _filled_down(rows, header, sheet.merged)))
    if not reading.tables:
        raise refusals[0] if refusals else c.IMPORT_EMPTY()
    return reading


def _missing(header: Header | None) -> Any:
    if header is None:
        return c.IMPORT_HEADER_NOT_FOUND()
    for name, zh, en in (("name", "姓名", "name"), ("id_number", "身份证号码", "identity number")):
        if name not in header.by_field:
            return c.IMPORT_COLUMN_MISSING(column=name, column_zh=zh, column_en=en)
    return None


def _filled_down(
    rows: Iterator[tuple[int, list[Cell]]], header: Header, merged: list[Merged]
) -> Iterator[tuple[int, list[Cell]]]:
    """A family's merged cells stand for each of its rows; a name or a number never does."""
    columns = {column.index for name in FILLED_DOWN for column in header.by_field.get(name, ())}
    spans = {
        (row, left): top
        for (top, left), (bottom, right) in merged
        if bottom > top and left == right and left in columns
        for row in range(top + 1, bottom + 1)
    }
    anchors: dict[tuple[int, int], Cell] = {}
    for number, values in rows:
        if spans:
            for index in columns:
                if index >= len(values):
                    continue
                top = spans.get((number - 1, index))
                if top is None:
                    anchors[number - 1, index] = values[index]
                elif values[index] == "":
                    values[index] = anchors.get((top, index), "")
        yield number, values


class Walk:
    """Goes through the people of a file, finding those named twice in it."""

    def __init__(self, reading: Reading, *, today: date, default_division: str | None, source_name: str) -> None:
        self._reading = reading
        self._today = today
        self._default_division = default_division
        self._source_name = source_name
        self._seen: dict[str, int] = {}
        # By hash: 200,000 names would take a hundred megabytes.
        self._alike: dict[int, int] = {}

    def people(self, after: tuple[int, int] = (0, 0)) -> Iterator[tuple[tuple[int, int], ReadRow]]:
        """Each person with the place reached (table, row); `after` is the place where an earlier walk stopped."""
        for place, table in enumerate(self._reading.tables):
            reader = RowReader(
                table.header,
                today=self._today,
                default_division=self._default_division,
                source_name=self._source_name,
            )
            for number, values in table.rows:
                row = reader.person(values)
                if row is None:
                    continue
                if (place, number) <= after:
                    # An import finds its own earlier rows among the registered; a resumed preview misses a warning.
                    self._note(tidy(row.words("id_number")), number)
                    continue
                draft, findings = reader.read(number, row)
                if draft.number:
                    first = self._note(draft.number.value, number)
                    if first != number:
                        findings.error("id_number", c.DUPLICATE_IN_FILE, first_row=first)
                    elif (other := self._note_alike(draft, number)) != number:
                        findings.warn("name", c.LIKELY_TWICE_IN_FILE, first_row=other)
                yield (place, number), ReadRow(table.sheet.name, number, draft, findings)

    def _note(self, number: str, row: int) -> int:
        """The first row with this identity number."""
        return self._seen.setdefault(number, row) if number else row

    def _note_alike(self, draft: Draft, row: int) -> int:
        """The first row with this name, day of birth and township."""
        found = signs(draft)
        return self._alike.setdefault(hash(found), row) if found else row


def bad_rows(
    reading: Reading, wanted: dict[tuple[str | None, int], list[str]]
) -> Iterator[tuple[Table, int, list[Cell]]]:
    """The rows of a file that were refused, as they stand in it."""
    for table in reading.tables:
        for number, values in table.rows:
            if (table.sheet.name, number) in wanted:
                yield table, number, values


def shown(cell: Cell, *, is_id: bool) -> str:
    """A cell for the list of refused rows; an identity number that lost its digits is not shown as if it were one."""
    return "" if is_id and cells.is_float(cell) else cells.raw(cell)
