"""One row of a roster becomes a draft of a person, or findings that say what is wrong with which cell.

An error keeps the row out: what identifies a person, where they live, a date that does not exist. What is merely not
understood is left out with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from services.registry.drafts import Draft, SkillDraft, number_of_adult
from services.registry.importing import cells, people
from services.registry.importing.findings import Findings
from services.registry.importing.headers import Column, Header
from services.registry.importing.lookups import place_named, unknown_trade
from services.registry.importing.sheets import Cell
from services.registry.phones import parse_phone
from shared.contracts import registry as c
from shared.contracts.errors import Problem

NAME = re.compile(r"[^\W\d_]{1,30}(?:[·•.\- ][^\W\d_]{1,30}){0,4}")
HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
FOOTER = re.compile(r"合\s*计|总\s*计|小\s*计|填\s*报|审\s*核|负\s*责|制\s*表|备\s*注|说\s*明|注[:：]|联系人|单位|日期")
BLANK: Cell = ""


class Row:
    """The cells of one row, by meaning: of several columns with one meaning the first filled one, the surest first."""

    __slots__ = ("_found",)

    def __init__(self, columns: Mapping[str, Sequence[Column]], row: list[Cell]) -> None:
        self._found: dict[str, tuple[Cell, Column]] = {}
        width = len(row)
        for field, candidates in columns.items():
            for column in candidates:
                if column.index < width and (cell := row[column.index]) not in ("", None):
                    self._found[field] = cell, column
                    break

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Row:
        """Cells that are known by their meaning already."""
        columns = {field: [Column(index, field, field)] for index, field in enumerate(given)}
        return cls(columns, list(given.values()))

    def __contains__(self, field: str) -> bool:
        return field in self._found

    def cell(self, field: str) -> Cell:
        found = self._found.get(field)
        return found[0] if found else BLANK

    def words(self, field: str) -> str:
        found = self._found.get(field)
        return cells.words(found[0]) if found else ""

    def says(self, field: str) -> str:
        """The header under which the cell stands."""
        found = self._found.get(field)
        return found[1].header if found else ""


class RowReader:
    """Reads the rows under one header. `default_division` is for rows that name no place."""

    def __init__(self, header: Header, *, today: date, default_division: str | None, source_name: str) -> None:
        self._columns = header.by_field
        self._today = today
        self._default_division = default_division
        self._source_name = source_name

    def person(self, row: list[Cell]) -> Row | None:
        """The cells by meaning; None for totals, signatures, repeated headers and empty lines."""
        found = Row(self._columns, row)
        return found if self._is_person(found, row) else None

    def _is_person(self, found: Row, row: list[Cell]) -> bool:
        name, number = found.words("name"), found.words("id_number")
        if number:
            return name not in ("姓名", "人员姓名")
        first = next((cells.raw(value) for value in row if value not in ("", None)), "")
        if not first or FOOTER.match(first) or FOOTER.match(name):
            return False
        return bool(name) or (sum(1 for value in row if value not in ("", None)) > 4 and bool(found.words("sex")))

    def read(self, number: int, row: Row) -> tuple[Draft, Findings]:
        draft, findings = Draft(), Findings()
        self._identity(row, draft, findings)
        self._phone(row, draft, findings)
        self._place(row, draft, findings)
        filled_on = min(self._date(row, "fill_date", findings) or self._today, self._today)
        self._person(row, draft, findings)
        self._skills(row, draft, findings)
        self._hardship(row, draft, filled_on, number)
        self._employment(row, draft, findings, filled_on)
        self._wishes(row, draft, findings)
        return draft, findings

    def read_changes(self, row: Row) -> tuple[Draft, Findings]:
        """What a row says about somebody whose identity, place and hardship are not in question."""
        draft, findings = Draft(), Findings()
        self._phone(row, draft, findings)
        self._person(row, draft, findings)
        self._skills(row, draft, findings)
        self._employment(row, draft, findings, self._today)
        self._wishes(row, draft, findings)
        return draft, findings

    def _identity(self, row: Row, draft: Draft, findings: Findings) -> None:
        name = HAN_GAP.sub("", cells.words(row.cell("name")))
        if NAME.fullmatch(name) and len(name) >= 2:
            draft.name = name
        else:
            findings.error("name", c.NAME_MISSING)
        cell = row.cell("id_number")
        text = cells.words(cell)
        if not text:
            findings.error("id_number", c.ID_NUMBER_MISSING)
            return
        if cells.is_float(cell):
            findings.error("id_number", c.ID_NUMBER_IS_FLOAT)
            return
        try:
            draft.number = number_of_adult(text, self._today)
        except Problem as problem:
            findings.refuse("id_number", problem)
            return
        if not draft.number.has_known_area:
            findings.warn("id_number", c.ID_AREA_UNKNOWN)
        sex = {"男": c.Sex.male, "女": c.Sex.female}.get(row.words("sex")[:1])
        if sex and sex is not draft.number.sex:
            findings.warn("sex", c.SEX_DIFFERS)
        born_on = self._date(row, "birth", findings)
        if born_on and (born_on.year, born_on.month) != (draft.number.born_on.year, draft.number.born_on.month):
            findings.warn("birth", c.BIRTH_DIFFERS)

    def _phone(self, row: Row, draft: Draft, findings: Findings) -> None:
        """A mobile number keeps all its digits as a number; anything else that became one has lost its form."""
        cell = row.cell("phone")
        text = cells.words(cell)
        if not text:
            return
        was_number = cells.is_float(cell)
        try:
            draft.phone = parse_phone(text)
        except Problem as problem:
            if was_number:
                findings.error("phone", c.PHONE_IS_FLOAT)
            else:
                findings.refuse("phone", problem)

    def _place(self, row: Row, draft: Draft, findings: Findings) -> None:
        township, village = row.words("township"), row.words("village")
        code = row.words("division_code")
        found = place_named(code, township, village, row.words("hukou_addr"))
        if isinstance(found, Problem):
            findings.refuse("village" if village else "township" if township else "division", found)
            return
        draft.division = found or self._default_division
        if draft.division is None:
            findings.error("division", c.DIVISION_MISSING)

    def _person(self, row: Row, draft: Draft, findings: Findings) -> None:
        if text := row.words("education"):
            draft.education = people.education(text)
            if draft.education is None:
                findings.warn("education", c.VALUE_UNKNOWN, given=text)
        draft.can_work, limits = people.labour_ability(cells.raw(row.cell("labour_ability")))
        limits = limits + people.limits_of_health(row.words("health"))
        draft.limits = sorted(set(limits)) or None
        if cells.yes_or_no(row.cell("relocated")):
            draft.is_relocated = True

    def _skills(self, row: Row, draft: Draft, findings: Findings) -> None:
        """每人至少掌握一项技能: the present trade, what was trained, what a certificate is for."""
        found: dict[str, SkillDraft] = {}
        grade = people.level(row.words("cert"))
        for field in ("skill", "job", "train_item", "cert"):
            text = row.words(field)
            if not text or cells.yes_or_no(text) is not None:
                continue
            codes, unknown = people.trades(text)
            for code in codes:
                found.setdefault(code, SkillDraft(code))
            if field != "cert":
                for word in unknown[:1]:
                    _warn_trade(field, word, findings)
        if grade and found:
            next(iter(found.values())).level = grade
        draft.skills = list(found.values()) or None

    def _hardship(self, row: Row, draft: Draft, since: date, number: int) -> None:
        kinds: dict[c.DifficultyKind, None] = {}
        for field, kind in (
            ("household_type", c.DifficultyKind.out_of_poverty),
            ("monitor_type", c.DifficultyKind.monitored),
            ("low_income", c.DifficultyKind.low_income),
            ("disabled", c.DifficultyKind.disabled),
        ):
            text = row.words(field)
            answer = cells.yes_or_no(text) if text else False
            if answer is False:
                continue
            if answer or field == "disabled":
                kinds[_said_by(row.says(field), kind)] = None
            else:
                kinds |= dict.fromkeys(people.hardships(text))
        kinds |= dict.fromkeys(people.hardships(row.words("hardship_group")))
        if "残疾" in row.words("health"):
            kinds[c.DifficultyKind.disabled] = None
        if cells.yes_or_no(row.cell("risk_cleared")):
            kinds.pop(c.DifficultyKind.monitored, None)
        evidence = f"{self._source_name} 第{number}行"[:200]
        draft.difficulties = [c.DifficultyIn(kind=kind, evidence=evidence, valid_from=since) for kind in kinds]

    def _employment(self, row: Row, draft: Draft, findings: Findings, filled_on: date) -> None:
        status, form = row.words("emp_status"), row.words("job_form")
        started_on = self._date(row, "start_work", findings)
        place = row.words("work_place") or row.words("work_province")
        employer = row.words("employer")
        if not self._is_employed(row, status, form, place, employer):
            answer = cells.yes_or_no(row.cell("emp_status"))
            draft.is_unemployed = answer is False or bool(people.IDLE.search(status))
            return
        if started_on is None and (months := people.months(row.words("work_months"))):
            started_on = filled_on - timedelta(days=round(months * 30.4))
        if started_on and started_on > self._today:
            findings.error("start_work", c.PERIOD_INVALID)
            return
        said_away = "外出" in row.says("emp_status")
        kind = people.spell_kind(status + ("外出" if said_away else ""), form, place)
        if cells.yes_or_no(row.cell("public_post")) or "公益" in form:
            kind = c.SpellKind.public_post
        codes, _ = people.trades(row.words("job"))
        draft.spell = c.SpellIn(
            kind=kind,
            employer_name=employer[:200] or None,
            place=place[:200] or None,
            occupation=codes[0] if codes else None,
            wage_cents=self._money(row, "income_month", findings),
            started_on=started_on or filled_on,
        )

    def _is_employed(self, row: Row, status: str, form: str, place: str, employer: str) -> bool:
        """Farming the own land is no employment spell: such a person may be sought for work."""
        if cells.yes_or_no(row.cell("public_post")):
            return True
        if status:
            answer = cells.yes_or_no(row.cell("emp_status"))
            if answer is False or people.IDLE.search(status):
                return False
            if people.FARMING.search(status):
                return False
            return bool(answer or people.WORKING.search(status))
        return bool(employer or place) and not people.FARMING.search(form)

    def _wishes(self, row: Row, draft: Draft, findings: Findings) -> None:
        wants = cells.yes_or_no(row.cell("want_work"))
        wish = row.words("want_work")
        place, trade = row.words("want_place"), row.words("want_job")
        if wants is None and wish:
            wants = True
        if wants is None and not (place or trade):
            return
        if wants is False:
            draft.wants_out_work = draft.wants_local_work = False
            return
        away = people.is_away(place)
        only_out = re.search(r"外出|务工", row.says("want_work")) is not None or "外出" in wish
        draft.wants_out_work = away is not False or only_out
        draft.wants_local_work = away is False or (away is None and not only_out)
        draft.destinations = list(people.destinations(place)) or None
        codes, unknown = people.trades(trade)
        draft.wanted_occupations = list(codes) or None
        for word in unknown[:1]:
            _warn_trade("want_job", word, findings)
        draft.expected_wage_cents = self._money(row, "want_salary", findings)
        draft.available_from = self._date(row, "want_from", findings)

    def _date(self, row: Row, field: str, findings: Findings) -> date | None:
        if field not in row:
            return None
        cell = row.cell(field)
        try:
            found = cells.day(cell)
        except cells.NotADate as error:
            findings.error(field, c.DATE_INVALID, given=str(error))
            return None
        if found is None and field != "fill_date" and (text := cells.words(cell)) and any(map(str.isdigit, text)):
            findings.warn(field, c.VALUE_UNKNOWN, given=text)
        return found

    def _money(self, row: Row, field: str, findings: Findings) -> int | None:
        if field not in row:
            return None
        cell = row.cell(field)
        found = cells.cents(cell)
        if found is None and (text := cells.words(cell)):
            findings.warn(field, c.NUMBER_INVALID, given=text)
        return found


def _warn_trade(field: str, word: str, findings: Findings) -> None:
    if problem := unknown_trade(word):
        findings.warn_of(field, problem)


def _said_by(header: str, usual: c.DifficultyKind) -> c.DifficultyKind:
    """A plain 是 means what its header asks: 是否监测户 under 户类型 is monitored."""
    return next(iter(people.hardships(header)), usual)
