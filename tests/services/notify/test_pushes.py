"""一对一精准推送: a text message with numbers, answered by a number; and what is not clear comes before a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col

from services.notify.models import OfferPush
from services.notify.replies import choices
from services.notify.reply_words import read_reply
from shared.contracts import identity, postings, registry
from shared.contracts import notify as c
from shared.kit.context import service_context
from shared.kit.settings import Settings
from shared.kit.tables import new_id
from tests.services.notify.conftest import Clock, Outside
from tests.services.postings.county import County
from tests.support.asker import refused
from tests.support.platform import TestPlatform

API = "/api/v1"
MESSAGES = registry.ConsentPurpose.messages
ACCEPTED, DECLINED = postings.RecommendationState.accepted, postings.RecommendationState.declined


@pytest.fixture(scope="module")
def county(platform: TestPlatform) -> County:
    found = County(platform)
    employer = found.employer()
    for title in ("包装工", "普工"):
        found.posting(employer, title=title, openings=90)
    return found


@pytest.fixture
def sent(county: County, outside: Outside, notify_settings: Settings, clock: Clock) -> Callable[..., list[str]]:
    """Match, let the messages go, and give the texts that went to a phone."""

    def send(phone: str) -> list[str]:
        county.match()
        clock.tick(later=True)
        bodies = [orjson.loads(one.body) for one in outside.received if one.path == "/sms"]
        return [body["text"] for body in bodies if body["to"] == phone]

    return send


_phones = iter(range(13800000001, 13800009999))


def reachable(county: County, phone: str | None = None, **given: Any) -> tuple[UUID, str]:
    phone = phone or str(next(_phones))
    consents = [registry.ConsentPurpose.registration, registry.ConsentPurpose.automated_matching, MESSAGES]
    return county.worker(**{"phone": phone, "consents": consents, **given}), f"+86{phone}"


_replies = iter(range(1, 10_000))


def answer(county: County, phone: str, text: str, **given: Any) -> c.SmsReplyTaken:
    reply = c.ReceiveSms.model_validate({"reply_id": f"r{next(_replies)}", "phone": phone, "text": text, **given})
    found = county.platform.public().ask(reply)
    county.platform.settle()
    return found


def test_offers_go_out_once_a_day_and_are_answered_by_number(
    county: County, sent: Callable[..., list[str]], outside: Outside, clock: Clock
) -> None:
    me, phone = reachable(county, name="石学梅")
    (text,) = sent(phone)
    assert text.startswith("【送岗】石学梅您好")
    assert "1." in text
    assert "2." in text
    assert "4500-6000元/月" in text
    assert "都不去回复0" in text
    assert sent(phone) == [text]
    ordered = sorted(county.live(me), key=lambda offer: (-offer.score, str(offer.id)))
    taken = answer(county, phone, " １去。")
    assert (taken.outcome, taken.answers) == (c.ReplyOutcome.answered, 1)
    offers = {offer.id: offer for offer in county.offers(me)}
    assert offers[ordered[0].id].state is ACCEPTED
    assert offers[ordered[0].id].answered_by == "sms"
    assert offers[ordered[1].id].state is postings.RecommendationState.offered
    outside.received.clear()
    clock.tick(later=True)
    confirmed = [orjson.loads(one.body)["text"] for one in outside.received if one.path == "/sms"]
    assert any("您愿意去" in one for one in confirmed)


def test_the_same_reply_again_is_the_same_reply(county: County, sent: Callable[..., list[str]]) -> None:
    me, phone = reachable(county)
    sent(phone)
    first = answer(county, phone, "2不去", reply_id="gateway-77")
    again = answer(county, phone, "2不去", reply_id="gateway-77")
    assert first == again
    assert [offer.state for offer in county.offers(me)].count(DECLINED) == 1
    rows = [row for row in county.hq.ask(c.ListSmsReplies(limit=500)).items if row.worker_ids == [me]]
    assert len(rows) == 1


def test_none_of_them_declines_all(county: County, sent: Callable[..., list[str]]) -> None:
    for words in ("0", "都不去"):
        me, phone = reachable(county)
        sent(phone)
        assert answer(county, phone, words).answers == 2
        assert {offer.state for offer in county.offers(me)} == {DECLINED}


def test_a_family_on_one_phone_has_numbers_for_each(county: County, sent: Callable[..., list[str]]) -> None:
    mother, phone = reachable(county)
    daughter, _ = reachable(county, phone[3:])
    texts = sent(phone)
    assert len(texts) == 2
    firsts = sorted(int(re.search(r"岗位: (\d+)\.", text)[1]) for text in texts)  # type: ignore[index]
    assert firsts == [1, 11]
    assert answer(county, phone, "都不去").outcome is c.ReplyOutcome.needs_person
    assert answer(county, phone, "11").answers == 1
    states = {person: {offer.state for offer in county.offers(person)} for person in (mother, daughter)}
    assert sorted(ACCEPTED in found for found in states.values()) == [False, True]
    assert answer(county, phone, "0").answers == 2


def test_what_is_not_clear_comes_before_a_person(county: County, sent: Callable[..., list[str]]) -> None:
    me, phone = reachable(county)
    sent(phone)
    for words in ("等我老公回来再说", "7", "不去1 2", "1去1不去", ""):
        assert answer(county, phone, words).outcome is c.ReplyOutcome.needs_person
    assert {offer.state for offer in county.offers(me)} == {postings.RecommendationState.offered}
    waiting = county.hq.ask(c.ListSmsReplies(is_open=True, limit=500)).items
    mine = [row for row in waiting if row.worker_ids == [me]]
    assert "等我老公回来再说" in {row.text for row in mine}
    handled = county.hq.ask(c.HandleSmsReply(id=mine[0].id, handling="已电话联系"))
    assert handled.handled_by == "user:hq-test"
    with refused("state.illegal_transition"):
        county.hq.ask(c.HandleSmsReply(id=mine[0].id, handling="再次"))


def test_an_offer_that_ended_meanwhile_is_told_so(county: County, sent: Callable[..., list[str]]) -> None:
    me, phone = reachable(county)
    sent(phone)
    chosen = min(county.live(me), key=lambda offer: (-offer.score, str(offer.id)))
    county.hq.ask(
        postings.AnswerRecommendation(recommendation_id=chosen.id, answer=postings.Answer.declined, reason="太远")
    )
    taken = answer(county, phone, "1")
    assert (taken.outcome, taken.answers) == (c.ReplyOutcome.needs_person, 0)


def test_who_did_not_agree_or_unsubscribed_is_sent_nothing(county: County, sent: Callable[..., list[str]]) -> None:
    _, silent = reachable(county, consents=[registry.ConsentPurpose.registration])
    assert sent(silent) == []
    _, phone = reachable(county)
    assert len(sent(phone)) == 1
    assert answer(county, phone, "退订").outcome is c.ReplyOutcome.unsubscribed
    reachable(county, phone[3:])
    assert len(sent(phone)) == 1


def test_a_refusal_is_taken_back_on_the_workers_word(
    county: County, sent: Callable[..., list[str]], platform: TestPlatform
) -> None:
    me, phone = reachable(county, division="522631109")
    assert answer(county, phone, "T").outcome is c.ReplyOutcome.unsubscribed
    township = platform.area("522631109")
    assert township.ask(c.GetSmsStanding(worker_id=me)).is_opted_out
    with refused("resource.not_found"):
        platform.area("522631110").ask(c.ResumeSms(worker_id=me, reason="替别人说"))
    resumed = township.ask(c.ResumeSms(worker_id=me, reason="本人来电, 说是误回"))
    assert (resumed.is_opted_out, resumed.has_phone) == (False, True)
    assert len(sent(phone)) == 1
    platform.settle()
    (entry,) = county.hq.ask(identity.ListAudit(subject_id=str(me), action="sms.resumed")).items
    assert (entry.purpose, entry.scope) == ("本人来电, 说是误回", "area:522631109")


def test_a_stranger_is_not_answered(county: County, outside: Outside, notify_settings: Settings, clock: Clock) -> None:
    outside.received.clear()
    assert answer(county, "13999999999", "1").outcome is c.ReplyOutcome.unknown_sender
    clock.tick(later=True)
    assert outside.received == []


def test_staff_push_now_and_only_their_own(county: County, notify_settings: Settings, platform: TestPlatform) -> None:
    here, _ = reachable(county, division="522631111")
    there, _ = reachable(county, division="522631110")
    platform.settle()
    township = platform.area("522631111")
    report = township.ask(c.PushRecommendations(worker_ids=[here, there]))
    assert (report.queued, report.already, report.missing) == (1, 0, 1)
    assert township.ask(c.PushRecommendations(division="522631111")).already == 1


def test_without_a_gateway_a_push_is_refused(county: County) -> None:
    with refused("channel.not_ready"):
        county.hq.ask(c.PushRecommendations(division="522631111"))


def test_erasure_takes_the_words_away(county: County, sent: Callable[..., list[str]], platform: TestPlatform) -> None:
    me, phone = reachable(county)
    sent(phone)
    answer(county, phone, "我生病了")
    county.hq.ask(registry.EraseWorker(worker_id=me, reason="本人书面申请删除"))
    platform.settle()
    (row,) = [row for row in county.hq.ask(c.ListSmsReplies(limit=500)).items if row.worker_ids == [me]]
    assert row.text == ""
    assert answer(county, phone, "1").outcome is c.ReplyOutcome.unknown_sender


def test_over_http(county: County, sent: Callable[..., list[str]], http: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    me, phone = reachable(county)
    (text,) = sent(phone)
    body = {"reply_id": "http-1", "phone": phone, "text": "1"}
    assert http.post(f"{API}/public/sms-replies", json=body).json()["code"] == "channel.not_ready"
    monkeypatch.setattr(county.platform.settings, "sms_inbound_token", SecretStr("gateway-secret"))
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic gateway-secret"}):
        assert http.post(f"{API}/public/sms-replies", json=body, headers=headers).status_code == 401
    taken = http.post(f"{API}/public/sms-replies", json=body, headers={"Authorization": "Bearer gateway-secret"})
    assert (taken.status_code, taken.json()["outcome"]) == (200, "answered")
    assert ACCEPTED in {offer.state for offer in county.offers(me)}
    code = re.search(r"/s/([\w-]+)", text)[1]  # type: ignore[index]
    opened = http.get(f"/s/{code}", follow_redirects=False)
    assert opened.status_code == 303
    assert opened.headers["location"].startswith("/w/")
    assert http.get(opened.headers["location"]).status_code == 200
    assert http.get("/s/nothing", headers={"accept": "text/html"}).status_code == 404
    with county.platform.hosted["notify"].runtime.database.transaction(service_context("notify")) as session:
        ended = update(OfferPush).where(col(OfferPush.worker_id) == me).values(expires_at=session.now)
        session.execute(ended)
    assert http.get(f"/s/{code}", headers={"accept": "text/html"}).status_code == 401
    listed = http.as_hq().get(f"{API}/hq/sms-replies?outcome=answered").json()["items"]
    assert str(me) in {worker for row in listed for worker in row["worker_ids"]}


@pytest.mark.parametrize(
    ("text", "accepts", "declines"),
    [
        ("1", [1], []),
        ("１、２", [1, 2], []),
        ("我想去1号岗位", [1], []),
        ("选二", [2], []),
        ("1去 2不去", [1], [2]),
        ("不去2", [], [2]),
        ("1不去,2不去", [], [1, 2]),
        ("11 12", [11, 12], []),
        ("13800138000", [], []),
        ("1万工资吗", [], []),
        ("1不去1", [], []),
    ],
)
def test_numbers_are_read_or_left_to_a_person(text: str, accepts: list[int], declines: list[int]) -> None:
    said = read_reply(text)
    assert (said.accepts, said.declines) == (accepts, declines)


@pytest.mark.parametrize("text", ["T", "td", "退订", " 退订。"])
def test_unsubscribing_is_understood(text: str) -> None:
    assert read_reply(text).is_no_more


@settings(deadline=None, max_examples=200)
@given(
    text=st.text(alphabet="0123456789去不要都，, 一二TtD号x", max_size=12),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3),
)
def test_an_answer_is_given_only_to_offers_that_were_sent(text: str, sizes: list[int]) -> None:
    pushes = [
        c.PushedOffers(worker_id=new_id(), first_number=1 + 10 * n, recommendation_ids=[new_id() for _ in range(size)])
        for n, size in enumerate(sizes)
    ]
    said = read_reply(text)
    owned = {(push.worker_id, offer) for push in pushes for offer in push.recommendation_ids}
    found = choices(said, pushes)
    assert {(worker, offer) for worker, offer, _ in found} <= owned
    assert len({offer for _, offer, _ in found}) == len(found)
    assert said.is_understood or not found
