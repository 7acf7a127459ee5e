"""The customer's sample feeds sent in as an employer sends them: each ends in a report, and none stops the platform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.contracts import postings as c
from tests.conftest import Http
from tests.services.postings.employer_factory import register
from tests.support.asker import Asker
from tests.support.platform import TestPlatform

pytestmark = pytest.mark.real_data
API = "/api/v1/partner/feeds"
MEDIA = {
    ".xml": "application/xml",
    ".rss": "application/xml",
    ".json": "application/ld+json",
    ".jsonld": "application/ld+json",
    ".html": "application/ld+json",
}
# What ends a whole file; everything else is taken in as far as it can be.
REFUSED = {
    "recruityard_indeed_source_EMPTY_2025-10.xml": "feed.empty",
    "derived_html_error_page_200.xml": "feed.html_instead",
    "extruct_AllocateAction.001.html": "feed.html_instead",
    "extruct_JSONLD_with_control_characters.html": "feed.html_instead",
    "extruct_JSONLD_with_control_characters_comment.html": "feed.html_instead",
    "extruct_JoinAction.001.html": "feed.html_instead",
    "extruct_fork_JSONLD_valid_and_invalid.html": "feed.not_wellformed",
    "extruct_AllocateAction.001.jsonld": "feed.empty",
    "extruct_JSONLD_with_control_characters.jsonld": "feed.empty",
    "extruct_JSONLD_with_control_characters_comment.jsonld": "feed.empty",
    "extruct_JoinAction.001.jsonld": "feed.empty",
}


def test_each_sample_ends_in_a_report(http: Http, platform: TestPlatform, hq: Asker, shared_data: Path) -> None:
    partner = http.as_partner(register(hq).id)
    files = sorted(path for path in (shared_data / "feeds").rglob("*") if path.suffix in MEDIA)
    assert len(files) > 40
    for number, path in enumerate(files):
        run = _pushed(partner, platform, f"sample-{number}", path)
        if path.name in REFUSED:
            assert (run["state"], run["problem"]["code"]) == ("failed", REFUSED[path.name]), path.name
            continue
        assert run["state"] == "succeeded", path.name
        assert run["jobs"] == run["opened"] + run["rejected"] + run["doubled"] > 0, path.name
        assert all(problem["message"] for problem in run["problems"]), path.name
        rows = partner.get(f"{API}/sample-{number}/runs/{run['id']}/problems", params={"limit": 500}).json()["items"]
        assert len(rows) == min(sum(run["problem_counts"].values()), 500) or run["jobs"] > 80, path.name


def test_the_same_sample_again_changes_nothing(
    http: Http, platform: TestPlatform, hq: Asker, shared_data: Path, tmp_path: Path
) -> None:
    employer = register(hq)
    partner = http.as_partner(employer.id)
    # Its jobs of 2025 would all be over.
    path = tmp_path / "jooble.xml"
    path.write_bytes((shared_data / "feeds/xml/recruityard_jooble_2025-07.xml").read_bytes().replace(b"2025", b"2035"))
    first, second = (_pushed(partner, platform, "jooble", path) for _ in range(2))
    assert first["opened"] == 88
    assert (second["opened"], second["updated"], second["not_modified"]) == (0, 0, True)
    assert len(platform.partner(employer.id).ask(c.ListPostings(limit=500)).items) == first["opened"]


def _pushed(partner: Http, platform: TestPlatform, source: str, path: Path) -> dict[str, Any]:
    answer = partner.put(f"{API}/{source}", content=path.read_bytes(), headers={"Content-Type": MEDIA[path.suffix]})
    assert answer.status_code == 202, (path.name, answer.text)
    platform.run_jobs()
    found: dict[str, Any] = partner.get(answer.headers["location"]).json()
    return found
