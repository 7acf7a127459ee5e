"""From roster and feeds to at least two postings each, and the slips that say so."""

from __future__ import annotations

from datetime import date, timedelta

from deploy.demo.api import Api
from deploy.demo.county import County
from deploy.demo.jobs import EMPLOYERS, make_feed, make_uscc
from deploy.demo.people import make_roster

JOBS_PER_EMPLOYER = 30


def open_outposts(county: County) -> str:
    for code in county.codes:
        county.hq.post(
            f"/hq/outposts/{code}/users",
            {"username": f"demo.{code}", "password": county.password, "role": "outpost_lead"},
        )
        county.outposts[code] = Api.sign_in(county.url, f"demo.{code}", county.password)
    return f"7 个站点账号 demo.<站点>, 密码 password {county.password}"


def import_roster(county: County) -> str:
    file = make_roster(county.people, county.seed)
    state = county.hq.job(
        "POST",
        "/hq/worker-imports",
        files={"file": ("黎平县劳动力花名册.xlsx", file)},
        params={"consents": consents_of(county)},
    )
    bad = "; ".join(f"第{p['row']}行 {p['field']}: {p['message_zh']}" for p in state["problems"][:3])
    return f"{state['rows']} 行: 入库 {state['accepted']}, 退回 {state['rejected']} ({bad})"


def consents_of(county: County) -> list[str]:
    """Every purpose that the platform knows: the demo's people signed them all."""
    import httpx

    document = httpx.get(f"{county.url}/openapi.json", timeout=60).json()
    found: list[str] = document["components"]["schemas"]["ConsentPurpose"]["enum"]
    return found


def register_employers(county: County) -> str:
    today = date.today()
    for serial, (code, name) in enumerate(EMPLOYERS.items(), start=1):
        employer = county.hq.post("/hq/employers", {"name": name, "uscc": make_uscc(serial)})
        county.employers[code] = employer["id"]
        county.hq.post(
            f"/hq/employers/{employer['id']}/agreements",
            {"valid_from": today.isoformat(), "valid_to": (today + timedelta(days=365)).isoformat()},
        )
        key = county.hq.post(f"/hq/employers/{employer['id']}/api-keys", {"label": "招聘系统接口"})
        county.partners[code] = Api(county.url, key["key"])
    return f"{len(EMPLOYERS)} 家企业签订劳务合作框架协议"


def take_feeds(county: County) -> str:
    opened = findings = 0
    for code, partner in county.partners.items():
        run = partner.job(
            "PUT",
            "/partner/feeds/main",
            content=make_feed(code, jobs=JOBS_PER_EMPLOYER, seed=county.seed),
            headers={"Content-Type": "application/xml"},
        )
        opened += run["opened"]
        findings += len(run["problems"])
    return f"{opened} 个岗位上线, 一致性报告 {findings} 条提示"


def match(county: County) -> str:
    found = county.hq.job("POST", "/hq/matchings", json={"minimum": 2, "maximum": 5, "offers_per_opening": 3})
    return (
        f"{found['seekers']} 名求职者: {found['covered']} 人各得两条以上, {found['uncovered']} 人列入待补清单; "
        f"推荐 {found['recommendations']} 条, 每个名额最多 {found['max_offers_per_opening']} 次"
    )


def print_slips(county: County) -> str:
    township = county.hq.get("/hq/workers", limit=1)["items"][0]["division"][:9]
    batch = county.hq.job("POST", "/hq/recommendation-slips", json={"division": township})
    slips = batch.get("slips", batch.get("printed"))
    return f"{township} 的推荐单已生成 PDF ({slips})"
