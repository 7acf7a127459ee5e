"""What Google asks of a JobPosting page: required properties, their forms, and nothing that the page does not show.

After its guide to structured data for job postings (developers.google.com/search/docs/appearance/structured-data).
"""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from typing import Any

EMPLOYMENT = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
UNITS = {"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}
CREDENTIALS = {
    "high school",
    "associate degree",
    "bachelor degree",
    "professional certificate",
    "postgraduate degree",
}


def job_data(page: str) -> dict[str, Any]:
    """The one JobPosting of a page."""
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(scripts) == 1, "one job a page"
    found: dict[str, Any] = json.loads(scripts[0])
    return found


def complaints(page: str) -> list[str]:
    """Everything that would keep a page out of the job search; empty when it is accepted."""
    data = job_data(page)
    required = ("title", "description", "datePosted", "hiringOrganization", "jobLocation")
    found = [f"{name} is required" for name in required if not data.get(name)]
    if data.get("@context") not in ("https://schema.org/", "https://schema.org") or data.get("@type") != "JobPosting":
        found.append("not a JobPosting of schema.org")
    found += _dates(data) + _place(data) + _pay(data)
    if "employmentType" in data and data["employmentType"] not in EMPLOYMENT:
        found.append("employmentType")
    education = data.get("educationRequirements")
    if education and education["credentialCategory"] not in CREDENTIALS:
        found.append("educationRequirements")
    identifier = data.get("identifier", {})
    if not (identifier.get("@type") == "PropertyValue" and identifier.get("name") and identifier.get("value")):
        found.append("identifier")
    return found + _shown(page, data)


def _dates(data: dict[str, Any]) -> list[str]:
    found = []
    for name in ("datePosted", "validThrough"):
        if name in data:
            try:
                datetime.fromisoformat(data[name])
            except ValueError:
                found.append(f"{name} is not ISO 8601")
    if "validThrough" in data and data["validThrough"][:10] < data["datePosted"][:10]:
        found.append("it ended before it began")
    return found


def _place(data: dict[str, Any]) -> list[str]:
    address = data.get("jobLocation", {}).get("address", {})
    found = [] if address.get("@type") == "PostalAddress" else ["jobLocation.address"]
    if not address.get("addressCountry"):
        found.append("addressCountry")
    if not (address.get("addressLocality") or address.get("addressRegion")):
        found.append("neither locality nor region")
    return found


def _pay(data: dict[str, Any]) -> list[str]:
    if "baseSalary" not in data:
        return []
    salary = data["baseSalary"]
    value = salary.get("value", {})
    amounts = [value.get(name) for name in ("value", "minValue", "maxValue") if name in value]
    is_sound = (
        salary.get("currency") == "CNY"
        and value.get("unitText") in UNITS
        and amounts
        and all(isinstance(amount, int | float) and amount > 0 for amount in amounts)
        and amounts == sorted(amounts)
    )
    return [] if is_sound else ["baseSalary"]


def _shown(page: str, data: dict[str, Any]) -> list[str]:
    """What the data says must be visible."""
    body = html.unescape(re.sub(r"<[^>]+>", " ", page.split("</head>")[1]))
    said = [data["title"], data["hiringOrganization"]["name"]]
    said += [html.unescape(line) for line in re.findall(r"<p>(.*?)</p>", data["description"])]
    return [f"not on the page: {text}" for text in said if text not in body]
