"""From the texts of a feed job to a posting: every value read or refused, every loss reported."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from services.postings.feeds.records import RawJob
from services.postings.feeds.wage_fields import read_wage_fields
from services.postings.joining import key_of
from services.postings.recognition.conditions import (
    read_ages,
    read_conditions,
    read_education,
    read_employment_type,
    read_experience,
)
from services.postings.recognition.dates import read_date
from services.postings.recognition.occupations import occupation_of_title
from services.postings.recognition.phrases import place_phrase, title_phrase
from services.postings.recognition.places import Place, is_china, recognise_place
from services.postings.recognition.remembering import REMEMBERED, UNSURE_BELOW, Decisions
from shared import reference
from shared.contracts import postings as c
from shared.contracts.errors import ProblemCode

LONGEST = {"title": 200, "description": 10_000, "company": 200, "place": 200, "address": 500, "url": 2000}
_BREAKS = re.compile(r"<\s*(br|/p|/li|/h\d|/div|/tr)\b[^>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]*>")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_CONTROLS = dict.fromkeys(code for code in range(32) if chr(code) not in "\n\t")
_NUMBER = re.compile(r"\d+")


class Note(Protocol):
    """Where findings about one job go."""

    def __call__(self, code: ProblemCode, field: str, **facts: Any) -> None: ...


@dataclass
class ReadPosting:
    """The columns of a posting, as its feed tells them. `contact` is still in the clear."""

    columns: dict[str, Any]
    contact: str | None = None


@dataclass
class Rules:
    """What a run holds constant: the county's day, the employer's name, what people decided about wordings."""

    day: date
    employer_name: str
    decided: Decisions = field(default_factory=dict)


def read_posting(raw: RawJob, rules: Rules, note: Note) -> ReadPosting | None:
    """A posting, or None where an error was noted: no title, ended, a closing date that does not exist, unlawful."""
    given = raw.fields
    for code, name, facts in raw.notes:
        note(code, name, **facts)
    if c.FEED_ROW_NOT_A_JOB in (code for code, _, _ in raw.notes):
        return None
    title = _line(given.get("title", ""))
    if not title:
        note(c.FEED_TITLE_MISSING, "title")
        return None
    valid_through, is_live = _valid_through(given, rules, note)
    if not is_live:
        return None
    description = _paragraphs(given.get("description", ""))
    requirements_text = _paragraphs(given.get("requirements", ""))
    if not description:
        note(c.FEED_DESCRIPTION_MISSING, "description")
    whole = "\n".join(part for part in (description, requirements_text) if part)
    requirements = _requirements(given, title, whole, note)
    if requirements is None:
        return None
    wage = read_wage_fields(given, _is_domestic(given, note), requirements, note)
    place, address, found = _place(given, rules, note)
    occupation, sure = _occupation(given, title, rules, note)
    columns = {
        "title": _cut(title, "title", note),
        "title_phrase": title_phrase(title),
        "company": _cut(_company(given, rules, note), "company", note),
        "occupation": occupation,
        "occupation_confidence": sure,
        "division": found.code or None if found else None,
        "division_confidence": found.confidence if found else None,
        "place_phrase": place_phrase(place) or None,
        "place": _cut(place, "place", note) or None,
        "address": _cut(address, "address", note) or None,
        "description": _cut(whole, "description", note) or None,
        "requirements": requirements,
        "openings": _openings(given, note),
        "apply_url": _url(given),
        "posted_on": _posted(given, rules, note),
        "valid_through": valid_through,
        **wage,
    }
    columns["joint_key"] = key_of(columns)
    contact = " ".join(given[name] for name in ("contact", "phone", "email") if given.get(name))
    return ReadPosting(columns, _line(contact)[:200] or None)


def reference_of(raw: RawJob) -> tuple[str, bool]:
    """(reference, whether the employer gave it): else the address, else a hash of the content stands in."""
    if found := raw.fields.get("reference"):
        return _line(found)[:200], True
    if found := raw.fields.get("url"):
        return found.strip()[:500], False
    return "#" + raw.content_hash().hex(), False


def is_removal(raw: RawJob) -> bool:
    """Whether the entry says that its job is gone (delta feeds, LinkedIn's CLOSE, a state column)."""
    said = raw.fields.get("removed", "").strip().lower()
    return said in {"true", "1", "yes", "close", "closed", "delete", "deleted", "removed", "remove", "expired"} or (
        said in {"关闭", "已关闭", "下架", "已下架", "停招", "停止招聘", "招满", "已招满", "删除", "失效"}
    )


def _valid_through(given: dict[str, str], rules: Rules, note: Note) -> tuple[date | None, bool]:
    text = given.get("valid_through", "")
    if not text or text in ("长期", "长期有效", "不限"):
        note(c.FEED_VALID_THROUGH_MISSING, "validThrough")
        return None, True
    found = read_date(text)
    if found is None:
        note(c.FEED_VALID_THROUGH_INVALID, "validThrough", value=text)
        return None, False
    if found < rules.day:
        note(c.FEED_VALID_THROUGH_PAST, "validThrough", value=found.isoformat())
        return None, False
    return found, True


def _posted(given: dict[str, str], rules: Rules, note: Note) -> date | None:
    if not (text := given.get("posted", "")):
        return None
    found = read_date(text)
    if found is None or found > rules.day.replace(year=rules.day.year + 1, day=1):
        note(c.FEED_DATE_INVALID, "datePosted", value=text)
        return None
    return found


def _requirements(given: dict[str, str], title: str, whole: str, note: Note) -> dict[str, Any] | None:
    """What the fields say, then what the words say; None for a job that may not be offered."""
    words = " ".join(
        (title, given.get("wage", ""), given.get("benefits", ""), given.get("shift", ""), given.get("ages", ""), whole)
    )[:3000]
    found = read_conditions(words)
    low, high = read_ages(given.get("ages", ""))
    for name, value in (
        ("min_age", low or _int(given.get("min_age"))),
        ("max_age", high or _int(given.get("max_age"))),
    ):
        if value is not None:
            found[name] = value
    low, high = found.get("min_age"), found.get("max_age")
    if (high is not None and high < 16) or (low is not None and 10 <= low < 16):
        note(c.FEED_AGE_UNLAWFUL, "ages")
        return None
    if not 16 <= (low or 16) <= (high or 80) <= 80:
        found.pop("min_age", None)
        found.pop("max_age", None)
    elif high is not None and high < 60:
        note(c.FEED_AGE_LIMIT, "ages", value=f"{low or 16}-{high}")
    if education := read_education(given.get("education", "")):
        found["education"] = education.value
    months = _int(given.get("experience_months"))
    months = read_experience(given.get("experience", "")) if months is None else months
    if months is not None and months <= 600:
        found["experience_months"] = months
    _employment_type(given, found, note)
    return found


def _employment_type(given: dict[str, str], found: dict[str, Any], note: Note) -> None:
    if not (text := given.get("employment_type", "").split(",")[0].strip()):
        return
    kind = read_employment_type(text)
    if kind is None:
        note(c.FEED_EMPLOYMENT_TYPE_UNKNOWN, "employmentType", value=text)
    else:
        found["employment_type"] = kind.value


def _is_domestic(given: dict[str, str], note: Note) -> bool:
    country = given.get("country", "")
    if not country:
        return any(_CHINESE.search(given.get(name, "")[:500]) for name in ("title", "wage", "description", "city"))
    if is_china(country):
        return True
    note(c.FEED_COUNTRY_FOREIGN, "addressCountry", country=country)
    return False


def _place(given: dict[str, str], rules: Rules, note: Note) -> tuple[str, str, Place | None]:
    """(place as written, street address, division). The most telling of the fields decides."""
    parts = [_line(given.get(name, "")) for name in ("region", "city", "district")]
    area = "".join(dict.fromkeys(part for part in parts if part))
    if any(part.isascii() for part in parts if part):
        area = ", ".join(dict.fromkeys(part for part in reversed(parts) if part))
    location, address = _line(given.get("location", "")), _line(given.get("address", ""))
    place = area or location or address
    if not place and not given.get("division"):
        note(c.FEED_PLACE_MISSING, "jobLocation")
        return "", address, None
    if not given.get("country") and "division" not in given:
        note(c.FEED_COUNTRY_MISSING, "addressCountry")
    if given.get("country") and not is_china(given["country"]):
        return place, address, None
    tried = [given.get("division", ""), area + address if area else "", address, location, area + location, area]
    decided = (c.RecognitionKind.division, place_phrase(place))
    if decided in rules.decided:
        return place, address, Place(rules.decided[decided] or "", REMEMBERED)
    readings = [found for text in dict.fromkeys(tried) if text and (found := recognise_place(text))]
    if not readings:
        note(c.FEED_DIVISION_UNKNOWN, "jobLocation", place=place)
        return place, address, None
    best = max(readings, key=lambda found: (found.confidence, len(found.code)))
    if best.confidence < UNSURE_BELOW:
        note(c.FEED_DIVISION_UNSURE, "jobLocation", place=place, name=reference.division_name(best.code))
    return place, address, best


def _occupation(given: dict[str, str], title: str, rules: Rules, note: Note) -> tuple[str | None, float | None]:
    decided = (c.RecognitionKind.occupation, title_phrase(title))
    if decided in rules.decided:
        return rules.decided[decided], REMEMBERED
    code, sure = occupation_of_title(title, _line(given.get("category", ""))[:100])
    if code is None:
        note(c.FEED_OCCUPATION_UNKNOWN, "title", title=title)
    elif sure is not None and sure < UNSURE_BELOW:
        note(c.FEED_OCCUPATION_UNSURE, "title", title=title, name=reference.occupation_name(code))
    return code, sure


def _company(given: dict[str, str], rules: Rules, note: Note) -> str:
    company = _line(given.get("company", ""))
    if not company:
        note(c.FEED_COMPANY_MISSING, "hiringOrganization")
    return company or rules.employer_name


def _openings(given: dict[str, str], note: Note) -> int:
    text = given.get("openings", "")
    if not text:
        note(c.FEED_OPENINGS_MISSING, "totalJobOpenings")
        return 1
    numbers = _NUMBER.findall(text)
    if not numbers or "-" in text[:1] or not 1 <= int(numbers[-1][:9]) <= 100_000:
        note(c.FEED_OPENINGS_INVALID, "totalJobOpenings", value=text)
        return 1
    return int(numbers[-1])


def _url(given: dict[str, str]) -> str | None:
    url = given.get("url", "").strip()
    return url if re.match(r"https?://[^\s<>\"']{3,}$", url, re.IGNORECASE) and len(url) <= LONGEST["url"] else None


def _cut(text: str, name: str, note: Note) -> str:
    limit = LONGEST[name]
    if len(text) > limit:
        note(c.FEED_TEXT_CUT, name, limit=limit)
    return text[:limit]


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _paragraphs(text: str) -> str:
    """HTML as plain text: what a foreign feed marks up is never shown as markup of ours."""
    lines = (_SPACES.sub(" ", line).strip() for line in _plain(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _plain(text: str) -> str:
    if "<" in text or "&" in text:
        text = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", _HIDDEN.sub("", text))))
        if "<" in text:
            text = _TAGS.sub("", _BREAKS.sub("\n", _HIDDEN.sub("", text)))
    return text if text.isprintable() else text.translate(_CONTROLS)


def _int(text: str | None) -> int | None:
    found = _NUMBER.search(text or "")
    return int(found.group(0)[:9]) if found else None
