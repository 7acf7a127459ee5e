"""招聘会: booths, check-in by code, interviews to offers to accepted recommendations, and what everyone may read."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2 as pdfium
import pytest

from services.postings.fair_models import JobFair
from services.postings.fair_visits import DOOR, door_code
from services.postings.slip_papers import LINK_PURPOSE
from shared.contracts import ledger, registry
from shared.contracts import postings as c
from shared.contracts.base import BlobRef
from shared.contracts.kit import GetJob
from shared.kit.context import service_context
from shared.kit.links import make_link_token
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.support.asker import Asker, refused
from tests.support.events import announcer
from tests.support.platform import TestPlatform

API = "/api/v1"
TOWN = "522631001"


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform)


def planned(county: County, **given: Any) -> c.JobFairView:
    now = datetime.now(UTC)
    facts = {
        "title": "春风行动招聘会",
        "division": TOWN,
        "venue": "翘街广场",
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(hours=4),
        "live_stream_url": "https://live.example.cn/liping",
    }
    return county.hq.ask(c.PlanJobFair.model_validate({**facts, **given}))


def booth(county: County, fair: c.JobFairView, **posting: Any) -> tuple[UUID, UUID, c.BoothView]:
    """(employer, posting, booth)"""
    employer = county.employer()
    posting_id = county.posting(employer, **posting)
    made = county.hq.ask(c.PlaceBooth(fair_id=fair.id, employer_id=employer, posting_ids=[posting_id]))
    return employer, posting_id, made


def person(county: County, **given: Any) -> UUID:
    found = county.worker(**given)
    county.platform.settle()
    return found


def queue(county: County, fair: c.JobFairView, at: c.BoothView, posting: UUID, worker: UUID) -> c.InterviewView:
    return county.hq.ask(c.BookInterview(fair_id=fair.id, booth_id=at.id, posting_id=posting, worker_id=worker))


def code_at_the_door(platform: TestPlatform, fair_id: UUID) -> str:
    with platform.hosted["postings"].runtime.database.transaction(service_context("postings")) as session:
        return door_code(session, session.get_one(JobFair, fair_id))


def test_booths_belong_to_one_employer_with_open_postings_of_its_own(county: County) -> None:
    fair = planned(county)
    employer, posting, first = booth(county, fair)
    assert (first.number, first.employer_name) == (1, "东莞市长安鑫源电子有限公司")
    _, foreign, second = booth(county, fair)
    assert second.number == 2
    with refused("fair.booth_taken"):
        county.hq.ask(c.PlaceBooth(fair_id=fair.id, employer_id=employer, posting_ids=[posting]))
    with refused("fair.booth_taken"):
        county.hq.ask(c.ChangeBooth(fair_id=fair.id, booth_id=second.id, number=1))
    with refused("fair.not_at_booth"):
        county.hq.ask(c.ChangeBooth(fair_id=fair.id, booth_id=first.id, posting_ids=[foreign]))
    county.hq.ask(c.ClosePosting(posting_id=posting))
    with refused("event.posting_not_open"):
        county.hq.ask(c.ChangeBooth(fair_id=fair.id, booth_id=first.id, posting_ids=[posting]))
    blocked = county.employer()
    theirs = county.posting(blocked)
    county.hq.ask(c.BlockEmployer(employer_id=blocked, reason="拖欠工资"))
    with refused("employer.blocked"):
        county.hq.ask(c.PlaceBooth(fair_id=fair.id, employer_id=blocked, posting_ids=[theirs]))
    left = county.hq.ask(c.RemoveBooth(fair_id=fair.id, booth_id=second.id))
    assert left.booths == 1


def test_the_staffs_scanner_checks_people_in_once(county: County) -> None:
    fair = planned(county)
    one, two = person(county), person(county, division="522631108")
    token = make_link_token(
        county.platform.keys, purpose=LINK_PURPOSE, subject=str(two), expires_at=datetime.now(UTC) + timedelta(days=1)
    )
    came = [c.Presented(worker_id=one), c.Presented(link=f"https://x.cn/w/{token}"), c.Presented(worker_id=one)]
    report = county.hq.ask(c.CheckInAtFair(fair_id=fair.id, people=came, came_by=c.EntryWay.qr))
    assert (report.recorded, report.known, report.refused) == (2, 1, 0)
    assert county.hq.ask(c.GetJobFair(fair_id=fair.id)).state is c.FairState.open
    county.platform.settle()
    told = county.hq.ask(ledger.ListLedgerEntries(worker_id=one, topic="job_fair.attended")).items
    assert [entry.title for entry in told] == ["参加招聘会"]


def test_a_worker_checks_in_by_the_code_at_the_door(county: County, platform: TestPlatform) -> None:
    fair = planned(county)
    me = platform.worker(person(county))
    code = code_at_the_door(platform, fair.id)
    assert not me.ask(c.GetOwnFair(code=code)).is_checked_in
    for _ in range(2):
        assert me.ask(c.CheckInSelf(code=code)).is_checked_in
    assert len(county.hq.ask(c.ListFairAttendance(fair_id=fair.id)).items) == 1
    slip = make_link_token(
        platform.keys, purpose=LINK_PURPOSE, subject=str(fair.id), expires_at=datetime.now(UTC) + timedelta(days=1)
    )
    with refused("link.invalid"):
        me.ask(c.CheckInSelf(code=slip))
    past = make_link_token(platform.keys, purpose=DOOR, subject=str(fair.id), expires_at=datetime.now(UTC))
    with refused("link.expired"):
        me.ask(c.CheckInSelf(code=past))
    later = planned(
        county, starts_at=datetime.now(UTC) + timedelta(days=3), ends_at=datetime.now(UTC) + timedelta(days=4)
    )
    with refused("fair.not_today"):
        me.ask(c.CheckInSelf(code=code_at_the_door(platform, later.id)))
    county.hq.ask(c.CloseJobFair(fair_id=fair.id))
    with refused("link.invalid"):
        me.ask(c.CheckInSelf(code=code))


def test_from_the_queue_to_an_accepted_recommendation(county: County, platform: TestPlatform) -> None:
    fair = planned(county)
    employer, posting, stand = booth(county, fair, openings=1)
    people = [person(county) for _ in range(3)]
    queued = [queue(county, fair, stand, posting, one) for one in people]
    assert [one.queue_no for one in queued] == [1, 2, 3]
    assert queue(county, fair, stand, posting, people[0]).id == queued[0].id
    boss = platform.partner(employer)
    for one in queued[:2]:
        offer = c.RecordInterviewResult(
            interview_id=one.id, outcome=c.InterviewOutcome.offered, wage_cents=520_000, note="手快"
        )
        assert boss.ask(offer).state is c.InterviewState.offered
    me = platform.worker(people[0])
    mine = me.ask(c.ListInterviews()).items
    assert [(one.wage_cents, one.note) for one in mine] == [(520_000, None)]
    yes = c.AnswerFairOffer(interview_id=queued[0].id, answer=c.FairOfferAnswer.accepted)
    taken = me.ask(yes)
    assert me.ask(yes) == taken
    assert county.live(people[0])[0].id == taken.recommendation_id
    assert county.live(people[0])[0].state is c.RecommendationState.accepted
    with refused("state.illegal_transition"):
        boss.ask(c.RecordInterviewResult(interview_id=queued[0].id, outcome=c.InterviewOutcome.rejected))
    county.hq.ask(c.AnswerFairOffer(interview_id=queued[1].id, answer=c.FairOfferAnswer.declined))
    with refused("resource.not_found"):
        me.ask(c.AnswerFairOffer(interview_id=queued[1].id, answer=c.FairOfferAnswer.declined))
    county.hq.ask(c.CloseJobFair(fair_id=fair.id, walk_ins=30, viewers=5200, summary="很热闹"))
    states = [one.state.value for one in county.hq.ask(c.ListInterviews(fair_id=fair.id)).items]
    assert states == ["accepted", "declined", "absent"]
    result = county.hq.ask(c.GetFairResult(fair_id=fair.id))
    assert result.model_dump(exclude={"fair_id"}) == {
        "booths": 1,
        "postings": 1,
        "openings": 1,
        "attended": 3,
        "walk_ins": 30,
        "viewers": 5200,
        "interviews": 3,
        "offers": 2,
        "accepted": 1,
        "ordered": 0,
    }


def test_an_employer_sees_its_own_booth_and_queue_alone(county: County, platform: TestPlatform) -> None:
    fair = planned(county)
    employer, posting, stand = booth(county, fair)
    _, other_posting, other = booth(county, fair)
    boss, rival = platform.partner(employer), platform.partner(county.employer())
    mine = queue(county, fair, stand, posting, person(county))
    theirs = queue(county, fair, other, other_posting, person(county))
    assert [one.id for one in boss.ask(c.ListInterviews(fair_id=fair.id)).items] == [mine.id]
    assert [one.id for one in boss.ask(c.ListBooths(fair_id=fair.id)).items] == [stand.id]
    assert fair.id in {one.id for one in boss.ask(c.ListJobFairs()).items}
    assert rival.ask(c.ListJobFairs()).items == []
    with refused("resource.not_found"):
        boss.ask(c.RecordInterviewResult(interview_id=theirs.id, outcome=c.InterviewOutcome.rejected))
    with refused("fair.not_at_booth"):
        queue(county, fair, stand, other_posting, person(county))
    stranger: Asker
    for stranger in (platform.worker(new_id()), platform.public(), platform.outpost("dongguan")):
        with refused("scope.forbidden"):
            stranger.ask(c.GetFairResult(fair_id=fair.id))


def test_a_township_keeps_its_own_fairs(county: County, platform: TestPlatform) -> None:
    mine, other = planned(county), planned(county, division="522631105")
    township = platform.area(TOWN)
    seen = {fair.id for fair in township.ask(c.ListJobFairs(limit=500)).items}
    assert mine.id in seen
    assert other.id not in seen
    with refused("resource.not_found"):
        township.ask(c.CancelJobFair(fair_id=other.id, reason="x"))
    changed = township.ask(c.UpdateJobFair(fair_id=mine.id, expected_version=1, venue="体育场"))
    assert (changed.venue, changed.version) == ("体育场", 2)
    with refused("event.times_invalid"):
        township.ask(c.UpdateJobFair(fair_id=mine.id, ends_at=mine.starts_at))
    cancelled = township.ask(c.CancelJobFair(fair_id=mine.id, reason="下雨"))
    assert cancelled.state is c.FairState.cancelled
    with refused("state.illegal_transition"):
        township.ask(c.OpenJobFair(fair_id=mine.id))


def test_merging_people_leaves_one_interview(county: County) -> None:
    fair = planned(county)
    _, posting, stand = booth(county, fair)
    twin, kept = person(county), person(county)
    for one in (twin, kept):
        queue(county, fair, stand, posting, one)
    announcer(county.platform, to="postings")(registry.WorkerMerged(worker_id=twin, into_worker_id=kept))
    assert [one.worker_id for one in county.hq.ask(c.ListInterviews(fair_id=fair.id)).items] == [kept]
    assert [one.worker_id for one in county.hq.ask(c.ListFairAttendance(fair_id=fair.id)).items] == [kept]


def test_everyone_reads_a_fair_to_come_and_not_one_that_is_called_off(county: County, http: Any) -> None:
    fair, off = planned(county), planned(county)
    _, posting, _ = booth(county, fair, title="缝纫工")
    _, closed, _ = booth(county, fair)
    county.hq.ask(c.ClosePosting(posting_id=closed))
    county.hq.ask(c.CancelJobFair(fair_id=off.id, reason="下雨"))
    listed = {one["id"] for one in http.get(f"{API}/public/job-fairs?limit=500").json()["items"]}
    assert str(fair.id) in listed
    assert str(off.id) not in listed
    shown = http.get(f"{API}/public/job-fairs/{fair.id}").json()
    assert shown["live_stream_url"] == "https://live.example.cn/liping"
    assert [[one["id"] for one in stand["postings"]] for stand in shown["booths"]] == [[str(posting)], []]
    assert "staff" not in shown
    assert http.get(f"{API}/public/job-fairs/{off.id}").status_code == 404


def test_the_poster_shows_booths_and_the_code(county: County) -> None:
    fair = planned(county)
    booth(county, fair, title="🔥缝纫工")
    started = county.hq.ask(c.PrintFairPoster(fair_id=fair.id))
    county.platform.run_jobs()
    done = county.hq.ask(GetJob(job_id=UUID(started.id.partition(".")[2])), service="postings")
    assert done.state == "succeeded", done.problem
    file = BlobRef.model_validate(done.result["file"])
    document = pdfium.PdfDocument(io.BytesIO(county.platform.blobs.read(file)))
    text = re.sub(r"\s", "", document[0].get_textpage().get_text_bounded())
    for words in ("春风行动招聘会", "扫码签到", "缝纫工", "直播"):
        assert words in text


def test_over_http(county: County, http: Any) -> None:
    hq = http.as_hq()
    now = datetime.now(UTC)
    made = hq.post(
        f"{API}/hq/job-fairs",
        json={
            "title": "专场招聘会",
            "division": TOWN,
            "venue": "人社局",
            "starts_at": (now - timedelta(hours=1)).isoformat(),
            "ends_at": (now + timedelta(hours=2)).isoformat(),
        },
    )
    assert made.status_code == 201
    place = made.headers["location"]
    employer = county.employer()
    posting = county.posting(employer)
    stand = hq.post(f"{place}/booths", json={"employer_id": str(employer), "posting_ids": [str(posting)]}).json()
    worker = person(county, name="吴老贵")
    own = http.as_worker(worker)
    code = code_at_the_door(county.platform, UUID(made.json()["id"]))
    assert own.post(f"{API}/worker/check-ins", json={"code": code}).json()["is_checked_in"] is True
    body = {"worker_id": str(worker), "booth_id": stand["id"], "posting_id": str(posting)}
    booked = hq.post(f"{place}/interviews", json=body)
    assert booked.status_code == 201
    boss = http.as_partner(employer)
    at = f"{API}/partner/job-fairs/{made.json()['id']}/interviews"
    assert [one["id"] for one in boss.get(at).json()["items"]] == [booked.json()["id"]]
    assert boss.post(f"{at}/{booked.json()['id']}/result", json={"outcome": "offered"}).json()["state"] == "offered"
    answered = own.post(f"{API}/worker/interviews/{booked.json()['id']}/answer", json={"answer": "accepted"})
    assert answered.json()["state"] == "accepted"
    assert hq.get(f"{place}/check-ins").json()["items"][0]["person"]["name"] == "吴老贵"
    assert hq.get(f"{place}/interviews").json()["items"][0]["person"]["id_number"] is None
    assert hq.post(f"{place}/closure", json={"walk_ins": 3}).json()["state"] == "closed"
    assert hq.post(f"{place}/check-ins", json={"people": [{"worker_id": str(worker)}]}).status_code == 409
    assert hq.post(f"{place}/reopening").json()["state"] == "open"
    assert hq.get(f"{place}/result").json()["accepted"] == 1
