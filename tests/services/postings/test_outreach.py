"""送岗下村: from the plan to the result, on paper and on the spot, and never beyond the cap."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pypdfium2 as pdfium
import pytest
from sqlalchemy import text

from services.postings.slip_papers import LINK_PURPOSE
from shared import reference
from shared.contracts import ledger, registry
from shared.contracts import postings as c
from shared.contracts.base import BlobRef, Message
from shared.contracts.kit import GetJob
from shared.kit.links import make_link_token
from shared.kit.tables import new_id
from tests.services.postings.county import County
from tests.support.asker import refused
from tests.support.events import announcer
from tests.support.platform import TestPlatform

API = "/api/v1"
VILLAGE = "522631104"
STARTS = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    return County(platform)


def planned(county: County, **given: Any) -> c.OutreachView:
    facts = {
        "division": VILLAGE,
        "venue": "村委会院坝",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=3),
        "staff": [{"name": "杨主任", "task": "岗位讲解"}],
    }
    return county.hq.ask(c.PlanOutreach.model_validate({**facts, **given}))


def settled_worker(county: County, **given: Any) -> UUID:
    worker = county.worker(**{"division": VILLAGE, **given})
    county.platform.settle()
    return worker


def _live_under(county: County, worker_id: UUID, division: str) -> None:
    """The rosters come to know a village's newer code before our list of villages does."""
    runtime = county.platform.hosted["postings"].runtime
    with runtime.database.transaction(runtime.own_context()) as session:
        session.connection().execute(
            text("UPDATE postings.seeker SET division = :division WHERE worker_id = :worker"),
            {"division": division, "worker": worker_id},
        )


def wish(county: County, event: UUID, **row: Any) -> c.WishRow:
    report = county.hq.ask(c.RecordOutreachWishes.model_validate({"outreach_id": event, "wishes": [row]}))
    return report.rows[0]


def test_a_plan_names_itself_and_can_be_moved_and_called_off(county: County) -> None:
    event = planned(county)
    assert event.title == "敖市镇送岗下村 12月5日"
    assert planned(county, village="秀洞村").title == "秀洞村送岗下村 12月5日"
    assert event.state is c.OutreachState.planned
    moved = county.hq.ask(
        c.UpdateOutreach(outreach_id=event.id, expected_version=1, ends_at=STARTS + timedelta(hours=5))
    )
    assert moved.version == 2
    with refused("resource.changed_meanwhile"):
        county.hq.ask(c.UpdateOutreach(outreach_id=event.id, expected_version=1, venue="学校"))
    with refused("event.times_invalid"):
        county.hq.ask(c.UpdateOutreach(outreach_id=event.id, ends_at=STARTS))
    off = county.hq.ask(c.CancelOutreach(outreach_id=event.id, reason="暴雨, 改期"))
    assert (off.state, off.cancelled_because) == (c.OutreachState.cancelled, "暴雨, 改期")
    late_commands: tuple[Message[Any], ...] = (
        c.StartOutreach(outreach_id=event.id),
        c.CloseOutreach(outreach_id=event.id),
        c.RecordOutreachAttendance(outreach_id=event.id, people=[c.Presented(worker_id=new_id())]),
    )
    for late in late_commands:
        with refused("state.illegal_transition"):
            county.hq.ask(late)


def test_a_village_is_known_by_code_by_name_or_by_who_lives_there(county: County) -> None:
    village = reference.divisions_under(VILLAGE)[0]
    by_name, by_code = planned(county, village=village.short_name), planned(county, division=village.code)
    assert {by_name.division, by_code.division} == {village.code}
    assert by_code.title.startswith(village.short_name)
    newer = VILLAGE + "399"
    with refused("event.village_unknown") as problems:
        planned(county, division=newer, village=village.short_name)
    assert village.code in problems[0].body.zh
    _live_under(county, settled_worker(county), newer)
    assert planned(county, division=newer, village="新合并村").title.startswith("新合并村送岗下村")
    with refused("posting.unknown_division"):
        planned(county, division="522631999001")


def test_the_pack_keeps_its_numbers_when_it_changes(county: County) -> None:
    employer = county.employer()
    first, second, third = (county.posting(employer, title=title) for title in ("包装工", "普工", "装配工"))
    event = planned(county)

    def pack(*postings: UUID) -> dict[UUID, int]:
        chosen = county.hq.ask(c.ChooseOutreachPostings(outreach_id=event.id, posting_ids=list(postings)))
        return {row.posting.id: row.number for row in chosen.items}

    assert pack(first, second) == {first: 1, second: 2}
    assert pack(second, third) == {second: 2, third: 3}
    assert pack(first, third) == {first: 1, third: 3}
    county.hq.ask(c.ClosePosting(posting_id=second))
    with refused("event.posting_not_open"):
        pack(second)
    assert len(county.hq.ask(c.ListOutreachPostings(outreach_id=event.id)).items) == 2


