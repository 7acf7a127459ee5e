"""Webhooks and inboxes over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from standardwebhooks import Webhook as Judge

from tests.services.notify.conftest import Clock, Outside


def test_a_partners_subscription_shows_its_secret_once(http: Any, outside: Outside, clock: Clock) -> None:
    partner = http.as_partner(uuid4())
    key = {"Idempotency-Key": str(uuid4())}
    body = {"url": f"{outside.url}/hook", "topics": ["placement.started"]}
    created = [partner.post("/api/v1/partner/webhooks", json=body, headers=key) for _ in range(2)]
    assert [one.status_code for one in created] == [201, 201], created[0].text
    assert created[0].json() == created[1].json()
    secret, url = created[0].json()["secret"], created[0].headers["location"]
    assert "secret" not in partner.get(url).json()
    assert partner.post(f"{url}/test").status_code == 202
    clock.tick()
    sent = outside.received[-1]
    assert Judge(secret).verify(sent.body, sent.headers)["type"] == "webhook.test"
    (delivery,) = partner.get(f"{url}/deliveries").json()["items"]
    assert delivery["state"] == "delivered"
    assert partner.post(f"{url}/deliveries/{delivery['id']}/replay").status_code == 202
    rotated = partner.post(f"{url}/secret-rotation").json()["secret"]
    assert rotated != secret
    assert partner.patch(url, json={"is_paused": True}).json()["state"] == "paused"
    assert http.as_partner(uuid4()).get(url).status_code == 404
    assert partner.delete(url).status_code == 204
    assert partner.get(url).status_code == 404
    unknown = partner.post("/api/v1/partner/webhooks", json={**body, "topics": ["worker.erased"]})
    assert unknown.json()["code"] == "webhook.topic_unknown"


def test_each_audience_has_its_own_endpoints(http: Any) -> None:
    assert "trip.planned" in http.as_hq().get("/api/v1/hq/webhooks/topics").json()["items"]
    wenling = http.as_outpost("wenling")
    assert "follow_up.due" in wenling.get("/api/v1/outposts/wenling/webhooks/topics").json()["items"]
    assert wenling.get("/api/v1/outposts/wenling/messages").json()["items"] == []
    assert http.as_worker(uuid4()).get("/api/v1/worker/messages").json()["items"] == []
    assert http.as_hq().get("/api/v1/hq/messages?channel=sms").json()["items"] == []
