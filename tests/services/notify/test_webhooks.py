"""Standard Webhooks 1.0.0, with the reference library as the judge; retries, 410, replay, and who hears of what."""

from __future__ import annotations

import base64
import secrets
import socket
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from standardwebhooks import Webhook as Judge

from services.notify import outside as door
from services.notify.signing import SCHEDULE, delay_after
from shared.contracts import dispatch
from shared.contracts import notify as c
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.notify.conftest import Clock, Outside
from tests.support.asker import Asker, refused
from tests.support.events import Announce, announcer
from tests.support.platform import TestPlatform

STARTED = "placement.started"


@pytest.fixture
def announce(platform: TestPlatform) -> Announce:
    return announcer(platform, to="notify")


def secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def placement(employer_id: UUID, outpost: OutpostCode = OutpostCode.dongguan) -> dispatch.PlacementStarted:
    return dispatch.PlacementStarted(
        placement_id=new_id(),
        order_id=new_id(),
        worker_id=new_id(),
        employer_id=employer_id,
        posting_id=new_id(),
        outpost=outpost,
        started_on=date(2026, 11, 20),
        wage_cents=480_000,
    )


def subscribe(asker: Asker, url: str, **given: Any) -> c.WebhookView:
    return asker.ask(c.CreateWebhook(**{"url": url, "topics": [STARTED], "secret": secret(), **given}))


def deliveries(asker: Asker, webhook: c.WebhookView) -> list[c.WebhookDeliveryView]:
    return asker.ask(c.ListWebhookDeliveries(webhook_id=webhook.id)).items


def test_a_partner_gets_a_signed_message_about_its_own_people_alone(
    announce: Announce, partner: Callable[[UUID], Asker], outside: Outside, clock: Clock
) -> None:
    employer, given = new_id(), secret()
    webhook = subscribe(partner(employer), f"{outside.url}/hook", secret=given)
    announce(placement(new_id()))
    announce(placement(employer))
    clock.tick()
    (sent,) = outside.received
    body = Judge(given).verify(sent.body, sent.headers)
    assert (body["type"], body["data"]["employer_id"]) == (STARTED, str(employer))
    assert body["timestamp"]
    (delivery,) = deliveries(partner(employer), webhook)
    assert (str(delivery.id), delivery.state) == (sent.headers["webhook-id"], c.WebhookDeliveryState.delivered)
    with refused("resource.not_found"):
        deliveries(partner(new_id()), webhook)


def test_a_failure_is_tried_again_under_the_same_id_and_a_new_timestamp(
    announce: Announce, partner: Callable[[UUID], Asker], outside: Outside, clock: Clock
) -> None:
    employer = new_id()
    webhook = subscribe(partner(employer), outside.url)
    outside.answers.extend([(500, b""), (302, b""), (200, b"")])
    announce(placement(employer))
    for _ in range(3):
        clock.tick(later=True)
    assert len({received.headers["webhook-id"] for received in outside.received}) == 1
    assert len({received.body for received in outside.received}) == 1
    (delivery,) = deliveries(partner(employer), webhook)
    assert (delivery.attempts, delivery.state, delivery.last_status) == (3, c.WebhookDeliveryState.delivered, 200)


def test_gone_disables_and_unpausing_brings_it_back(
    announce: Announce, partner: Callable[[UUID], Asker], outside: Outside, clock: Clock
) -> None:
    employer = new_id()
    own = partner(employer)
    webhook = subscribe(own, outside.url)
    outside.answers.append((410, b""))
    announce(placement(employer))
    clock.tick()
    assert own.ask(c.GetWebhook(webhook_id=webhook.id)).state is c.WebhookState.disabled
    announce(placement(employer))
    assert [one.state for one in deliveries(own, webhook)] == [c.WebhookDeliveryState.failed]
    own.ask(c.ChangeWebhook(webhook_id=webhook.id, is_paused=False))
    (failed,) = deliveries(own, webhook)
    own.ask(c.ReplayWebhookDelivery(webhook_id=webhook.id, delivery_id=failed.id))
    clock.tick()
    assert outside.received[-1].headers["webhook-id"] == str(failed.id)
    assert deliveries(own, webhook)[0].state is c.WebhookDeliveryState.delivered


