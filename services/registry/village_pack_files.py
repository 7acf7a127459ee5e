"""The pack as a spreadsheet: its people, rows for new ones, and a sheet with the signature; and reading it back."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature

from services.registry.importing import cells
from services.registry.importing.sheets import Cell, Sheet, open_sheets
from services.registry.village_pack_cells import EDITED, ID_NUMBER, NAME, NUMBER, PLACE
from shared.contracts import registry as c
from shared.kit.keys import Keys

SIGNER = "packs/registry"
PEOPLE, SIGNATURE = "名册", "签名(勿改)"
NEW_ROWS = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIXED = ((NUMBER, 8), (NAME, 10), (ID_NUMBER, 22), (PLACE, 18))
MEANINGS = {NAME: "name", ID_NUMBER: "id_number", PLACE: "village", **{one.title: one.field for one in EDITED}}


@dataclass
class PackRow:
    """One person as the pack gives them out; also a line of its base."""

    number: int
    worker_id: str
    name: str
    masked: str
    place: str
    cells: dict[str, str]


@dataclass
class ReturnedRow:
    """One filled row of a returned pack; `number` is None for a new person."""

    row: int
    number: int | None
    name: str
    id_number: str
    place: str
    cells: dict[str, str]


@dataclass
class Claim:
    """What the signature sheet says, and was found to be genuine."""

    pack_id: UUID
    content_hash: str


def write_pack(path: Path, rows: Sequence[PackRow], *, title: str, day: date, claim: Claim, keys: Keys) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        text = book.add_format({"num_format": "@"})
        fixed = book.add_format({"num_format": "@", "bg_color": "#EEF1F0"})
        bold = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8F3EC", "border": 1})
        sheet = book.add_worksheet(PEOPLE)
        columns = [*FIXED, *((one.title, one.width) for one in EDITED)]
        sheet.merge_range(
            0,
            0,
            0,
            len(columns) - 1,
            f"{title}劳动力名册({day}带出) 灰色列请勿改动; 新增人员在最后填写, 编号留空",
            bold,
        )
        for place, (heading, width) in enumerate(columns):
            sheet.set_column(place, place, width, text)
            sheet.write_string(1, place, heading, bold)
        last = len(rows) + 1 + NEW_ROWS
        for place, one in enumerate(EDITED, len(FIXED)):
            if one.choices:
                sheet.data_validation(2, place, last, place, {"validate": "list", "source": list(one.choices)})
        for line, row in enumerate(rows, 2):
            for place, value in enumerate((str(row.number), row.name, row.masked, row.place)):
                sheet.write_string(line, place, value, fixed)
            for place, one in enumerate(EDITED, len(FIXED)):
                sheet.write_string(line, place, row.cells.get(one.field, ""), text)
        sheet.freeze_panes(2, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        _write_signature(book.add_worksheet(SIGNATURE), claim, keys)


def _write_signature(sheet: Any, claim: Claim, keys: Keys) -> None:
    payload = orjson.dumps({"pack": str(claim.pack_id), "content": claim.content_hash, "key": keys.active}).decode()
    signature = base64.b64encode(keys.signer(SIGNER).sign(payload.encode())).decode()
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 120)
    for line, (word, value) in enumerate((("离线包", payload), ("签名", signature))):
        sheet.write_string(line, 0, word)
        sheet.write_string(line, 1, value)


def read_pack(file: BinaryIO, keys: Keys) -> tuple[Claim, Iterator[ReturnedRow]]:
    """The claim and the filled rows; raises PACK_NOT_GENUINE, and whatever an unreadable file raises."""
    sheets = {sheet.name: sheet for sheet in open_sheets(file)}
    signed, people = sheets.get(SIGNATURE), sheets.get(PEOPLE)
    if signed is None or people is None:
        raise c.PACK_NOT_GENUINE()
    return _claim(signed, keys), _rows(people)


def _claim(sheet: Sheet, keys: Keys) -> Claim:
    try:
        lines = [[cells.raw(cell) for cell in row] for _, row in sheet.rows]
        payload, signature = lines[0][1], lines[1][1]
        given = orjson.loads(payload)
        keys.verifier(SIGNER, given["key"]).verify(base64.b64decode(signature), payload.encode())
        return Claim(UUID(given["pack"]), str(given["content"]))
    except (InvalidSignature, IndexError, KeyError, TypeError, ValueError) as error:
        raise c.PACK_NOT_GENUINE() from error


def _rows(sheet: Sheet) -> Iterator[ReturnedRow]:
    at: dict[str, int] | None = None
    for number, row in sheet.rows:
        if at is None:
            titles = [cells.raw(cell) for cell in row]
            if NUMBER in titles and NAME in titles:
                at = {title: place for place, title in enumerate(titles) if title in (NUMBER, *MEANINGS)}
            continue
        found = {title: _text(row, place, is_id=title == ID_NUMBER) for title, place in at.items()}
        given = found.pop(NUMBER, "")
        if not any(found.values()):
            continue
        yield ReturnedRow(
            row=number,
            number=int(given) if given.isdigit() else None,
            name=found.get(NAME, ""),
            id_number=found.get(ID_NUMBER, ""),
            place=found.get(PLACE, ""),
            cells={one.field: found.get(one.title, "") for one in EDITED},
        )
    if at is None:
        raise c.PACK_NOT_GENUINE()


def _text(row: list[Cell], place: int, *, is_id: bool) -> str:
    cell = row[place] if place < len(row) else ""
    if is_id and cells.is_float(cell):
        return ""
    return cells.raw(cell)
