"""One opening that several sources tell of is shown once; when the first one ends the next stands in."""

from __future__ import annotations

from typing import Any

from shared.contracts import postings as c
from tests.services.postings import feed_files as files
from tests.services.postings.employer_factory import posting_for
from tests.services.postings.feed_source import Source
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform

PLACE = "广东省东莞市长安镇"


def fed(**given: Any) -> bytes:
    return files.xml([files.job(0, city=PLACE, salary="4500-6000元/月", **given)])


def collected(source: Source, outpost: Asker, **given: Any) -> c.PostingView:
    return outpost.ask(posting_for(source.employer.id, company=company(source), title="包装工", **given))


def company(source: Source, form: str = "有限公司") -> str:
    return f"东莞{source.employer.uscc}电子{form}"


def join(platform: TestPlatform) -> None:
    platform.hosted["postings"].clockwork.run_now("join_duplicates")


def test_the_first_stays_and_the_second_is_offered_no_more(source: Source, platform: TestPlatform, hq: Asker) -> None:
    first = collected(source, platform.outpost("dongguan"))
    source.push(fed(company=company(source, "")))
    second = source.postings()["R-0"]
    join(platform)
    joined = hq.ask(c.GetPosting(posting_id=second.id))
    assert (joined.duplicate_of, joined.state) == (first.id, "open")
    assert [row.id for row in hq.ask(c.ListPostings(duplicate_of=first.id)).items] == [second.id]
    public = platform.public()
    assert public.ask(c.GetPublicPosting(posting_id=first.id)).id == first.id
    with refused("resource.not_found"):
        public.ask(c.GetPublicPosting(posting_id=second.id))
    source.push(fed(company=company(source, ""), openings=9))
    with refused("resource.not_found"):
        public.ask(c.GetPublicPosting(posting_id=second.id))
    hq.ask(c.ClosePosting(posting_id=first.id))
    join(platform)
    assert public.ask(c.GetPublicPosting(posting_id=second.id)).id == second.id


def test_what_says_something_else_stands_alone_again(source: Source, platform: TestPlatform, hq: Asker) -> None:
    collected(source, platform.outpost("dongguan"))
    source.push(fed(company=company(source)))
    join(platform)
    assert source.postings()["R-0"].duplicate_of is not None
    source.push(files.xml([files.job(0, city=PLACE, salary="7000-8000元/月", company=company(source))]))
    join(platform)
    assert source.postings()["R-0"].duplicate_of is None


def test_two_jobs_of_one_source_are_two_openings(source: Source, platform: TestPlatform) -> None:
    same = {"title": "包装工", "city": PLACE, "company": company(source), "salary": "4500-6000元/月"}
    source.push(files.xml([files.job(n, **same) for n in range(2)]))
    join(platform)
    assert [view.duplicate_of for view in source.postings().values()] == [None, None]


def test_a_person_keeps_them_apart_for_good(source: Source, platform: TestPlatform, hq: Asker) -> None:
    collected(source, platform.outpost("dongguan"))
    source.push(fed(company=company(source)))
    join(platform)
    second = source.postings()["R-0"]
    assert hq.ask(c.KeepPostingApart(posting_id=second.id)).duplicate_of is None
    join(platform)
    assert platform.public().ask(c.GetPublicPosting(posting_id=second.id)).id == second.id
