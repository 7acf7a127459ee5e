"""就业人员微信群: joined by consent, told in digests within WeCom's bytes and minutes, without personal details."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.channels import WECOM_TEXT_BYTES
from services.notify.digests import awake, parts
from services.notify.messages import CHINA
from shared.contracts import ledger, postings, registry
from shared.contracts import notify as c
from shared.contracts.scopes import OutpostCode
from shared.kit.settings import Settings
from shared.kit.tables import new_id
from tests.services.notify.conftest import Clock, Outside
from tests.support.asker import Asker, refused
from tests.support.events import Announce, announcer
from tests.support.people import RegisterWorkerFactory
from tests.support.platform import TestPlatform

API = "/api/v1"


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform, to="notify")


def lives(announce: Announce, division: str) -> UUID:
    worker_id = new_id()
    announce(
        registry.WorkerRegistered(
            worker_id=worker_id, version=1, division=division, sex=registry.Sex.female, birth_year=1990
        )
    )
    return worker_id


def group(hq: Asker, division: str | None = None, **given: Any) -> c.WorkerGroupView:
    facts = {"name": "岩洞镇就业一群", "division": division, "robot_key": f"robot-{uuid4()}", "digest_minutes": 5}
    return hq.ask(c.RegisterWorkerGroup.model_validate({**facts, **given}))


def on_paper(group_id: UUID, *people: UUID) -> c.AddGroupMembers:
    return c.AddGroupMembers(
        group_id=group_id, worker_ids=list(people), consented_on=date(2026, 11, 1), consent_way=c.ConsentWay.paper
    )


def test_people_join_by_consent_and_the_consent_is_on_record(announce: Announce, hq: Asker) -> None:
    made = group(hq, "522631106")
    one, two = lives(announce, "522631106"), lives(announce, "522631106")
    added = hq.ask(on_paper(made.id, one, two, one, new_id()))
    assert (added.joined, added.known, len(added.missing)) == (2, 0, 1)
    assert hq.ask(on_paper(made.id, one)).known == 1
    member = hq.ask(c.ListGroupMembers(group_id=made.id)).items[0]
    assert (member.consent_way, member.consented_on) == (c.ConsentWay.paper, date(2026, 11, 1))
    assert hq.ask(c.GetWorkerGroup(group_id=made.id)).joined == 2
    with pytest.raises(ValueError, match="own hand"):
        c.GroupMembersForm(worker_ids=[one], consented_on=date(2026, 11, 1), consent_way=c.ConsentWay.own)


def test_a_worker_joins_and_leaves_alone(announce: Announce, hq: Asker, worker: Callable[[UUID], Asker]) -> None:
    county, near, far = group(hq, "522631"), group(hq, "522631107"), group(hq, "522631108")
    staff = group(hq, "522631107", audience="staff")
    me = lives(announce, "522631107")
    seen = {found.id: found.is_joined for found in worker(me).ask(c.ListOwnGroups()).items}
    assert seen.get(near.id) is False
    assert county.id in seen
    assert not {far.id, staff.id} & set(seen)
    for _ in range(2):
        assert worker(me).ask(c.JoinWorkerGroup(group_id=near.id)).is_joined
    with refused("resource.not_found"):
        worker(me).ask(c.JoinWorkerGroup(group_id=staff.id))
    with refused("resource.not_found"):
        worker(me).ask(c.LeaveWorkerGroup(group_id=far.id))
    assert not worker(me).ask(c.LeaveWorkerGroup(group_id=near.id)).is_joined
    left = hq.ask(c.ListGroupMembers(group_id=near.id, is_present=False)).items
    assert [(row.worker_id, row.left_because) for row in left] == [(me, c.LeftBecause.own_wish)]
    assert worker(me).ask(c.JoinWorkerGroup(group_id=near.id)).is_joined


def test_withdrawing_consent_leaves_every_group(announce: Announce, hq: Asker) -> None:
    made, other = group(hq, "522631109"), group(hq, "522631109")
    me = lives(announce, "522631109")
    for found in (made, other):
        hq.ask(on_paper(found.id, me))
    announce(registry.ConsentWithdrawn(worker_id=me, purpose=registry.ConsentPurpose.automated_matching))
    assert hq.ask(c.GetWorkerGroup(group_id=made.id)).joined == 1
    announce(registry.ConsentWithdrawn(worker_id=me, purpose=registry.ConsentPurpose.messages))
    for found in (made, other):
        assert hq.ask(c.GetWorkerGroup(group_id=found.id)).joined == 0


def test_joining_proves_the_eighth_of_the_eight_ones(platform: TestPlatform, hq: Asker) -> None:
    person = hq.ask(RegisterWorkerFactory(3).build(division="522631110"))
    platform.settle()
    hq.ask(on_paper(group(hq, "522631110").id, person.id))
    platform.settle()
    found = hq.ask(ledger.GetEssentials(worker_id=person.id))
    proved = {item.key.value: item.is_present for item in found.items}
    assert proved["worker_group"]
    hq.ask(registry.EraseWorker(worker_id=person.id, reason="本人书面申请删除"))
    platform.settle()


def test_an_area_sees_its_own_groups_and_adds_its_own_people(
    announce: Announce, hq: Asker, area: Callable[[str], Asker]
) -> None:
    mine, other = group(hq, "522631111"), group(hq, "522631112")
    here, there = lives(announce, "522631111"), lives(announce, "522631112")
    township = area("522631111")
    seen = {found.id for found in township.ask(c.ListWorkerGroups(limit=500)).items}
    assert mine.id in seen
    assert other.id not in seen
    assert township.ask(on_paper(mine.id, here, there)).missing == [there]
    with refused("resource.not_found"):
        township.ask(on_paper(other.id, here))
    hq.ask(on_paper(other.id, there))
    with refused("resource.not_found"):
        township.ask(c.LeaveWorkerGroup(group_id=other.id, worker_id=there))


def test_one_robot_serves_one_group(hq: Asker) -> None:
    key = f"robot-{uuid4()}"
    first = group(hq, "522631113", robot_key=key)
    with refused("group.robot_in_use"):
        group(hq, "522631114", robot_key=key)
    other = group(hq, "522631114")
    with refused("group.robot_in_use"):
        hq.ask(c.UpdateWorkerGroup(group_id=other.id, robot_key=key))
    changed = hq.ask(c.UpdateWorkerGroup(group_id=first.id, robot_key=key, owner="杨主任", expected_version=1))
    assert (changed.owner, changed.version) == ("杨主任", 2)
    with refused("resource.changed_meanwhile"):
        hq.ask(c.UpdateWorkerGroup(group_id=first.id, is_active=False, expected_version=1))


def test_what_gathers_goes_out_in_one_post(
    announce: Announce, hq: Asker, outside: Outside, notify_settings: Settings, clock: Clock
) -> None:
    made = group(hq, "522631115")
    me = lives(announce, "522631115")
    for _ in range(40):
        announce(
            postings.RecommendationMade(
                recommendation_id=new_id(), worker_id=me, posting_id=new_id(), employer_id=new_id(), score=0.7
            )
        )
    starts = datetime.now(UTC) + timedelta(days=3)
    for state in (postings.OutreachState.planned, postings.OutreachState.under_way):
        announce(
            postings.OutreachChanged(
                outreach_id=new_id(),
                division="522631115",
                state=state,
                starts_at=starts,
                ends_at=starts + timedelta(hours=3),
            )
        )
    hq.ask(c.AnnounceToGroups(text="周五有招聘会", division="522631115"))
    clock.tick()
    assert outside.received == []
    clock.tick(later=True)
    (sent,) = outside.received
    content = orjson.loads(sent.body)["text"]["content"]
    assert "40 个岗位" in content
    assert content.count("送岗下村") == 1
    assert "周五有招聘会" in content
    (digest,) = hq.ask(c.ListGroupDigests(group_id=made.id)).items
    assert (digest.notes, digest.state, digest.is_by_hand) == (3, c.MessageState.delivered, False)
    assert digest.text == content
    clock.tick(later=True)
    assert len(outside.received) == 1


def test_an_event_that_is_called_off_is_told_instead_of_the_invitation(
    announce: Announce, hq: Asker, clock: Clock
) -> None:
    made = group(hq, "522631205", robot_key=None)
    fair, starts = new_id(), datetime.now(UTC) + timedelta(days=3)
    for state in (postings.FairState.planned, postings.FairState.cancelled):
        announce(
            postings.JobFairChanged(
                fair_id=fair,
                division="522631205",
                state=state,
                starts_at=starts,
                ends_at=starts + timedelta(hours=3),
            )
        )
    clock.tick(later=True)
    (digest,) = hq.ask(c.ListGroupDigests(group_id=made.id)).items
    assert "的招聘会取消" in digest.text
    assert "欢迎参加" not in digest.text


def test_the_minute_allowance_is_the_robots(
    hq: Asker, outside: Outside, notify_settings: Settings, clock: Clock
) -> None:
    made = group(hq, "522631200")
    for number in range(25):
        hq.ask(c.AnnounceToGroups(text=f"第 {number} 号通知", group_ids=[made.id]))
        clock.tick(later=True)
    assert len(outside.received) == 20
    waiting = [row for row in hq.ask(c.ListGroupDigests(group_id=made.id)).items if row.state is c.MessageState.queued]
    assert len(waiting) == 5


def test_a_group_without_a_robot_is_told_by_hand(hq: Asker, outside: Outside, clock: Clock) -> None:
    made = group(hq, "522631201", robot_key=None)
    assert not made.has_robot
    hq.ask(c.AnnounceToGroups(text="明天停电", group_ids=[made.id]))
    clock.tick(later=True)
    (digest,) = hq.ask(c.ListGroupDigests(group_id=made.id)).items
    assert digest.is_by_hand
    assert outside.received == []
    posted = hq.ask(c.MarkDigestPosted(group_id=made.id, digest_id=digest.id))
    assert (posted.state, posted.is_by_hand) == (c.MessageState.delivered, False)
    with refused("state.illegal_transition"):
        hq.ask(c.MarkDigestPosted(group_id=made.id, digest_id=digest.id))


@pytest.mark.parametrize(
    "text",
    [
        "请 522631199001010019 来办手续",
        "请５２２６３１１９９００１０１００１９来",
        "电话 138 0013 8000",
        "电话 138-0013-8000",
        "+8613800138000",
        "522631 19900101 002x",
    ],
)
def test_personal_details_are_kept_out_of_groups(hq: Asker, text: str) -> None:
    with refused("group.personal_details"):
        hq.ask(c.AnnounceToGroups(text=text, division="522631"))


def test_an_outpost_reads_only_its_own_groups(hq: Asker, outpost: Callable[[str], Asker]) -> None:
    own = group(hq, outpost=OutpostCode.dongguan, name="东莞务工群")
    group(hq, outpost=OutpostCode.wenling, name="温岭务工群")
    assert [found.id for found in outpost("dongguan").ask(c.ListWorkerGroups()).items] == [own.id]


@settings(deadline=None, max_examples=60)
@given(lines=st.lists(st.text(alphabet="岗位a通知🙂\n", max_size=900), max_size=30))
def test_posts_keep_within_the_bytes_and_lose_no_line(lines: list[str]) -> None:
    given_lines = [(new_id(), line) for line in lines]
    found = parts(given_lines, WECOM_TEXT_BYTES)
    for post in found:
        assert len("\n".join(line for _, line in post).encode()) <= WECOM_TEXT_BYTES
    assert [note for post in found for note, _ in post] == [note for note, _ in given_lines]


@pytest.mark.parametrize(
    ("at", "posted"),
    [("06:00", "07:30"), ("07:30", "07:30"), ("20:59", "20:59"), ("21:00", "07:30"), ("23:30", "07:30")],
)
def test_nobodys_telephone_rings_at_night(at: str, posted: str) -> None:
    moment = datetime.fromisoformat(f"2026-12-01T{at}").replace(tzinfo=CHINA)
    found = awake(moment).astimezone(CHINA)
    assert f"{found:%H:%M}" == posted
    assert timedelta(0) <= found - moment < timedelta(hours=11)


def test_over_http(announce: Announce, http: Any) -> None:
    hq = http.as_hq()
    body = {"name": "罗里乡就业群", "division": "522631203", "robot_key": f"robot-{uuid4()}"}
    made = hq.post(f"{API}/hq/worker-groups", json=body)
    assert made.status_code == 201
    assert "robot_key" not in made.text
    place = made.headers["location"]
    stale = hq.patch(place, json={"owner": "杨"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    me = lives(announce, "522631203")
    added = hq.post(
        f"{place}/members", json={"worker_ids": [str(me)], "consented_on": "2026-11-01", "consent_way": "spoken"}
    )
    assert added.json()["joined"] == 1
    assert hq.get(f"{place}/members").json()["items"][0]["worker_id"] == str(me)
    own = http.as_worker(me)
    (mine,) = [row for row in own.get(f"{API}/worker/groups").json()["items"] if row["is_joined"]]
    assert own.delete(f"{API}/worker/groups/{mine['id']}/membership").json()["is_joined"] is False
    assert own.post(f"{API}/worker/groups/{mine['id']}/membership").json()["is_joined"] is True
    assert hq.delete(f"{place}/members/{me}").json()["is_joined"] is False
    assert hq.post(f"{API}/hq/worker-groups/announcements", json={"text": "x"}).status_code == 422
    assert hq.post(f"{API}/hq/worker-groups/announcements", json={"text": "开会", "division": "522631203"}).json() == {
        "groups": 1
    }
    assert http.as_area("522631204").get(place).status_code == 404