def test_without_a_choice_the_postings_most_offered_there_come_first(county: County) -> None:
    employer = county.employer()
    wanted = county.posting(employer, title="本村最合适")
    county.posting(employer, title="后来的岗位")
    worker = settled_worker(county, division="522631109")
    county.hq.ask(c.RecommendPosting(worker_id=worker, posting_id=wanted, reason="会包装"))
    event = planned(county, division="522631109")
    chosen = county.hq.ask(c.ChooseOutreachPostings(outreach_id=event.id, at_most=2)).items
    assert len(chosen) == 2
    assert chosen[0].posting.id == wanted


def test_people_are_recognised_by_id_slip_and_code_and_counted_once(county: County) -> None:
    platform = county.platform
    employer = county.employer()
    for title in ("包装工", "普工"):
        county.posting(employer, title=title, openings=50)
    people = [county.worker(division="522631110") for _ in range(3)]
    county.match()
    event = planned(county, division="522631110")
    batch = county.hq.ask(c.PrintSlips(outreach_id=event.id))
    platform.run_jobs()
    slips = {slip.worker_id: slip.slip_no for slip in county.hq.ask(c.ListSlips(batch_id=batch.id)).items}
    assert set(slips) == set(people)
    token = make_link_token(
        platform.keys, purpose=LINK_PURPOSE, subject=str(people[2]), expires_at=datetime.now(UTC) + timedelta(days=1)
    )
    came = [
        c.Presented(worker_id=people[0]),
        c.Presented(slip_no=slips[people[1]].lower()),
        c.Presented(link=f"http://127.0.0.1:8080/w/{token}?lang=en"),
        c.Presented(worker_id=people[0]),
        c.Presented(slip_no="TJ-2026-999999"),
        c.Presented(link="nothing"),
    ]
    report = county.hq.ask(c.RecordOutreachAttendance(outreach_id=event.id, people=came))
    assert (report.recorded, report.known, report.refused) == (3, 1, 2)
    assert {row.code for row in report.rows if row.code} == {"presence.not_recognised"}
    assert county.hq.ask(c.GetOutreach(outreach_id=event.id)).state is c.OutreachState.under_way
    listed = county.hq.ask(c.ListOutreachAttendance(outreach_id=event.id)).items
    assert {row.worker_id for row in listed} == set(people)
    result = county.hq.ask(c.GetOutreachResult(outreach_id=event.id))
    assert (result.attended, result.slips) == (3, 3)
    platform.settle()
    told = county.hq.ask(ledger.ListLedgerEntries(worker_id=people[0], topic="outreach.attended")).items
    assert [entry.title for entry in told] == ["参加送岗下村"]


def test_a_wish_becomes_an_accepted_offer_or_is_noted_with_the_reason(county: County) -> None:
    employer = county.employer()
    posting = county.posting(employer, openings=1)
    night = county.posting(employer, requirements={"min_age": 60})
    event = planned(county)
    county.hq.ask(c.ChooseOutreachPostings(outreach_id=event.id, posting_ids=[posting, night]))
    people = [settled_worker(county) for _ in range(4)]
    rows = [wish(county, event.id, worker_id=person, number=1) for person in people]
    assert [row.is_accepted for row in rows] == [True, True, True, False]
    assert rows[3].code == "recommendation.cap_reached"
    assert county.live(people[0])[0].state is c.RecommendationState.accepted
    assert county.live(people[3]) == []
    again = wish(county, event.id, worker_id=people[0], posting_id=posting)
    assert again.recommendation_id == rows[0].recommendation_id
    assert wish(county, event.id, worker_id=people[0], number=9).code == "outreach.number_unknown"
    assert not wish(county, event.id, worker_id=people[0], number=2).is_accepted
    noted = {
        (row.worker_id, row.posting_id): row for row in county.hq.ask(c.ListOutreachWishes(outreach_id=event.id)).items
    }
    assert noted[people[3], posting].outcome is c.WishOutcome.refused
    result = county.hq.ask(c.GetOutreachResult(outreach_id=event.id))
    assert (result.attended, result.wishes, result.accepted, result.ordered) == (4, 5, 3, 0)


def test_closing_keeps_the_report_and_paper_can_still_be_entered(county: County) -> None:
    event = planned(county)
    closed = county.hq.ask(c.CloseOutreach(outreach_id=event.id, summary="来了三十多人", walk_ins=4))
    assert (closed.state, closed.walk_ins, closed.summary) == (c.OutreachState.closed, 4, "来了三十多人")
    person = c.Presented(worker_id=settled_worker(county))
    late = c.RecordOutreachAttendance(outreach_id=event.id, people=[person], came_by=c.EntryWay.paper)
    with refused("state.illegal_transition"):
        county.hq.ask(late)
    county.hq.ask(c.ReopenOutreach(outreach_id=event.id))
    assert county.hq.ask(late).recorded == 1


