"""What dispatch refuses, each with its sentence in both languages."""

from __future__ import annotations

from shared.contracts.errors import ProblemCode, ProblemKind

ORDER_WORKER_HAS_OPEN_ORDER = ProblemCode(
    "order.worker_has_open_order",
    ProblemKind.conflict,
    zh="该劳动力已有未关闭的派遣单, 请先取消或等待回执后再开新单。",
    en="This worker already has an open dispatch order; cancel it or wait for its receipt first.",
)
ORDER_WORKER_IS_PLACED = ProblemCode(
    "order.worker_is_placed",
    ProblemKind.conflict,
    zh="该劳动力仍在岗, 请先登记离岗再开派遣单。",
    en="This worker is at work on an earlier order; record the end of that placement first.",
)
ORDER_WORKER_NOT_ACTIVE = ProblemCode(
    "order.worker_not_active",
    ProblemKind.conflict,
    zh="该劳动力的实名信息已停用或注销, 不能派遣。",
    en="This worker's record is no longer active; no order can be issued.",
)
ORDER_CONSENT_WITHDRAWN = ProblemCode(
    "order.consent_withdrawn",
    ProblemKind.conflict,
    zh="本人已撤回向用工企业提供信息的同意, 不能派遣。",
    en="The worker withdrew the consent to be introduced to employers; no order can be issued.",
)
ORDER_CONSENT_MISSING = ProblemCode(
    "order.consent_missing",
    ProblemKind.conflict,
    zh="本人还没有同意派遣外出务工, 不能开派遣单。请本人签字后在劳动力档案登记同意(派遣), 或请本人在自己的页面上同意。",
    en="The worker has not consented to be dispatched. Have it signed and record the consent `dispatch`, or let the "
    "worker give it on the own page.",
)
ORDER_NEEDS_ACCEPTANCE = ProblemCode(
    "order.needs_accepted_recommendation",
    ProblemKind.conflict,
    zh="该劳动力没有接受这个岗位的推荐; 请先由本人确认, 或写明派遣理由。",
    en="The worker has not accepted a recommendation of this posting; get the answer, or name a reason.",
)
ORDER_REPLACES_NOT_CANCELLED = ProblemCode(
    "order.replaces_not_cancelled",
    ProblemKind.conflict,
    zh="只能重开同一劳动力已取消的派遣单。",
    en="Only a cancelled order of the same worker can be replaced.",
)
ORDER_DEPARTURE_IMPOSSIBLE = ProblemCode(
    "order.departure_impossible",
    ProblemKind.invalid,
    zh="出发日期须在今天前后一年以内。",
    en="The day of departure must lie within a year of today.",
)
ORDER_RECEIPT_EXISTS = ProblemCode(
    "order.receipt_exists",
    ProblemKind.conflict,
    zh="这张派遣单已有就业回执单, 每单只收一张回执。",
    en="This dispatch order already has its employment receipt; exactly one closes an order.",
)
ORDER_CONTRACT_EXISTS = ProblemCode(
    "order.contract_exists",
    ProblemKind.conflict,
    zh="这张派遣单的劳务合同已登记。",
    en="The labour contract of this order is already recorded.",
)
ORDER_CONTRACT_NONE = ProblemCode(
    "order.contract_none",
    ProblemKind.not_found,
    zh="这张派遣单还没有登记劳务合同。",
    en="No labour contract of this order is recorded yet.",
)
ORDER_CONTRACT_OVERLAPS = ProblemCode(
    "order.contract_overlaps",
    ProblemKind.conflict,
    zh="续签合同的起始日期应晚于上一份合同的起始日期 {starts_on}。",
    en="A renewal begins after the contract before it, which began on {starts_on}.",
)
RECEIPT_START_IMPOSSIBLE = ProblemCode(
    "receipt.start_impossible",
    ProblemKind.invalid,
    zh="上岗日期不合理: 不得早于派遣单开具前一年, 也不得晚于今天之后 31 天。",
    en="The day of starting is not possible: at most a year before the order and 31 days from today.",
)
PLACEMENT_END_IMPOSSIBLE = ProblemCode(
    "placement.end_impossible",
    ProblemKind.invalid,
    zh="离岗日期不能早于上岗日期 {started_on}。",
    en="A placement cannot end before it started on {started_on}.",
)
FLEXIBLE_WORKER_HAS_ONE = ProblemCode(
    "flexible.worker_has_one",
    ProblemKind.conflict,
    zh="该劳动力已有进行中的灵活就业记录, 换地方干活在日工名册里写明即可。",
    en="This worker's day work is recorded already; another workplace is named in the roster of days.",
)
FLEXIBLE_DAY_OUTSIDE = ProblemCode(
    "flexible.day_outside",
    ProblemKind.conflict,
    zh="{on} 不在灵活就业期间({started_on} 起)内, 或晚于今天。",
    en="{on} lies outside the spell of day work that began on {started_on}, or after today.",
)
FLEXIBLE_MONTH_CLOSED = ProblemCode(
    "flexible.month_closed",
    ProblemKind.conflict,
    zh="{on} 所在月份已结账, 不能再改。",
    en="The month of {on} is closed; its days can no longer be changed.",
)
FLEXIBLE_END_IMPOSSIBLE = ProblemCode(
    "flexible.end_impossible",
    ProblemKind.invalid,
    zh="结束日期须晚于最后一个有记录的工作日, 且不早于 {started_on}。",
    en="The end must lie after the last recorded day of work and not before {started_on}.",
)
TRIP_SEAT_TAKEN = ProblemCode(
    "trip.seat_taken",
    ProblemKind.conflict,
    zh="{seat_no} 号座位已被他人占用, 请另选座位。",
    en="Seat {seat_no} is held by another order; choose another.",
)
TRIP_FULL = ProblemCode(
    "trip.full",
    ProblemKind.conflict,
    zh="这班车已满座, 可加入候补。",
    en="Every seat of this trip is taken; the order can join the waiting list.",
)
TRIP_SEAT_UNKNOWN = ProblemCode(
    "trip.seat_unknown",
    ProblemKind.invalid,
    zh="这班车只有 {seats} 个座位, 没有 {seat_no} 号。",
    en="This coach has {seats} seats; there is no seat {seat_no}.",
)
TRIP_ORDER_HAS_SEAT = ProblemCode(
    "trip.order_has_seat",
    ProblemKind.conflict,
    zh="这张派遣单已有座位或正在候补, 一单一座。",
    en="This order already has a seat or is on a waiting list; one order, one seat.",
)
TRIP_HOLD_NOT_YOURS = ProblemCode(
    "trip.hold_not_yours",
    ProblemKind.conflict,
    zh="座位只能由占用它的派遣单释放。",
    en="A seat is released only for the order that holds it.",
)
TRIP_NO_SEAT = ProblemCode(
    "trip.no_seat",
    ProblemKind.conflict,
    zh="这张派遣单在本班车没有座位, 不能上车签到。",
    en="This order has no seat on this trip, so nobody can board with it.",
)
TRIP_NOT_GOING_THERE = ProblemCode(
    "trip.not_going_there",
    ProblemKind.conflict,
    zh="这班车不到 {outpost}。",
    en="This trip does not go to {outpost}.",
)
TRIP_COACH_RULES = ProblemCode(
    "trip.coach_rules",
    ProblemKind.invalid,
    zh="行程不符合客运规定: 需要 {drivers_needed} 名驾驶员。",
    en="The journey breaks the rules for coaches: {drivers_needed} drivers are needed.",
)
TRIP_PLACE_UNKNOWN = ProblemCode(
    "trip.place_unknown",
    ProblemKind.invalid,
    zh="没有 {division} 的位置数据, 请改用乡镇(街道)代码。",
    en="There is no position for {division}; give the code of a township.",
)
PLAN_NOT_READY = ProblemCode(
    "trip_plan.not_ready",
    ProblemKind.conflict,
    zh="包车方案还没有算完或没有成功, 不能采用。",
    en="The plan is not finished or did not succeed; it cannot be adopted.",
)
PLAN_ADOPTED = ProblemCode(
    "trip_plan.adopted_already",
    ProblemKind.conflict,
    zh="这个包车方案已经采用过。",
    en="This plan has been adopted already.",
)
PLAN_COACH_UNKNOWN = ProblemCode(
    "trip_plan.coach_unknown",
    ProblemKind.invalid,
    zh="方案里没有 {coach}, 或这种车已经用完。",
    en="The plan has no {coach}, or no coach of that kind is left.",
)
PLAN_COACH_FULL = ProblemCode(
    "trip_plan.coach_full",
    ProblemKind.conflict,
    zh="{coach} 号车只有 {seats} 个座位, 坐不下 {people} 人。",
    en="Coach {coach} has {seats} seats; {people} people do not fit.",
)
PLAN_OFF_THE_LINE = ProblemCode(
    "trip_plan.off_the_line",
    ProblemKind.conflict,
    zh="{coach} 号车上的目的地不在同一条线上, 不能同车。",
    en="The destinations of the people on coach {coach} are not on one line.",
)
PLAN_DAY_IMPOSSIBLE = ProblemCode(
    "trip_plan.day_impossible",
    ProblemKind.conflict,
    zh="{coach} 号车 {depart_on} 出发, 早于有人能走的日子或让人等得太久。",
    en="Coach {coach} leaves on {depart_on}: before somebody can, or after too long a wait.",
)
PLAN_RIDE_TOO_LONG = ProblemCode(
    "trip_plan.ride_too_long",
    ProblemKind.conflict,
    zh="{coach} 号车按客运规定停车休息后, 全程超过 {hours} 小时。",
    en="With the rests that the rules ask for, coach {coach} would be under way for more than {hours} hours.",
)
PLAN_STOP_CLOSED = ProblemCode(
    "trip_plan.stop_closed",
    ProblemKind.conflict,
    zh="{coach} 号车赶不上有的站点规定的停靠时间, 请换一个出发时间或少带几个站点。",
    en="Coach {coach} cannot keep the hours of one of its stops; leave at another time or call at fewer stops.",
)
PLAN_UNCHANGED = ProblemCode(
    "trip_plan.unchanged",
    ProblemKind.conflict,
    zh="这个包车方案没有可以撤销的调整。",
    en="Nothing in this plan was changed, so nothing can be taken back.",
)
