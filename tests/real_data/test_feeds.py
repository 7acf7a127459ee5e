"""The customer's sample feeds and postings, read as they are."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.postings.feeds.normalising import ReadPosting, Rules, read_posting
from services.postings.feeds.reading import open_feed
from services.postings.feeds.records import Reading
from services.postings.recognition.places import recognise_place
from services.postings.recognition.wages import read_wage
from shared.contracts import postings as c
from shared.contracts.errors import Problem, ProblemCode

pytestmark = pytest.mark.real_data

RULES = Rules(date(2025, 7, 1), "登记的企业")


class Judged:
    """A file, judged: what became of its jobs, and what was found."""

    def __init__(self, path: Path, form: c.FeedFormat) -> None:
        self.codes: Counter[str] = Counter()
        self.reading = Reading()
        self.postings: list[ReadPosting] = []
        self.refused: str | None = None
        with path.open("rb") as file:
            try:
                reader = open_feed(file, form, self.reading)
                self.jobs = reader.count()
            except Problem as problem:
                self.refused, self.jobs = problem.code, 0
                return
            for raw in reader.jobs():
                read = read_posting(raw, RULES, self._note)
                if read is not None:
                    self.postings.append(read)

    def _note(self, code: ProblemCode, field: str, **facts: Any) -> None:
        said = code.at(field, row=None, **facts)
        assert "…" not in said.message_zh + said.message_en, code.code
        self.codes[code.code] += 1


@pytest.mark.parametrize(
    ("name", "jobs", "used"),
    [
        ("lba_apec.xml", 5, 5),
        ("lba_clever-connect.xml", 3, 3),
        ("lba_edf.xml", 3, 3),
        ("lba_enedis.xml", 2, 2),
        ("lba_hellowork-buddi.xml", 3, 3),
        ("lba_jobteaser.xml", 2, 2),
        ("lba_kelio.xml", 2, 2),
        ("recruityard_careerjet_2025-07.xml", 88, 88),
        ("recruityard_indeed_source_2025-09.xml", 88, 88),
        ("recruityard_indeed_source_EMPTY_2025-10.xml", 0, 0),
        ("recruityard_jobatus_2025-07.xml", 88, 88),
        ("recruityard_jobrapido_2025-07.xml", 88, 88),
        ("recruityard_jooble_2025-07.xml", 88, 88),
        ("zonos_jobs.rss", 4, 4),
    ],
)
def test_the_xml_feeds_of_several_makers(shared_data: Path, name: str, jobs: int, used: int) -> None:
    judged = Judged(shared_data / "feeds/xml" / name, c.FeedFormat.xml)
    assert (judged.refused, judged.jobs, len(judged.postings)) == (None, jobs, used)
    assert all(posting.columns["title"] for posting in judged.postings)
    assert all(posting.columns["wage_min_cents"] is None for posting in judged.postings), "euros are not yuan"
    assert all(posting.columns["division"] is None for posting in judged.postings), "none of these is in China"


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("derived_bare_ampersand.xml", 3),
        ("derived_bom_and_leading_blank.xml", 3),
        ("derived_control_chars.xml", 3),
        ("derived_undeclared_entity.xml", 3),
        ("derived_duplicate_reference.xml", 2),
        ("derived_html_error_page_200.xml", "feed.html_instead"),
    ],
)
def test_the_broken_xml_feeds(shared_data: Path, name: str, outcome: int | str) -> None:
    judged = Judged(shared_data / "feeds/xml_malformed" / name, c.FeedFormat.xml)
    if isinstance(outcome, str):
        assert judged.refused == outcome
        return
    assert (judged.refused, judged.jobs) == (None, outcome)
    assert bool(judged.reading.repairs) == (name != "derived_duplicate_reference.xml")


def test_every_jobposting_document_is_read(shared_data: Path) -> None:
    files = sorted((shared_data / "feeds/jsonld").glob("*.json")) + sorted((shared_data / "feeds/html").glob("*.html"))
    judged = {path.name: Judged(path, c.FeedFormat.jsonld) for path in files}
    assert {name: found.jobs for name, found in judged.items()} == dict.fromkeys(judged, 1)
    ended = {name for name, found in judged.items() if found.codes["feed.valid_through_past"]}
    assert ended == {name for name in judged if name.startswith("adobe_")}
    missing = {name for name, found in judged.items() if found.codes["feed.description_missing"]}
    assert missing == {name for name in judged if re.match(r"schemaorg_eg-0[24](13|51|68|8\d|65)", name)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("extruct_AllocateAction.001.html", "feed.html_instead"),
        ("extruct_JSONLD_with_control_characters.html", "feed.html_instead"),
        ("extruct_JSONLD_with_control_characters_comment.html", "feed.html_instead"),
        ("extruct_JoinAction.001.html", "feed.html_instead"),
        ("extruct_fork_JSONLD_valid_and_invalid.html", "feed.not_wellformed"),
        ("extruct_AllocateAction.001.jsonld", None),
    ],
)
def test_pages_and_documents_without_any_job(shared_data: Path, name: str, code: str | None) -> None:
    judged = Judged(shared_data / "feeds/jsonld_malformed" / name, c.FeedFormat.jsonld)
    assert (judged.refused, judged.jobs) == (code, 0)


def _meant(text: str) -> tuple[int, int, str] | None:
    """What a wage of this job site means, by its own few forms; written apart from the reader that it judges."""
    scale = {"千": 1000, "万": 10_000, "": 1}
    if found := re.fullmatch(r"([\d.]+)(千|万|)-([\d.]+)(千|万)(?:·\d+薪)?(/年)?", text):
        high = float(found[3]) * scale[found[4]]
        low = float(found[1]) * scale[found[2] or found[4]]
        return round(low * 100), round(high * 100), "year" if found[5] else "month"
    if found := re.fullmatch(r"([\d.]+)(千|)元?/天", text):
        day = round(float(found[1]) * scale[found[2]] * 100)
        return day, day, "day"
    if found := re.fullmatch(r"([\d.]+)(千|万)及以下(/年)?", text):
        return 0, round(float(found[1]) * scale[found[2]] * 100), "year" if found[3] else "month"
    return None


def test_the_wages_of_2646_real_postings(shared_data: Path) -> None:
    """Right: 2,641 of 2,646 (99.8%). Not read: four (3.3-6.6万, 5-8万: a month or a year?). Wrong: one (20-40万)."""
    with (shared_data / "jobs/51job_2023.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [row["salary"] for row in csv.DictReader(file) if row["salary"]]
    outcomes: Counter[str] = Counter()
    for text in texts:
        wage = read_wage(text).wage
        read = (wage.min_cents, wage.max_cents, wage.unit.value) if wage else None
        meant = _meant(text)
        outcomes["right" if read == meant else "wrong" if read else "not read"] += 1
    assert outcomes == {"right": 2641, "not read": 4, "wrong": 1}


def test_the_places_of_real_postings(shared_data: Path) -> None:
    """Every posting in one of our cities is placed in it; none elsewhere is."""
    ours = {
        "东莞": "4419", "深圳": "4403", "广州": "4401", "佛山": "4406",
        "杭州": "3301", "贵阳": "5201", "台州": "3310", "温岭": "331081",
    }  # fmt: skip
    with (shared_data / "jobs/51job_2023.csv").open(encoding="utf-8-sig", newline="") as file:
        areas = [row["area"] for row in csv.DictReader(file)]
    city = re.compile(r"^(?:广东省|浙江省|贵州省|深圳)?(" + "|".join(ours) + ")")
    for area in areas:
        found, named = recognise_place(area), city.match(area)
        assert (found is not None) == (named is not None), area
        if found is not None and named is not None:
            assert found.code.startswith(ours[named.group(1)]), area