def test_an_area_keeps_its_own_events_and_reads_those_around_it(county: County, platform: TestPlatform) -> None:
    around = planned(county, division="522631")
    village, other = planned(county), planned(county, division="522631105")
    grid = platform.area(VILLAGE)
    seen = {event.id for event in grid.ask(c.ListOutreaches(limit=500)).items}
    assert {around.id, village.id} <= seen
    assert other.id not in seen
    with refused("resource.not_found"):
        grid.ask(c.GetOutreach(outreach_id=other.id))
    with refused("resource.not_found"):
        grid.ask(c.UpdateOutreach(outreach_id=around.id, venue="别处"))
    assert grid.ask(c.UpdateOutreach(outreach_id=village.id, venue="鼓楼")).venue == "鼓楼"
    with refused("resource.not_found"):
        grid.ask(c.PlanOutreach(division="522631105", venue="x", starts_at=STARTS, ends_at=STARTS + timedelta(hours=1)))
    mine, foreign = settled_worker(county), settled_worker(county, division="522631105")
    report = grid.ask(
        c.RecordOutreachAttendance(
            outreach_id=village.id, people=[c.Presented(worker_id=mine), c.Presented(worker_id=foreign)]
        )
    )
    assert (report.recorded, report.refused) == (1, 1)
    posting = county.posting(openings=3)
    wished = grid.ask(
        c.RecordOutreachWishes.model_validate(
            {
                "outreach_id": village.id,
                "wishes": [
                    {"worker_id": mine, "posting_id": posting},
                    {"worker_id": foreign, "posting_id": posting},
                ],
            }
        )
    )
    assert [row.is_accepted for row in wished.rows] == [True, False]
    for stranger in (platform.outpost("dongguan"), platform.worker(mine), platform.public()):
        with refused("scope.forbidden"):
            stranger.ask(c.GetOutreach(outreach_id=village.id))


def test_merging_and_erasing_people_follows_into_the_events(county: County) -> None:
    event = planned(county)
    twin, kept, gone = (settled_worker(county) for _ in range(3))
    people = [c.Presented(worker_id=person) for person in (twin, kept, gone)]
    county.hq.ask(c.RecordOutreachAttendance(outreach_id=event.id, people=people))
    announcer(county.platform, to="postings")(registry.WorkerMerged(worker_id=twin, into_worker_id=kept))
    county.hq.ask(registry.EraseWorker(worker_id=gone, reason="本人书面申请删除"))
    county.platform.settle()
    listed = county.hq.ask(c.ListOutreachAttendance(outreach_id=event.id)).items
    assert [row.worker_id for row in listed] == [kept]


def test_the_pack_on_paper_is_enough_without_a_network(county: County) -> None:
    settled_worker(county, name="石学梅", division="522631111")
    event = planned(county, division="522631111", plan="八点从县城出发\n九点开始")
    posting = county.posting(title="🔥电子装配工", openings=20)
    county.hq.ask(c.ChooseOutreachPostings(outreach_id=event.id, posting_ids=[posting]))
    started = county.hq.ask(c.PrintOutreachPack(outreach_id=event.id))
    county.platform.run_jobs()
    done = county.hq.ask(GetJob(job_id=UUID(started.id.partition(".")[2])), service="postings")
    assert done.state == "succeeded", done.problem
    file = BlobRef.model_validate(done.result["file"])
    document = pdfium.PdfDocument(io.BytesIO(county.platform.blobs.read(file)))
    text = re.sub(r"\s", "", "".join(page.get_textpage().get_text_bounded() for page in document))
    for words in (
        "工作方案",
        "杨主任",
        "九点开始",
        "岗位一览",
        "电子装配工",
        "4500-6000元/月",
        "石学梅",
        "签到表",
        "结果表",
    ):
        assert words in text


def test_over_http(county: County, http: Any) -> None:
    hq = http.as_hq()
    made = hq.post(
        f"{API}/hq/outreaches",
        json={
            "division": VILLAGE,
            "venue": "村委会",
            "starts_at": "2026-12-06T09:00:00+08:00",
            "ends_at": "2026-12-06T12:00:00+08:00",
        },
    )
    assert made.status_code == 201
    place = made.headers["location"]
    stale = hq.patch(place, json={"venue": "小学"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "resource.changed_meanwhile")
    worker = settled_worker(county, name="吴老贵")
    came = hq.post(f"{place}/attendance", json={"people": [{"worker_id": str(worker)}]})
    assert came.json()["recorded"] == 1
    row = hq.get(f"{place}/attendance").json()["items"][0]
    assert row["person"]["name"] == "吴老贵"
    assert row["person"]["id_number"] is None
    wrong = hq.post(f"{place}/attendance", json={"people": [{}]})
    assert wrong.status_code == 422
    chosen = hq.put(f"{place}/postings", json={"at_most": 3}).json()["items"]
    wished = hq.post(f"{place}/wishes", json={"wishes": [{"worker_id": str(worker), "number": chosen[0]["number"]}]})
    assert wished.status_code == 200
    assert hq.get(f"{place}/result").json()["wishes"] == 1
    assert hq.post(f"{place}/closure", json={"walk_ins": 2}).json()["state"] == "closed"
    assert hq.get(f"{API}/hq/outreaches?state=closed&division=522631104&from_date=2026-12-06").json()["items"]
    assert http.as_area("522631105").get(place).status_code == 404
