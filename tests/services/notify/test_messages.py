"""Inbox, groups, phone codes: who is told what, once, and what no group ever reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.channels import WECOM_TEXT_BYTES, cut
from services.notify.models import Message
from services.notify.templates import TEMPLATES
from shared.contracts import dispatch, outposts, postings, registry
from shared.contracts import notify as c
from shared.contracts.scopes import OutpostCode
from shared.kit.context import service_context
from shared.kit.settings import Settings
from shared.kit.tables import new_id
from tests.services.notify.conftest import Clock, Outside
from tests.support.asker import Asker, refused
from tests.support.events import Announce, announcer
from tests.support.platform import TestPlatform

VILLAGE = "522631104203"


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform, to="notify")


def registered(worker_id: UUID, division: str = VILLAGE) -> registry.WorkerRegistered:
    return registry.WorkerRegistered(
        worker_id=worker_id, version=1, division=division, sex=registry.Sex.female, birth_year=1990
    )


def recommended(worker_id: UUID) -> postings.RecommendationMade:
    return postings.RecommendationMade(
        recommendation_id=new_id(), worker_id=worker_id, posting_id=new_id(), employer_id=new_id(), score=0.7
    )


def test_recommendations_make_one_digest_a_day_that_only_its_worker_reads(
    announce: Announce, worker: Callable[[UUID], Asker]
) -> None:
    worker_id = new_id()
    for _ in range(3):
        announce(recommended(worker_id))
    (item,) = worker(worker_id).ask(c.ListInbox()).items
    assert item.text.startswith("为您挑选了 3 个岗位")
    assert item.link == "/worker/recommendations"
    assert worker(new_id()).ask(c.ListInbox()).items == []
    with refused("resource.not_found"):
        worker(new_id()).ask(c.MarkInboxRead(message_id=item.id))
    assert worker(worker_id).ask(c.MarkInboxRead(message_id=item.id)).read_at is not None
    assert worker(worker_id).ask(c.ListInbox(is_unread=True)).items == []


def test_a_village_group_gets_one_text_without_names_through_its_own_robot(
    announce: Announce, hq: Asker, outside: Outside, notify_settings: Settings, clock: Clock
) -> None:
    hq.ask(c.RegisterWorkerGroup(name="全县一群", robot_key="county-robot-key", division="522631"))
    group = hq.ask(c.RegisterWorkerGroup(name="一群", robot_key="village-robot-key", division=VILLAGE[:9]))
    assert "village-robot-key" not in group.model_dump_json()
    people = [new_id() for _ in range(3)]
    for worker_id in people:
        announce(registered(worker_id))
        announce(recommended(worker_id))
    clock.tick()
    assert outside.received == []  # the digest still grows
    clock.tick(later=True)
    clock.tick(later=True)
    (sent,) = outside.received
    assert sent.path == "/cgi-bin/webhook/send?key=village-robot-key"
    content = orjson.loads(sent.body)["text"]["content"]
    assert "3 个岗位" in content
    assert not any(str(worker_id) in content for worker_id in people)
    logged = hq.ask(c.ListMessages(channel=c.ChannelKind.wecom_robot)).items
    assert [(row.group_id, row.state, row.attempts) for row in logged] == [(group.id, c.MessageState.delivered, 1)]


def test_a_busy_robot_is_tried_later_and_a_bad_key_is_given_up(
    announce: Announce, hq: Asker, outside: Outside, notify_settings: Settings, clock: Clock
) -> None:
    for outpost in (OutpostCode.hangzhou, OutpostCode.wenling):
        hq.ask(
            c.RegisterWorkerGroup(
                name="站点工作群", robot_key=f"staff-{outpost}", audience=c.GroupAudience.staff, outpost=outpost
            )
        )
    outside.answers.extend([(200, b'{"errcode":45009}'), (200, b'{"errcode":93000}')])
    for outpost in (OutpostCode.hangzhou, OutpostCode.wenling):
        announce(planned(outpost))
        clock.tick()
    rows = {row.last_error: row for row in hq.ask(c.ListMessages(template="trip_planned", channel="wecom_robot")).items}
    assert rows["45009 api freq out of limit"].state is c.MessageState.queued
    failed = rows["errcode 93000"]
    assert failed.state is c.MessageState.failed
    clock.tick(later=True)
    assert len(outside.received) == 3
    hq.ask(c.RetryMessage(message_id=failed.id))
    clock.tick()
    states = {row.state for row in hq.ask(c.ListMessages(template="trip_planned", channel="wecom_robot")).items}
    assert states == {c.MessageState.delivered}


def planned(outpost: OutpostCode) -> dispatch.TripPlanned:
    return dispatch.TripPlanned(
        trip_id=new_id(), outposts=[outpost], depart_at=datetime(2026, 12, 1, 1, tzinfo=UTC), seats=49
    )


def test_an_outposts_staff_read_their_own_notices(announce: Announce, outpost: Callable[[str], Asker]) -> None:
    announce(planned(OutpostCode.dongguan))
    announce(
        outposts.RightsCaseDeadlineNear(
            case_id=new_id(),
            outpost=OutpostCode.dongguan,
            worker_id=new_id(),
            clock="lawsuit",
            due_on=datetime.now(UTC).date(),
        )
    )
    for _ in range(2):
        announce(
            outposts.FollowUpDue(
                follow_up_id=new_id(),
                worker_id=new_id(),
                outpost=OutpostCode.dongguan,
                due_on=datetime.now(UTC).date(),
                kind=outposts.FollowUpKind.day_7,
            )
        )
    found = {item.template: item for item in outpost("dongguan").ask(c.ListInbox()).items}
    assert set(found) == {"trip_planned", "deadline_near", "follow_up_due"}
    assert "2026-12-01 09:00" in found["trip_planned"].text
    assert "2 位" in found["follow_up_due"].text
    assert outpost("guiyang").ask(c.ListInbox()).items == []


def test_a_phone_code_is_sent_and_then_forgotten(
    as_service: Callable[[str], Asker],
    hq: Asker,
    outside: Outside,
    notify_settings: Settings,
    clock: Clock,
    platform: TestPlatform,
) -> None:
    code = c.SendPhoneCode(phone="+8613800138000", code="482913")
    with refused("scope.forbidden"):
        hq.ask(code)
    accepted = as_service("identity").ask(code)
    outside.answers.append((503, b""))
    clock.tick()
    clock.tick(later=True)
    last = outside.received[-1]
    assert (last.path, last.headers["authorization"]) == ("/sms", "Bearer sms-token")
    assert orjson.loads(last.body)["to"] == "+8613800138000"
    assert "482913" in orjson.loads(last.body)["text"]
    with platform.hosted["notify"].runtime.database.transaction(service_context("notify")) as session:
        stored = session.get_one(Message, accepted.message_id)
        assert (stored.state, stored.attempts, stored.address_sealed) == (c.MessageState.delivered, 2, None)


def test_an_old_code_is_not_sent(
    as_service: Callable[[str], Asker],
    outside: Outside,
    notify_settings: Settings,
    clock: Clock,
    platform: TestPlatform,
) -> None:
    accepted = as_service("identity").ask(c.SendPhoneCode(phone="+8613800138000", code="482913"))
    database = platform.hosted["notify"].runtime.database
    with database.transaction(service_context("notify")) as session:
        session.get_one(Message, accepted.message_id).expires_at = datetime.now(UTC) - timedelta(seconds=1)
    clock.tick()
    assert outside.received == []
    with database.transaction(service_context("notify")) as session:
        stored = session.get_one(Message, accepted.message_id)
        assert (stored.state, stored.last_error, stored.address_sealed) == (c.MessageState.failed, "expired", None)


def test_without_a_gateway_a_code_is_refused_at_once(as_service: Callable[[str], Asker]) -> None:
    with refused("channel.not_ready"):
        as_service("identity").ask(c.SendPhoneCode(phone="+8613800138000", code="482913"))


def test_a_print_pack_is_taken_once_and_only_of_its_village(announce: Announce, hq: Asker) -> None:
    here, there = new_id(), new_id()
    announce(registered(here, "522631101201"))
    announce(registered(there, "522631102201"))
    for worker_id in (here, there):
        announce(recommended(worker_id))
    pack = hq.ask(c.TakePrintPack(division="522631101"))
    assert [entry.worker_id for entry in pack.items] == [here]
    assert hq.ask(c.TakePrintPack(division="522631101")).items == []


@settings(deadline=None)
@given(text=st.text(max_size=1500))
def test_texts_keep_within_wecoms_bytes(text: str) -> None:
    assert len(cut(text, WECOM_TEXT_BYTES).encode()) <= WECOM_TEXT_BYTES
    assert cut(text, 10**6) == text


def test_every_template_speaks_both_languages() -> None:
    for template in TEMPLATES.values():
        assert template.zh.title
        assert template.en.title
        fields = [{part.split("}")[0] for part in words.text.split("{")[1:]} for words in (template.zh, template.en)]
        assert fields[0] == fields[1]


def test_offers_that_come_together_are_counted_together(announce: Announce, worker: Callable[[UUID], Asker]) -> None:
    worker_id = new_id()
    announce(recommended(worker_id).model_copy(update={"further_offers": 4}))
    (item,) = worker(worker_id).ask(c.ListInbox()).items
    assert item.text.startswith("为您挑选了 5 个岗位")