def test_after_a_rotation_both_secrets_sign(
    announce: Announce, partner: Callable[[UUID], Asker], outside: Outside, clock: Clock
) -> None:
    employer, old, new = new_id(), secret(), secret()
    own = partner(employer)
    webhook = subscribe(own, outside.url, secret=old)
    own.ask(c.RotateWebhookSecret(webhook_id=webhook.id, secret=new))
    own.ask(c.SendTestWebhook(webhook_id=webhook.id))
    clock.tick()
    (sent,) = outside.received
    assert {Judge(one).verify(sent.body, sent.headers)["type"] for one in (old, new)} == {"webhook.test"}
    assert len(sent.headers["webhook-signature"].split()) == 2
    assert old not in own.ask(c.GetWebhook(webhook_id=webhook.id)).model_dump_json()


def test_outposts_and_hq_have_their_own_subscriptions(
    announce: Announce, hq: Asker, outpost: Callable[[str], Asker], outside: Outside, clock: Clock
) -> None:
    subscribe(hq, f"{outside.url}/hq")
    mine = subscribe(outpost("wenling"), f"{outside.url}/wenling")
    announce(placement(new_id(), OutpostCode.dongguan))
    announce(placement(new_id(), OutpostCode.wenling))
    clock.tick()
    paths = sorted(received.path for received in outside.received)
    assert paths == ["/hq", "/hq", "/wenling"]
    assert mine.id not in {row.id for row in hq.ask(c.ListWebhooks()).items}
    with refused("resource.not_found"):
        outpost("dongguan").ask(c.DeleteWebhook(webhook_id=mine.id))
    outpost("wenling").ask(c.DeleteWebhook(webhook_id=mine.id))
    assert outpost("wenling").ask(c.ListWebhooks()).items == []


def test_topics_of_others_cannot_be_subscribed_to(partner: Callable[[UUID], Asker]) -> None:
    own = partner(new_id())
    assert STARTED in own.ask(c.ListWebhookTopics()).items
    with refused("webhook.topic_unknown") as caught:
        subscribe(own, "https://hr.example.cn", topics=["rights_case.deadline_near", STARTED])
    assert caught[0].facts["topics"] == "rights_case.deadline_near"


@pytest.mark.parametrize(
    "url",
    [
        "http://hr.example.cn/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://2130706433/",
        "https://user:pass@hr.example.cn/",
        "ftp://hr.example.cn/",
    ],
)
def test_addresses_inside_are_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Problem) as caught:
        door.public_address(url, allow_private=False)
    assert caught.value.code == "outside.address_refused"


def test_a_name_that_points_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", ("192.168.0.7", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(Problem):
        door.public_address("https://rebinding.example.cn/", allow_private=False)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both[:1])
    assert door.public_address("https://hr.example.cn/", allow_private=False) == "93.184.216.34"


def test_the_schedule_is_the_standards_with_at_most_ten_per_cent_more() -> None:
    assert SCHEDULE[1:3] == (timedelta(seconds=5), timedelta(minutes=5))
    for attempts in range(1, len(SCHEDULE)):
        delay = delay_after(attempts)
        assert delay is not None
        assert SCHEDULE[attempts] <= delay <= SCHEDULE[attempts] * 1.1
    assert delay_after(len(SCHEDULE)) is None


def test_a_payload_is_plain_json(outside: Outside, hq: Asker, clock: Clock) -> None:
    webhook = subscribe(hq, outside.url)
    hq.ask(c.SendTestWebhook(webhook_id=webhook.id))
    clock.tick()
    assert set(orjson.loads(outside.received[-1].body)) == {"type", "timestamp", "data"}
