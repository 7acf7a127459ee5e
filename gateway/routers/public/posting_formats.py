"""Our postings in the forms that others read: JobPosting JSON-LD in a page, and the Indeed-style XML feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from html import escape
from typing import Any
from xml.sax.saxutils import escape as escape_xml

from shared import reference
from shared.contracts import postings as c

_UNITS = {"hour": "HOUR", "day": "DAY", "week": "WEEK", "month": "MONTH", "year": "YEAR"}
_UNIT_WORDS = {"hour": "元/小时", "day": "元/天", "week": "元/周", "month": "元/月", "year": "元/年", "piece": "元/件"}
_TYPES = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "temporary": "TEMPORARY",
    "contractor": "CONTRACTOR",
    "intern": "INTERN",
    "other": "OTHER",
}
_SHIFTS = {
    "day": "长白班",
    "night": "夜班",
    "two_shift": "两班倒",
    "three_shift": "三班倒",
    "flexible": "班次灵活",
}
# Google's own words for a credential; below them no schooling is asked for.
_CREDENTIALS = {
    "senior_middle": "high school",
    "secondary_vocational": "professional certificate",
    "college": "associate degree",
    "bachelor": "bachelor degree",
}


def job_posting(posting: c.PublicPosting, url: str) -> dict[str, Any]:
    """A posting as schema.org JobPosting, with every property that Google requires."""
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": posting.title,
        "description": "".join(f"<p>{escape(line)}</p>" for line in description_lines(posting)),
        "identifier": {"@type": "PropertyValue", "name": posting.company, "value": str(posting.id)},
        "datePosted": (posting.posted_on or posting.updated_at.astimezone(c.COUNTY_ZONE).date()).isoformat(),
        "hiringOrganization": {"@type": "Organization", "name": posting.company},
        "jobLocation": {"@type": "Place", "address": _address(posting)},
        "totalJobOpenings": posting.openings_free,
        "directApply": False,
        "url": url,
    }
    if posting.valid_through:
        found["validThrough"] = _end_of(posting.valid_through)
    if kind := posting.requirements.employment_type:
        found["employmentType"] = _TYPES[kind.value]
    if posting.occupation:
        found["occupationalCategory"] = f"{posting.occupation} {posting.occupation_name or ''}".strip()
    if salary := _salary(posting):
        found["baseSalary"] = salary
    if months := posting.requirements.experience_months:
        found["experienceRequirements"] = {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months}
    if (education := posting.requirements.education) and (category := _CREDENTIALS.get(education.value)):
        found["educationRequirements"] = {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": category,
        }
    return found


def page(posting: c.PublicPosting, url: str) -> str:
    """A page that people and search engines read; it has no script but the data."""
    data = json.dumps(job_posting(posting, url), ensure_ascii=False).replace("<", "\\u003c")
    facts = {
        "用工企业": posting.company,
        "工作地点": posting.address or posting.place or posting.division_name,
        "工资": wage_words(posting),
        "招聘人数": f"{posting.openings_free} 人",
        "有效期至": posting.valid_through.isoformat() if posting.valid_through else "长期",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items() if value)
    lines = "".join(f"<p>{escape(line)}</p>" for line in description_lines(posting))
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(posting.title)} - {escape(posting.company)}</title>"
        f'<link rel="canonical" href="{escape(url)}"><script type="application/ld+json">{data}</script></head>'
        f"<body><main><h1>{escape(posting.title)}</h1><dl>{rows}</dl>{lines}</main></body></html>"
    )


def feed_head(publisher: str, url: str) -> str:
    built = datetime.now(UTC).isoformat(timespec="seconds")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<source>\n'
        f"<publisher>{escape_xml(publisher)}</publisher>\n<publisherurl>{escape_xml(url)}</publisherurl>\n"
        f"<lastBuildDate>{built}</lastBuildDate>\n"
    )


FEED_TAIL = "</source>\n"


def feed_job(posting: c.PublicPosting, url: str) -> str:
    return "<job>\n" + "".join(f"<{tag}>{_cdata(text)}</{tag}>\n" for tag, text in _tags(posting, url)) + "</job>\n"


def description_lines(posting: c.PublicPosting) -> list[str]:
    """The description, or what is known where the employer wrote none."""
    asked = posting.requirements
    given = [
        "包吃" if asked.board else "",
        "包住" if asked.lodging else "",
        _SHIFTS[asked.shift.value] if asked.shift else "",
        f"{asked.min_age or 16}-{asked.max_age}岁" if asked.max_age else "",
        "、".join(asked.insurance),
    ]
    lines = [line for line in (posting.description or "").split("\n") if line.strip()]
    if said := [words for words in given if words]:
        lines.append("，".join(said))
    return lines or [f"{posting.company}招聘{posting.title}。"]


def wage_words(posting: c.PublicPosting) -> str:
    if posting.wage_min_cents is None or posting.wage_max_cents is None or posting.wage_unit is None:
        return posting.wage_text or "面议"
    amounts = dict.fromkeys(f"{cents / 100:g}" for cents in (posting.wage_min_cents, posting.wage_max_cents))
    return "-".join(amounts) + _UNIT_WORDS[posting.wage_unit.value]


def _tags(posting: c.PublicPosting, url: str) -> Iterator[tuple[str, str]]:
    address = _address(posting)
    yield "title", posting.title
    yield "date", (posting.posted_on or posting.updated_at.astimezone(c.COUNTY_ZONE).date()).isoformat()
    yield "referencenumber", str(posting.id)
    yield "requisitionid", str(posting.id)
    yield "url", url
    yield "company", posting.company
    yield "sourcename", "送岗 Songgang"
    yield "city", address.get("addressLocality", "")
    yield "state", address.get("addressRegion", "")
    yield "country", "CN"
    yield "streetaddress", address.get("streetAddress", "")
    yield "description", "".join(f"<p>{escape(line)}</p>" for line in description_lines(posting))
    yield "salary", wage_words(posting)
    yield "openings", str(posting.openings_free)
    if kind := posting.requirements.employment_type:
        yield "jobtype", _TYPES[kind.value]
    if posting.occupation:
        yield "category", f"{posting.occupation} {posting.occupation_name or ''}".strip()
    if posting.valid_through:
        yield "expirationdate", posting.valid_through.isoformat()


def _address(posting: c.PublicPosting) -> dict[str, str]:
    found = {"@type": "PostalAddress", "addressCountry": "CN"}
    code = posting.division or ""
    if province := reference.province_name(code):
        found["addressRegion"] = province
    city = reference.division_name(code[:4] + "00") if code else ""
    names = [name for name in dict.fromkeys((city, posting.division_name or "")) if name and not name.isdigit()]
    if locality := "".join(names) or posting.place:
        found["addressLocality"] = locality
    if street := posting.address or posting.place:
        found["streetAddress"] = street
    return found


def _salary(posting: c.PublicPosting) -> dict[str, Any] | None:
    unit = _UNITS.get(posting.wage_unit.value) if posting.wage_unit else None
    if unit is None or posting.wage_min_cents is None or posting.wage_max_cents is None:
        return None
    value: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": unit}
    if posting.wage_min_cents == posting.wage_max_cents:
        value["value"] = posting.wage_min_cents / 100
    else:
        value |= {"minValue": posting.wage_min_cents / 100, "maxValue": posting.wage_max_cents / 100}
    return {"@type": "MonetaryAmount", "currency": "CNY", "value": value}


def _end_of(day: date) -> str:
    return datetime.combine(day, time(23, 59, 59), c.COUNTY_ZONE).isoformat()


def _cdata(text: str) -> str:
    clean = "".join(mark for mark in text if mark in "\n\t" or ord(mark) >= 32)
    return "<![CDATA[" + clean.replace("]]>", "]]]]><![CDATA[>") + "]]>"
