"""送岗下村、招聘会 and the 17 worker groups: jobs brought to the villages, on paper and by word."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.demo.county import County
from shared.reference import division_path

CHINA = ZoneInfo("Asia/Shanghai")
# 17 groups over 9 townships (17个就业人员微信群, 9个乡镇): a township's own, and the largest communities' in them.
TOWNSHIPS, GROUPS = 9, 17


def form_groups(county: County) -> str:
    """The groups of the places where most seekers live; everybody of the demo signed the consent on paper."""
    people = county.hq.all("/hq/workers")
    townships = Counter(person["division"][:9] for person in people)
    chosen = [code for code, _ in townships.most_common(TOWNSHIPS)]
    villages = Counter(person["division"] for person in people if person["division"][:9] in chosen)
    places = chosen + [code for code, _ in villages.most_common() if len(code) == 12][: GROUPS - len(chosen)]
    joined = 0
    for place in places:
        form = {
            "name": f"{division_path(place)}就业人员微信群",
            "division": place,
            "owner": f"{division_path(place)}网格长",
        }
        group = county.hq.post("/hq/worker-groups", form)
        inside = [person["id"] for person in people if person["division"].startswith(place)][:500]
        if inside:
            body = {"worker_ids": inside, "consented_on": date.today().isoformat(), "consent_way": "paper"}
            joined += county.hq.post(f"/hq/worker-groups/{group['id']}/members", body)["joined"]
    return f"{len(places)} 个群覆盖 {len(chosen)} 个乡镇, 入群 {joined} 人次, 都有本人书面同意"


def go_to_a_village(county: County) -> str:
    """Where most seekers live: slips for those who live there, and who came with one wants something of the pack."""
    homes = Counter(person["division"][:9] for person in county.hq.all("/hq/workers"))
    begins = datetime.now(CHINA).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    form = {
        "division": homes.most_common(1)[0][0],
        "venue": "村委会院坝",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=3)).isoformat(),
        "plan": "公司、社区“两委”和网格长一起到村, 讲解岗位, 当场登记意向",
        "staff": [{"name": "杨主任", "task": "岗位讲解"}, {"name": "吴网格长", "task": "签到"}],
    }
    event = county.hq.post("/hq/outreaches", form)
    where = f"/hq/outreaches/{event['id']}"
    pack = county.hq.put(f"{where}/postings", {"at_most": 20})["items"]
    batch = county.hq.job("POST", "/hq/recommendation-slips", json={"outreach_id": event["id"]})
    slips = county.hq.all("/hq/recommendation-slips/slips", batch_id=batch["id"])
    came = [{"slip_no": slip["slip_no"]} for slip in slips[:30]]
    if came:
        county.hq.post(f"{where}/attendance", {"people": came, "came_by": "paper"})
    if came and pack:
        wishes = [{**one, "number": pack[at % len(pack)]["number"]} for at, one in enumerate(came[::3])]
        county.hq.post(f"{where}/wishes", {"wishes": wishes, "came_by": "paper"})
    county.hq.post(f"{where}/closure", {"summary": "村民最关心工资和吃住", "walk_ins": 6})
    result = county.hq.get(f"{where}/result")
    return (
        f"{event['title']}: 带去 {len(pack)} 个岗位, 推荐单 {result['slips']} 张, 签到 {result['attended']} 人, "
        f"意向 {result['wishes']} 条, 其中 {result['accepted']} 条成为推荐"
    )


def hold_a_fair(county: County) -> str:
    """A booth for each employer, a queue at each, the employers' offers and the people's answers."""
    begins = datetime.now(CHINA).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    form = {
        "title": f"{begins.year}年“送岗位、促就业”招聘会",
        "division": "522631001",
        "venue": "德凤街道翘街广场",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=6)).isoformat(),
        "live_stream_url": "https://channels.example.com/live/liping",
    }
    fair = county.hq.post("/hq/job-fairs", form)
    where = f"/hq/job-fairs/{fair['id']}"
    # The demo sends the first of the roster to work; the last ones still seek.
    seekers = iter([person["id"] for person in county.hq.all("/hq/workers")][::-1])
    offered = accepted = 0
    for employer_id in county.employers.values():
        postings = county.hq.get("/hq/postings", employer_id=employer_id, state="open", limit=5)["items"]
        if not postings:
            continue
        body = {"employer_id": employer_id, "posting_ids": [posting["id"] for posting in postings]}
        booth = county.hq.post(f"{where}/booths", body)
        for posting in postings[:2]:
            seeker = next(seekers, None)
            if seeker is None:
                break
            person = {"worker_id": seeker, "booth_id": booth["id"], "posting_id": posting["id"]}
            talk = county.hq.post(f"{where}/interviews", person)
            county.hq.post(f"{where}/interviews/{talk['id']}/result", {"outcome": "offered", "wage_cents": 500_000})
            offered += 1
            accepted += county.hq.allows(f"{where}/interviews/{talk['id']}/answer", {"answer": "accepted"})
    county.hq.post(f"{where}/closure", {"summary": "现场与直播同步进行", "walk_ins": 12, "viewers": 3200})
    result = county.hq.get(f"{where}/result")
    return (
        f"{fair['title']}: {result['booths']} 个展位 {result['openings']} 个名额, 签到 {result['attended']} 人, "
        f"录用意向 {offered} 个, 当场接受 {accepted} 个"
    )
