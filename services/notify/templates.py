"""What each message says, in Chinese and English. Texts for groups name nobody (个人信息保护)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.scopes import OutpostCode
from shared.reference import division_name, outpost_place


@dataclass(frozen=True)
class Text:
    title: str
    text: str


@dataclass(frozen=True)
class Template:
    """A message in both languages; `link` is a path on this site."""

    zh: Text
    en: Text
    link: str | None = None


TEMPLATES: dict[str, Template] = {
    "recommendation_digest": Template(
        Text("新的岗位推荐", "为您挑选了 {count} 个岗位, 请查看并答复是否愿意去。"),
        Text("New job recommendations", "{count} jobs were chosen for you. Please look and say whether you want one."),
        "/worker/recommendations",
    ),
    "recommendation_sms": Template(
        Text("岗位推荐", "为您推荐了岗位, 想去请回复数字。"),
        Text("Job recommendations", "Jobs were chosen for you; answer with a number."),
    ),
    "sms_reply_taken": Template(Text("已收到", "【送岗】{text}"), Text("Received", "[Songgang] {text}")),
    "recommendation_group_digest": Template(
        Text("送岗到村", "{place}的乡亲们: 今天又推荐了 {count} 个岗位, 请扫推荐单二维码或打开就业服务页面查看。"),
        Text("Jobs for the village", "{place}: {count} jobs were recommended today. Scan your slip to see yours."),
    ),
    "outreach_planned": Template(
        Text("送岗下村", "{day} 在{place}举办送岗下村, 工作人员带着岗位到村里来, 欢迎到场。"),
        Text("Jobs come to the village", "{day}: staff bring jobs to {place}. Everybody is welcome."),
    ),
    "outreach_cancelled": Template(
        Text("送岗下村取消", "原定 {day} 在{place}的送岗下村取消, 时间另行通知。"),
        Text("Village event called off", "The event of {day} in {place} is called off; a new day will be told."),
    ),
    "fair_planned": Template(
        Text("招聘会", "{day} 在{place}举办招聘会, 多家企业到场面试, 欢迎参加。"),
        Text("Job fair", "{day}: a job fair in {place}; employers interview on the spot. Everybody is welcome."),
    ),
    "fair_cancelled": Template(
        Text("招聘会取消", "原定 {day} 在{place}的招聘会取消, 时间另行通知。"),
        Text("Job fair called off", "The job fair of {day} in {place} is called off; a new day will be told."),
    ),
    "announcement": Template(Text("通知", "{text}"), Text("Notice", "{text}")),
    "group_digest": Template(Text("【就业服务】", "{text}"), Text("Employment service", "{text}")),
    "dispatch_order": Template(
        Text("派遣单已开出", "您的派遣单 {order_no} 已开出, 计划 {depart_on} 出发去{city}, 请留意乘车通知。"),
        Text("Your dispatch order", "Order {order_no} is issued: you leave for {city} on {depart_on}."),
        "/worker/trip",
    ),
    "seat_confirmed": Template(
        Text("乘车通知", "您去{city}的座位已定: {seat_no} 号, {boards_at} 在{place}上车。请带身份证和乘车码。"),
        Text("Your seat", "Seat {seat_no} to {city}: get on at {place}, {boards_at}. Bring your ID and show the code."),
        "/worker/trip",
    ),
    "seat_moved_up": Template(
        Text("候补成功", "您已候补到去{city}的 {seat_no} 号座位, {boards_at} 在{place}上车。请带身份证。"),
        Text(
            "You have a seat", "From the waiting list: seat {seat_no} to {city}, {place}, {boards_at}. Bring your ID."
        ),
        "/worker/trip",
    ),
    "seat_lost": Template(
        Text("座位未保留", "您去{city}的座位或候补没有保留, 派遣单仍有效, 我们会为您安排下一班。"),
        Text(
            "Seat not kept", "Your seat or place to {city} was not kept. Your order stands; the next coach is sought."
        ),
        "/worker/trip",
    ),
    "trip_cancelled": Template(
        Text("班次取消", "您去{city}的包车取消了, 派遣单仍有效, 请等候新的乘车通知。"),
        Text("Coach called off", "Your coach to {city} was called off. Your order stands; wait for the next notice."),
        "/worker/trip",
    ),
    "boarded": Template(
        Text("已上车", "您已上车, 目的地{city}, 站点联络员会在那里接您。一路平安!"),
        Text("On board", "You are on board for {city}; the outpost's officer will meet you. Safe journey!"),
        "/worker/trip",
    ),
    "missed": Template(
        Text("您没有赶上车", "去{city}的包车已经出发, 您没有上车。站点会马上联系您, 也可以直接打电话给我们。"),
        Text("You missed the coach", "The coach to {city} has left without you. The outpost will call you at once."),
        "/worker/trip",
    ),
    "arrived": Template(
        Text("已到站", "您乘的包车已到{city}, 请带好行李, 等站点联络员接您。"),
        Text(
            "The coach is there", "Your coach has reached {city}. Take your luggage; the outpost's officer meets you."
        ),
        "/worker/trip",
    ),
    "order_cancelled": Template(
        Text("派遣单已取消", "去{city}的派遣单已取消, 您可以另选岗位。有疑问请联系我们。"),
        Text("Order cancelled", "Your order to {city} was cancelled. You can choose another job; ask us if in doubt."),
        "/worker/recommendations",
    ),
    "placement_started": Template(
        Text("上岗已登记", "您在{city}于 {started_on} 上岗, 登记月工资 {yuan} 元。不对请告诉当地服务站。"),
        Text("You started work", "Recorded: work in {city} since {started_on}, CNY {yuan} a month. Tell us if not so."),
        "/worker/trip",
    ),
    "handed_over": Template(
        Text("已到达", "您已到{city}并交接给服务站或用工企业。有困难请随时联系当地服务站。"),
        Text(
            "Arrived", "You have arrived in {city} and were met. Whatever happens, the outpost there is yours to call."
        ),
        "/worker/trip",
    ),
    "reimbursement_approved": Template(
        Text("车费报销已批准", "您的车费报销 {yuan} 元已批准, 将发放到您登记的社保卡。"),
        Text("Fare approved", "Your fare claim of CNY {yuan} is approved and will be paid to your registered card."),
        "/worker/reimbursements",
    ),
    "trip_planned": Template(
        Text("包车班次", "{depart_at} 有一班 {seats} 座包车开往{city}, 请安排接站。"),
        Text("Coach planned", "A coach with {seats} seats leaves for {city} at {depart_at}. Please plan to meet it."),
        "/outpost/trips",
    ),
    "deadline_near": Template(
        Text("法定时限临近", "有一件维权案件的法定时限将于 {due_on} 到期, 请登录后查看。"),
        Text("Statutory deadline near", "A rights case has a statutory deadline on {due_on}. Sign in to see it."),
        "/outpost/cases",
    ),
    "recommendation_revised": Template(
        Text("岗位有变化", "您答应去的岗位有变动（工资、地点或要求）, 请查看; 不愿意去了可以改答复。"),
        Text("A job has changed", "A job that you accepted has changed (pay, place or terms). Look, and answer anew."),
        "/worker/recommendations",
    ),
    "recommendation_lost": Template(
        Text("岗位已结束", "您答应去的一个岗位已经关闭或招满, 请看看为您推荐的其他岗位。"),
        Text("A job has ended", "A job that you accepted has been closed or filled. Please look at your other offers."),
        "/worker/recommendations",
    ),
    "posting_expiry_near": Template(
        Text("岗位即将到期", "有 {count} 个本站征集的岗位将在五天内到期, 请与企业核实后延期或关闭。"),
        Text("Postings end soon", "{count} postings of this outpost end within five days. Prolong or close them."),
        "/outpost/postings",
    ),
    "posting_stale": Template(
        Text("岗位需要确认", "有 {count} 个本站征集的岗位超过三十天没有确认, 已停止推荐, 请向企业核实。"),
        Text(
            "Postings to confirm", "{count} postings of this outpost were not confirmed for 30 days and are withheld."
        ),
        "/outpost/postings",
    ),
    "follow_up_due": Template(
        Text("跟踪服务到期", "今天有 {count} 位务工人员需要回访。"),
        Text("Follow-ups due", "{count} workers are to be asked after today."),
        "/outpost/follow-ups",
    ),
    "receipt_overdue": Template(
        Text("就业回执逾期", "派遣单 {order_no} 出发已超过 {days} 天, 还没有收到就业回执单。"),
        Text("Receipt overdue", "No employment receipt for dispatch order {order_no}, {days} days after departure."),
        "/outpost/dispatch-orders",
    ),
    "receipt_overdue_hq": Template(
        Text("就业回执逾期", "派遣单 {order_no}({city}) 出发已超过 {days} 天仍无就业回执单, 请督促服务站核实。"),
        Text("Receipt overdue", "Order {order_no} to {city}: no receipt {days} days after departure. Ask the outpost."),
        "/hq/dispatch-orders",
    ),
    "contract_due": Template(
        Text("劳务合同待补", "有务工人员上岗满一个月还没有登记劳务合同, 或合同即将到期, 请登录后查看。"),
        Text("Labour contracts", "A worker's labour contract is missing or about to end. Sign in to see whose."),
        "/outpost/labor-contracts",
    ),
    "transfer_requested": Template(
        Text("转岗申请", "{city}服务站请求转入 1 位务工人员, 请接收或说明原因。"),
        Text("Job transfer", "The {city} outpost asks you to receive a worker. Please accept or say why not."),
        "/outpost/transfers",
    ),
    "phone_code": Template(
        Text("验证码", "【送岗】验证码 {code}, {minutes} 分钟内有效。工作人员不会向您索要验证码。"),
        Text("Sign-in code", "[Songgang] Your code is {code}, valid for {minutes} minutes. Staff never ask for it."),
    ),
}


def rendered(template: str, params: Mapping[str, Any], locale: str) -> Text:
    """The words of a message in a reader's language."""
    chosen = TEMPLATES[template].en if locale == "en" else TEMPLATES[template].zh
    known = {**params, **_named(params)}
    return Text(chosen.title, chosen.text.format_map(known))


def _named(params: Mapping[str, Any]) -> dict[str, str]:
    """Places by their names; rows keep codes."""
    named: dict[str, str] = {}
    if "outpost" in params:
        named["city"] = outpost_place(OutpostCode(params["outpost"])).city
    if "division" in params:
        named["place"] = division_name(params["division"])
    return named
