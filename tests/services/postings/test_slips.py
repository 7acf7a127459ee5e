"""推荐单: numbered without gaps, two postings at least, Chinese that can be read, papers only for who may see them."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pypdfium2 as pdfium
import pytest

from services.postings.slip_papers import LINK_PURPOSE
from shared.contracts import postings as c
from shared.contracts import registry
from shared.kit.links import make_link_token, read_link_token
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    found = County(platform)
    employer = found.employer()
    for title in ("包装工", "🔥电子装配工 (长白班)", "普工"):
        found.posting(employer, openings=90, title=title)
    return found


def _matched(county: County, count: int, **given: object) -> list[UUID]:
    workers = [county.worker(**given) for _ in range(count)]
    county.match()
    return workers


def _print(county: County, asker: Asker | None = None, **whom: object) -> c.SlipBatchView:
    started = (asker or county.hq).ask(c.PrintSlips.model_validate(whom))
    county.platform.run_jobs()
    return (asker or county.hq).ask(c.GetSlipBatch(batch_id=started.id))


def _paper(county: County, batch: c.SlipBatchView) -> pdfium.PdfDocument:
    ref = county.hq.ask(c.GetSlipPaper(batch_id=batch.id))
    return pdfium.PdfDocument(io.BytesIO(county.platform.blobs.read(ref)))


def _text(document: pdfium.PdfDocument, page: int = 0) -> str:
    return re.sub(r"\s", "", document[page].get_textpage().get_text_bounded())


def test_a_slip_shows_name_postings_and_number(county: County) -> None:
    (worker,) = _matched(county, 1, name="石学梅")
    batch = _print(county, worker_ids=[worker])
    assert (batch.state, batch.slips, batch.left_out) == ("succeeded", 1, [])
    document = _paper(county, batch)
    text = _text(document)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((419.5, 595.3), abs=1)
    for words in ("岗位推荐单", "石学梅", "包装工", "电子装配工", "4500-6000元/月", "包吃住", "推荐理由:会包装工"):
        assert words in text
    assert batch.papers[0].first_slip_no in text


def test_the_qr_code_opens_that_workers_offers_and_nothing_else(county: County) -> None:
    keys = county.platform.keys
    worker = county.hq.ask(c.ListSlips()).items[0].worker_id
    token = make_link_token(
        keys, purpose=LINK_PURPOSE, subject=str(worker), expires_at=datetime.now(UTC) + timedelta(days=60)
    )
    assert read_link_token(keys, token, purpose="recommendations").subject == str(worker)
    with refused("link.invalid"):
        read_link_token(keys, token, purpose="seat")


def test_numbers_have_no_gaps_and_a_reprint_keeps_its_number(county: County) -> None:
    workers = _matched(county, 3)
    _print(county, worker_ids=workers)
    again = _print(county, worker_ids=[*workers, *workers])
    assert (again.slips, again.reprinted) == (3, 3)
    slips = county.hq.ask(c.ListSlips(limit=500)).items
    serials = sorted(int(slip.slip_no.rpartition("-")[2]) for slip in slips)
    assert serials == list(range(1, len(slips) + 1))
    printed = {slip.worker_id: len(slip.prints) for slip in slips}
    assert [printed[worker] for worker in workers] == [2, 2, 2]


def test_other_postings_make_another_slip(county: County) -> None:
    (worker,) = _matched(county, 1)
    _print(county, worker_ids=[worker])
    offer = county.live(worker)[0]
    county.hq.ask(c.AnswerRecommendation(recommendation_id=offer.id, answer=c.Answer.declined, reason="太远"))
    _print(county, worker_ids=[worker])
    mine = county.hq.ask(c.ListSlips(worker_id=worker)).items
    assert len({slip.slip_no for slip in mine}) == 2


def test_who_has_fewer_than_two_or_is_unknown_is_listed_instead(county: County) -> None:
    lonely, nobody = county.worker(), new_id()
    county.platform.settle()
    county.hq.ask(c.RecommendPosting(worker_id=lonely, posting_id=county.posting(), reason="本人到站点咨询过"))
    batch = _print(county, worker_ids=[lonely, nobody])
    assert {left.worker_id: left.reason for left in batch.left_out} == {
        lonely: c.NotPrintable.fewer_than_two,
        nobody: c.NotPrintable.not_found,
    }
    assert batch.slips == 0
    with refused("slip.nothing_printed"):
        county.hq.ask(c.GetSlipPaper(batch_id=batch.id))


def test_a_name_that_no_font_draws_is_said_before_a_number_is_taken(county: County) -> None:
    (worker,) = _matched(county, 1, name="杨\U0002ebf0")
    before = len(county.hq.ask(c.ListSlips(limit=500)).items)
    batch = _print(county, worker_ids=[worker])
    assert [left.reason for left in batch.left_out] == [c.NotPrintable.name_not_drawable]
    assert len(county.hq.ask(c.ListSlips(limit=500)).items) == before


def test_a_division_prints_its_own_people(county: County) -> None:
    here = _matched(county, 2, division="522631106")
    batch = _print(county, division="522631106")
    slips = county.hq.ask(c.ListSlips(batch_id=batch.id)).items
    assert {slip.worker_id for slip in slips} == set(here)
    assert len(_paper(county, batch)) == 2


def test_an_area_account_prints_and_downloads_within_its_area(county: County, platform: TestPlatform) -> None:
    (mine,) = _matched(county, 1, division="522631107")
    (foreign,) = _matched(county, 1, division="522631108")
    township = platform.area("522631107")
    batch = _print(county, township, worker_ids=[mine, foreign])
    assert batch.slips == 1, batch.left_out
    assert [left.worker_id for left in batch.left_out] == [foreign]
    assert township.ask(c.GetSlipPaper(batch_id=batch.id)).media_type == "application/pdf"
    with refused("resource.not_found"):
        platform.area("522631108").ask(c.GetSlipPaper(batch_id=batch.id))
    with refused("scope.forbidden"):
        platform.worker(mine).ask(c.GetSlipPaper(batch_id=batch.id))


def test_erasing_a_person_takes_the_papers_with_the_name_away(county: County) -> None:
    (worker,) = _matched(county, 1)
    batch = _print(county, worker_ids=[worker])
    ref = county.hq.ask(c.GetSlipPaper(batch_id=batch.id))
    county.hq.ask(registry.EraseWorker(worker_id=worker, reason="本人书面申请删除"))
    county.platform.settle()
    with refused("slip.nothing_printed"):
        county.hq.ask(c.GetSlipPaper(batch_id=batch.id))
    with refused("resource.not_found"):
        county.platform.blobs.read(ref)


def test_exactly_one_way_to_name_people() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        c.PrintSlips()
    with pytest.raises(ValueError, match="exactly one"):
        c.PrintSlips(division="522631104", worker_ids=[new_id()])


def test_an_unknown_outreach_is_refused(county: County) -> None:
    with refused("resource.not_found"):
        county.hq.ask(c.PrintSlips(outreach_id=new_id()))
