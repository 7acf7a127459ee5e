"""From the answer to the receipt, and the care afterwards."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from deploy.demo.county import County

ACCEPTED = 120
SEATS = 45


def answer(county: County) -> str:
    """Some accept their first posting, some decline it with a reason."""
    rng = random.Random(county.seed)
    declined = 0
    for worker in county.hq.all("/hq/workers"):
        if len(county.accepted) >= min(ACCEPTED, county.people // 4):
            break
        offers = county.hq.get(f"/hq/workers/{worker['id']}/recommendations")["items"]
        if not offers:
            continue
        path = f"/hq/workers/{worker['id']}/recommendations/{offers[0]['id']}/answer"
        if rng.random() < 0.8:
            county.hq.post(path, {"answer": "accepted"})
            county.accepted.append({**offers[0], "worker_id": worker["id"]})
        else:
            county.hq.post(path, {"answer": "declined", "reason": "离家太远"})
            declined += 1
    return f"{len(county.accepted)} 人接受, {declined} 人谢绝 (离家太远)"


def issue_orders(county: County) -> str:
    """The outpost is that of the posting's city."""
    by_employer = {employer: code for code, employer in county.employers.items()}
    depart_on = (date.today() + timedelta(days=2)).isoformat()
    for offer in county.accepted:
        county.orders.append(
            county.hq.once_heard(
                "/hq/dispatch-orders",
                {
                    "worker_id": offer["worker_id"],
                    "posting_id": offer["posting_id"],
                    "outpost": by_employer[offer["employer_id"]],
                    "depart_on": depart_on,
                },
            )
        )
    numbers = [order["order_no"] for order in county.orders]
    return f"{len(numbers)} 张派遣单, {numbers[0]} 至 {numbers[-1]}" if numbers else "没有可派遣的人"


def travel(county: County) -> str:
    """A coach a city; nearly everyone boards, arrives and is handed over."""
    trips = boarded = 0
    for code in county.codes:
        going = [order for order in county.orders if order["outpost"] == code]
        if not going:
            continue
        trip = county.hq.post(
            "/hq/trips",
            {
                "coach_kind": "大巴",
                "seats": SEATS,
                "plate": f"贵H{50100 + trips}",
                "depart_at": (datetime.now(UTC) + timedelta(days=2)).isoformat(),
                "pickups": [{"division": "522631001"}],
                "outposts": [code],
            },
        )
        trips += 1
        for order in going[:SEATS]:
            county.hq.post(f"/hq/trips/{trip['id']}/seats", {"order_id": order["id"]})
            county.hq.post(f"/hq/trips/{trip['id']}/boardings", {"order_id": order["id"]})
            boarded += 1
        county.hq.post(f"/hq/trips/{trip['id']}/departure", {})
        if code != "wenling":
            county.outposts[code].once_heard(f"/outposts/{code}/trips/{trip['id']}/arrival", {})
            county.outposts[code].post(f"/outposts/{code}/trips/{trip['id']}/handovers", {})
    return f"{trips} 班包车, {boarded} 人实名上车; 开往温岭的一班还在路上"


def receive_receipts(county: County) -> str:
    rng = random.Random(county.seed + 1)
    not_started = 0
    for order in county.orders:
        code = order["outpost"]
        if code == "wenling" or rng.random() < 0.1:
            continue
        body: dict[str, Any] = {"order_id": order["id"], "outcome": "started", "started_on": date.today().isoformat()}
        body["wage_cents"] = rng.randrange(42, 60) * 10_000
        if rng.random() < 0.06:
            body = {"order_id": order["id"], "outcome": "not_started", "reason": "体检未通过"}
            not_started += 1
        receipt = county.outposts[code].once_heard(f"/outposts/{code}/receipts", body)
        if receipt["outcome"] == "started":
            county.started.append(order)
    return f"{len(county.started)} 人上岗, {not_started} 人未上岗退回重新推荐, 其余待回执"


def care(county: County) -> str:
    """A few cases with their statutory clocks, and visitors of the warm houses."""
    kinds = (
        ("wage_dispute", "工资少发两天, 厂方称考勤缺卡", 60_000),
        ("injury_claim", "操作冲床时手指受伤, 单位未申报工伤", 4_200_000),
        ("advice", "咨询离职后社保如何转移", None),
    )
    cases = visits = 0
    for number, order in enumerate(county.started[:12]):
        code = order["outpost"]
        outpost = county.outposts[code]
        if number < 9:
            kind, summary, claimed = kinds[number % 3]
            body = {
                "worker_id": order["worker_id"],
                "kind": kind,
                "facts_on": (date.today() - timedelta(days=number)).isoformat(),
                "summary": summary,
            }
            outpost.once_heard(
                f"/outposts/{code}/cases", {**body, **({"amount_claimed_cents": claimed} if claimed else {})}
            )
            cases += 1
        outpost.post(
            f"/outposts/{code}/warm-house/visits",
            {"worker_id": order["worker_id"], "services": ["rest", "job_search"]},
        )
        visits += 1
    return f"{cases} 件维权立案并计算法定时限, 暖心屋 {visits} 次到访"


def train(county: County) -> str:
    """A course, a session, its list, its certificates; the skill reaches the worker by the event."""
    today, days = date.today(), 7
    taught = [(today - timedelta(days=days - 1 - number)).isoformat() for number in range(days)]
    session = county.hq.post(
        "/hq/training-sessions",
        {
            "course": "beekeeping",
            "place": "岩洞镇就业服务中心",
            "division": "522631107",
            "starts_on": taught[0],
            "ends_on": taught[-1],
            "capacity": 30,
        },
    )
    busy = {order["worker_id"] for order in county.orders}
    pupils = [worker["id"] for worker in county.hq.all("/hq/workers") if worker["id"] not in busy][:20]
    for worker_id in pupils:
        county.hq.once_heard(f"/hq/training-sessions/{session['id']}/enrolments", {"worker_id": worker_id})
    for day in taught:
        county.hq.post(f"/hq/training-sessions/{session['id']}/attendance", {"on": day, "present": pupils})
    issued = county.hq.post(f"/hq/training-sessions/{session['id']}/certificates", {})
    items = issued["items"]
    return f"养蜂创业班 {len(pupils)} 人, 结业证书 {items[0]['certificate_no']} 起 {len(items)} 张"


def read_ledger(county: County) -> str:
    if not county.started:
        return "还没有人上岗"
    worker_id = county.started[0]["worker_id"]
    entries = county.hq.get(f"/hq/workers/{worker_id}/ledger", limit=200)["items"]
    essentials = county.hq.get(f"/hq/workers/{worker_id}/essentials")
    titles = " → ".join(entry["title"] for entry in reversed(entries[-8:]))
    return f"一位劳动力的台账 {len(entries)} 条 ({titles}); 八个一已有 {essentials['present']} 项"
