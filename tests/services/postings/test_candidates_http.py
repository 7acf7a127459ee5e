"""Who comes to an employer, as the employer reads it over HTTP: never with an identity number."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from shared.contracts import dispatch, registry
from shared.contracts import postings as c
from tests.conftest import Http
from tests.services.postings.county import County
from tests.services.postings.employer_factory import today
from tests.support.platform import TestPlatform

PATH = "/api/v1/partner/candidates"


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform, seed=71)


def accepted(county: County, employer_id: UUID) -> tuple[UUID, UUID, UUID]:
    """A worker who said yes to a posting: the worker, the posting, the offer."""
    worker, posting = county.worker(), county.posting(employer_id)
    county.platform.settle()
    offer = county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=posting, reason="合适"))
    county.hq.ask(c.AnswerRecommendation(recommendation_id=offer.id, answer=c.Answer.accepted))
    county.platform.settle()
    return worker, posting, offer.id


def test_from_a_yes_to_an_order(http: Http, county: County) -> None:
    employer_id = county.employer()
    worker, posting, offer = accepted(county, employer_id)
    partner = http.as_partner(employer_id)
    (waiting,) = partner.get(PATH, params={"stage": "accepted"}).json()["items"]
    assert (waiting["id"], waiting["posting_id"], waiting["posting_title"]) == (str(offer), str(posting), "包装工")
    assert (waiting["worker_id"], waiting["name"]) == (None, None)
    assert waiting["sex"] in ("female", "male")
    assert 16 <= waiting["age"] < 80

    order = dispatch.IssueDispatchOrder.model_validate(
        {"worker_id": worker, "posting_id": posting, "outpost": "dongguan", "depart_on": today() + timedelta(days=3)}
    )
    county.hq.ask(order)
    county.platform.settle()
    answer = partner.get(PATH)
    (coming,) = answer.json()["items"]
    person = county.hq.ask(registry.GetWorker(worker_id=worker))
    assert (coming["name"], coming["stage"], coming["outpost"]) == (person.name, "ordered", "dongguan")
    assert partner.get(PATH, params={"stage": "accepted"}).json()["items"] == []
    assert "id_number" not in answer.text
    assert (person.id_number_masked or "522631")[:6] not in answer.text
    assert (person.id_number_masked or "0000")[-4:] not in answer.text.replace(coming["worker_id"], "").replace(
        coming["id"], ""
    ).replace(coming["posting_id"], "").replace(coming["at"], "")


def test_only_the_own_ones_and_a_page_at_a_time(http: Http, county: County) -> None:
    employer_id, other = county.employer(), county.employer()
    for _ in range(3):
        accepted(county, employer_id)
    partner = http.as_partner(employer_id)
    first = partner.get(PATH, params={"stage": "accepted", "limit": 2}).json()
    rest = partner.get(PATH, params={"stage": "accepted", "limit": 2, "cursor": first["next_cursor"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert http.as_partner(other).get(PATH, params={"stage": "accepted"}).json()["items"] == []
    foreign = http.as_partner(other).get(PATH, params={"employer_id": str(employer_id)})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "resource.not_found")
    assert http.as_outpost("dongguan").get(PATH).status_code == 403


def test_orders_follow_a_merged_employer_and_come_back(http: Http, county: County) -> None:
    doubled, kept = county.employer(), county.employer()
    worker, posting, _ = accepted(county, doubled)
    order = county.hq.ask(
        dispatch.IssueDispatchOrder.model_validate(
            {
                "worker_id": worker,
                "posting_id": posting,
                "outpost": "dongguan",
                "depart_on": today() + timedelta(days=3),
            }
        )
    )
    county.platform.settle()
    merger = county.hq.ask(c.MergeEmployers(employer_id=doubled, into_employer_id=kept, reason="登记了两次"))
    county.platform.settle()
    assert [row["id"] for row in http.as_partner(kept).get(PATH).json()["items"]] == [str(order.id)]
    assert county.hq.ask(dispatch.GetDispatchOrder(order_id=order.id)).employer_id == kept
    county.hq.ask(c.UndoEmployerMerger(merger_id=merger.id, reason="是两家"))
    county.platform.settle()
    assert http.as_partner(kept).get(PATH).json()["items"] == []
    assert county.hq.ask(dispatch.GetDispatchOrder(order_id=order.id)).employer_id == doubled
