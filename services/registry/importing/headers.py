"""Finding the header of a roster and what each column means, whatever the office called it.

A spelling is looked up first; then without what stands in brackets; then by the words in it; then by likeness. A header
of two rows (merged cells above, names below) is read as one: 就业意向 above 工种 is the wanted trade.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

from services.registry.importing.sheets import Cell, Merged

LOOK_INTO = 30
GUESSED = 1000

# (what the header says, what it is): tried in this order on a header that has no known spelling.
BY_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(户主|监护人|联系人|配偶|父|母|法人|单位|企业|村干).*(身份证|证件号)", "head_id"),
        (r"(户主|监护人|联系人|配偶|父|母|法人|村干|干部|负责人).*姓名", "head_name"),
        (r"身份证|公民身份|证件号", "id_number"),
        (r"姓名$", "name"),
        (r"(企业|单位|村干|干部|负责人|填报人|网格).*(电话|手机|联系方式)", "editor"),
        (r"手机|电话|联系方式", "phone"),
        (r"^(出生|生日)", "birth"),
        (r"^性别", "sex"),
        (r"意愿|打算", "want_work"),
        (r"(意向|期望|希望).*(工种|岗位|职业)", "want_job"),
        (r"(意向|期望|希望).*(地|城市|区域)", "want_place"),
        (r"(意向|期望|希望).*(薪|工资|收入)", "want_salary"),
        (r"培训.*(项目|工种|内容|专业)", "train_item"),
        (r"学历|文化程度|教育程度", "education"),
        (r"乡镇|街道", "township"),
        (r"行政村|社区|村名", "village"),
        (r"户籍地址|家庭.*(住|地)址", "hukou_addr"),
        (r"监测(户|对象)", "monitor_type"),
        (r"脱贫|建档立卡", "household_type"),
        (r"低保|最低生活保障", "low_income"),
        (r"残疾", "disabled"),
        (r"困难(群体|人员|类)", "hardship_group"),
        (r"搬迁", "relocated"),
        (r"劳动能力", "labour_ability"),
        (r"(务工|就业|工作)(企业|单位)", "employer"),
        (r"(务工|就业|工作).*(地点|地址|所在地)", "work_place"),
        (r"月(收入|工资|薪)", "income_month"),
        (r"(技能|资格|技术)(等级|证)", "cert"),
        (r"工种|岗位", "job"),
        (r"(是否|当前|目前).*(务工|就业)", "want_nothing"),
    )
)


class Meaning(NamedTuple):
    """What a header means; `rank` orders several columns of one meaning, the surest first."""

    field: str
    rank: int


@dataclass
class Column:
    index: int
    header: str
    field: str | None
    rank: int = GUESSED


@dataclass
class Header:
    """A recognised header: `last_row` is its last row's number, as the spreadsheet counts."""

    last_row: int
    columns: list[Column]
    by_field: dict[str, list[Column]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in sorted(self.columns, key=lambda found: (found.rank, found.index)):
            if column.field:
                self.by_field.setdefault(column.field, []).append(column)


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, Meaning], frozenset[str]]:
    spellings: dict[str, Meaning] = {}
    kept: set[str] = set()
    source = (files(__package__) / "columns.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(source.splitlines()):
        if row["kept"] == "1":
            kept.add(row["field"])
        for rank, spelling in enumerate(row["spellings"].split("|")):
            spellings.setdefault(plain(spelling), Meaning(row["field"], rank))
    return spellings, frozenset(kept)


def is_kept(name: str | None) -> bool:
    """Whether a field enters the record; what is not needed is not kept (个人信息保护法 §6)."""
    return name is not None and name in _table()[1]


def plain(header: object) -> str:
    """A header without spaces, stars, colons and the difference between full and half width."""
    return re.sub(r"[\s*＊:：·\u200b\ufeff\"'“”]+", "", normalize("NFKC", str(header))).upper()


@lru_cache(maxsize=4096)
def meaning_of(header: str) -> Meaning | None:
    """What a single header says."""
    spellings, _ = _table()
    text = plain(header)
    if not text or len(text) > 30:
        return None
    bare = re.sub(r"\(.*?\)|（.*?）|\[.*?\]|【.*?】", "", text)
    for tried in (text, bare):
        if found := spellings.get(tried):
            return found
    if len(bare) > 16:
        return None
    for pattern, name in BY_WORDS:
        if pattern.search(bare):
            return Meaning("emp_status" if name == "want_nothing" else name, GUESSED)
    return _alike(bare)


def _alike(text: str) -> Meaning | None:
    """A miscopied header: at least four characters, nine tenths the same."""
    if len(text) < 4:
        return None
    from rapidfuzz import fuzz, process

    spellings, _ = _table()
    found = process.extractOne(text, spellings.keys(), scorer=fuzz.ratio, score_cutoff=85)
    return Meaning(spellings[found[0]].field, GUESSED + 1) if found else None


def find_header(rows: Sequence[tuple[int, list[Cell]]], merged: Sequence[Merged]) -> Header | None:
    """The header among the first rows: the block of one to three rows that explains the most columns."""
    best: Header | None = None
    best_score = 0
    for first in range(min(len(rows), LOOK_INTO)):
        for depth in (1, 2, 3):
            block = rows[first : first + depth]
            if len(block) < depth:
                break
            header = _read(block, merged)
            score = len(header.by_field) * 4 - depth
            if score > best_score:
                best, best_score = header, score
    return best if best and len(best.by_field) >= 2 else None


def _read(block: Sequence[tuple[int, list[Cell]]], merged: Sequence[Merged]) -> Header:
    width = max(len(cells) for _, cells in block)
    texts = [[_words(cells[at]) if at < len(cells) else "" for at in range(width)] for _, cells in block]
    for (top, left), (bottom, right) in merged:
        for (number, _), row in zip(block, texts, strict=True):
            if top <= number - 1 <= bottom and left < width:
                anchor = next((t for (n, _), t in zip(block, texts, strict=True) if n - 1 == top), None)
                if anchor is not None and number - 1 == top:
                    row[left : min(right + 1, width)] = [anchor[left]] * (min(right + 1, width) - left)
    if not merged:
        _fill_right(texts)
    columns = [_column(at, [row[at] for row in texts]) for at in range(width)]
    return Header(block[-1][0], [column for column in columns if column.header])


def _fill_right(texts: list[list[str]]) -> None:
    """A csv has lost its merged cells: an upper cell stands for the empty ones after it that have names below."""
    for upper, lower in pairwise(texts):
        last = ""
        for at, text in enumerate(upper):
            last = text or last
            if not text and lower[at]:
                upper[at] = last


def _column(index: int, stack: list[str]) -> Column:
    """The parents and the name together say more than the name: 户主 above 姓名 is not the worker's name."""
    named = [text for place, text in enumerate(stack) if text and text not in stack[:place]]
    if not named:
        return Column(index, "", None)
    whole, leaf = "".join(named), named[-1]
    spellings, _ = _table()
    found = spellings.get(plain(whole)) if len(named) > 1 else None
    found = found or (meaning_of(whole) if len(named) > 1 and re.search(r"户主|监护|配偶|意向|期望", whole) else None)
    found = found or meaning_of(leaf)
    header = leaf if found and (alone := meaning_of(leaf)) and alone.field == found.field else whole
    return Column(index, header, found.field if found else None, found.rank if found else GUESSED)


def _words(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else ""
