"""推荐单: a person looks before anything is printed, strikes out what is wrong; ticks on paper become answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared.contracts import postings as c
from shared.contracts.scopes import Actor, Context, Hq, Role
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform

API = "/api/v1"


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    found = County(platform)
    employer = found.employer()
    for title in ("包装工", "普工", "装配工"):
        found.posting(employer, openings=90, title=title)
    return found


def matched(county: County, count: int, **given: Any) -> list[UUID]:
    people = [county.worker(**given) for _ in range(count)]
    county.match()
    return people


def drafted(county: County, asker: Asker | None = None, **whom: Any) -> c.SlipBatchView:
    return (asker or county.hq).ask(c.PrintSlips.model_validate({**whom, "needs_confirmation": True}))


def printed(county: County, batch_id: UUID) -> c.SlipBatchView:
    county.platform.run_jobs()
    return county.hq.ask(c.GetSlipBatch(batch_id=batch_id))


def test_nothing_is_printed_until_a_person_has_confirmed(county: County) -> None:
    people = matched(county, 2, division="522631109")
    batch = drafted(county, division="522631109")
    assert (batch.state, batch.job_id, batch.confirmed_by) == ("awaiting_confirmation", None, None)
    assert county.platform.run_jobs() == 0
    preview = county.hq.ask(c.PreviewSlips(batch_id=batch.id)).items
    assert {one.worker_id for one in preview} == set(people)
    assert all(len(one.offers) == 3 and one.left_out is None for one in preview)
    assert preview[0].offers[0].reason
    confirmed = county.hq.ask(c.ConfirmSlips(batch_id=batch.id))
    assert confirmed.confirmed_by == "user:hq-test"
    done = printed(county, batch.id)
    assert (done.state, done.slips, len(done.papers)) == ("succeeded", 2, 1)
    for late in (c.ConfirmSlips(batch_id=batch.id), c.CancelSlips(batch_id=batch.id)):
        with refused("state.illegal_transition"):
            county.hq.ask(late)


def test_what_is_struck_out_is_not_printed_and_the_offer_is_withdrawn(county: County) -> None:
    one, two, three = matched(county, 3)
    batch = drafted(county, worker_ids=[one, two, three])
    wrong = county.live(one)[0]
    with pytest.raises(ValueError, match="reason"):
        c.SlipConfirmation(without_recommendation_ids=[wrong.id])
    county.hq.ask(
        c.ConfirmSlips(
            batch_id=batch.id,
            without_worker_ids=[three],
            without_recommendation_ids=[wrong.id],
            reason="家里有老人, 去不了夜班",
        )
    )
    printed(county, batch.id)
    slips = {slip.worker_id: slip for slip in county.hq.ask(c.ListSlips(batch_id=batch.id)).items}
    assert set(slips) == {one, two}
    assert wrong.id not in slips[one].recommendation_ids
    (gone,) = [offer for offer in county.offers(one) if offer.id == wrong.id]
    assert (gone.state, gone.expired_because) == (c.RecommendationState.expired, c.ExpiredBecause.withdrawn)
    assert gone.staff_reason == "家里有老人, 去不了夜班"
    with refused("recommendation.no_longer_open"):
        county.hq.ask(c.WithdrawRecommendation(recommendation_id=wrong.id, reason="再来"))


def test_a_batch_can_be_given_up(county: County) -> None:
    batch = drafted(county, worker_ids=matched(county, 1))
    assert county.hq.ask(c.CancelSlips(batch_id=batch.id)).state == "cancelled"
    with refused("state.illegal_transition"):
        county.hq.ask(c.ConfirmSlips(batch_id=batch.id))
    assert county.platform.run_jobs() == 0


def test_a_program_cannot_confirm(county: County, platform: TestPlatform) -> None:
    key = Context(actor=Actor(kind="api_key", id="k"), role=Role.hq_officer, scope=Hq())
    people = matched(county, 1)
    with refused("slip.needs_person"):
        platform.asker(key).ask(c.PrintSlips(worker_ids=people))
    batch = drafted(county, worker_ids=people)
    with refused("slip.needs_person"):
        platform.asker(key).ask(c.ConfirmSlips(batch_id=batch.id))


def test_who_asks_for_print_at_once_stands_for_it(county: County) -> None:
    batch = county.hq.ask(c.PrintSlips(worker_ids=matched(county, 1)))
    assert batch.confirmed_by == batch.requested_by == "user:hq-test"
    assert batch.job_id == f"postings.{batch.id}"


def test_an_area_confirms_its_own_alone(county: County, platform: TestPlatform) -> None:
    (mine,) = matched(county, 1, division="522631110")
    (foreign,) = matched(county, 1, division="522631111")
    township = platform.area("522631110")
    batch = drafted(county, township, worker_ids=[mine, foreign])
    assert [one.worker_id for one in township.ask(c.PreviewSlips(batch_id=batch.id)).items] == [mine]
    theirs = county.live(foreign)[0].id
    with refused("resource.not_found"):
        township.ask(c.ConfirmSlips(batch_id=batch.id, without_recommendation_ids=[theirs], reason="x"))
    with refused("resource.not_found"):
        platform.area("522631111").ask(c.PreviewSlips(batch_id=batch.id))
    assert township.ask(c.GetSlipBatch(batch_id=batch.id)).state == "awaiting_confirmation"


def test_the_preview_says_who_gets_nothing(county: County) -> None:
    lonely = county.worker(division="522631112")
    county.platform.settle()
    county.hq.ask(c.RecommendPosting(worker_id=lonely, posting_id=county.posting(), reason="本人咨询过"))
    batch = drafted(county, division="522631112")
    (row,) = county.hq.ask(c.PreviewSlips(batch_id=batch.id)).items
    assert row.left_out is not None
    assert row.left_out.reason is c.NotPrintable.fewer_than_two


def test_ticks_on_paper_are_entered_by_the_slips_number(county: County) -> None:
    (worker,) = matched(county, 1)
    batch = county.hq.ask(c.PrintSlips(worker_ids=[worker]))
    printed(county, batch.id)
    (slip,) = county.hq.ask(c.ListSlips(worker_id=worker)).items
    sheet = county.hq.ask(c.GetSlip(slip_no=slip.slip_no.lower()))
    assert [offer.number for offer in sheet.offers][:3] == [1, 2, 3]
    taken = county.hq.ask(
        c.AnswerSlip.model_validate(
            {
                "slip_no": slip.slip_no,
                "answers": [
                    {"number": 1, "answer": "accepted"},
                    {"number": 2, "answer": "declined", "reason": "太远"},
                    {"number": 9, "answer": "accepted"},
                ],
            }
        )
    )
    assert taken.taken == 2
    assert taken.rows[2].code == "slip.number_unknown"
    states = {offer.id: offer.state for offer in county.offers(worker)}
    assert states[sheet.offers[0].recommendation_id] is c.RecommendationState.accepted
    assert states[sheet.offers[1].recommendation_id] is c.RecommendationState.declined
    again = c.SlipAnswer(number=1, answer=c.Answer.declined)
    (row,) = county.hq.ask(c.AnswerSlip(slip_no=slip.slip_no, answers=[again])).rows
    assert row.code == "recommendation.already_answered"
    with refused("resource.not_found"):
        county.platform.area("522631105").ask(c.GetSlip(slip_no=slip.slip_no))
    with refused("resource.not_found"):
        county.hq.ask(c.AnswerSlip(slip_no="TJ-1999-000001", answers=[again]))


def test_over_http(county: County, http: Any) -> None:
    hq = http.as_hq()
    (worker,) = matched(county, 1, name="吴老贵")
    made = hq.post(f"{API}/hq/recommendation-slips", json={"worker_ids": [str(worker)], "needs_confirmation": True})
    assert (made.status_code, made.json()["state"]) == (202, "awaiting_confirmation")
    place = made.headers["location"]
    row = hq.get(f"{place}/preview").json()["items"][0]
    assert row["person"]["name"] == "吴老贵"
    wrong = row["offers"][0]["recommendation_id"]
    back = hq.post(f"{API}/hq/recommendations/{wrong}/withdrawal", json={"reason": "本人说太远"})
    assert back.json()["expired_because"] == "withdrawn"
    assert hq.get(f"{place}/paper.pdf").status_code == 404
    assert hq.post(f"{place}/confirmation", json={}).status_code == 202
    county.platform.run_jobs()
    assert hq.get(place).json()["state"] == "succeeded"
    slip_no = hq.get(f"{API}/hq/recommendation-slips/slips?batch_id={made.json()['id']}").json()["items"][0]["slip_no"]
    found = hq.get(f"{API}/hq/recommendation-slips/slips?slip_no={slip_no}").json()["items"]
    assert [one["worker_id"] for one in found] == [str(worker)]
    sheet = hq.get(f"{API}/hq/recommendation-slips/slips/{slip_no}").json()
    assert len(sheet["offers"]) == len(row["offers"]) - 1
    ticked = hq.post(
        f"{API}/hq/recommendation-slips/slips/{slip_no}/answers",
        json={"answers": [{"number": 2, "answer": "accepted"}]},
    )
    assert ticked.json()["taken"] == 1
    assert hq.get(f"{API}/hq/recommendation-slips/{new_id()}/preview").status_code == 404
