"""What dispatch refuses about fares."""

from __future__ import annotations

from shared.contracts.errors import ProblemCode, ProblemKind

REIMBURSEMENT_CHARTERED_SEAT = ProblemCode(
    "reimbursement.chartered_seat",
    ProblemKind.conflict,
    zh="这一段乘坐的是组织包车, 不能再报销车费。",
    en="This leg was covered by a seat on a chartered coach; its fare is not repaid.",
)
REIMBURSEMENT_TICKET_USED = ProblemCode(
    "reimbursement.ticket_used",
    ProblemKind.conflict,
    zh="票号 {ticket_no} 已经报销过, 一张票只报一次。",
    en="Ticket {ticket_no} is already part of a claim; a ticket is repaid once.",
)
REIMBURSEMENT_ALREADY_THIS_YEAR = ProblemCode(
    "reimbursement.already_this_year",
    ProblemKind.conflict,
    zh="{year} 年已申报过车费, 每人每年一次。",
    en="A fare was already claimed for {year}; it is paid once a year.",
)
REIMBURSEMENT_NO_POLICY = ProblemCode(
    "reimbursement.no_policy",
    ProblemKind.conflict,
    zh="没有适用于该目的地和日期的车费补助政策。",
    en="No fare policy covers this destination and day.",
)
REIMBURSEMENT_NOT_STARTED = ProblemCode(
    "reimbursement.not_started",
    ProblemKind.conflict,
    zh="还没有上岗回执, 不能批准车费报销。",
    en="No receipt says that this worker started; the fare cannot be approved.",
)
REIMBURSEMENT_MONTHS_NOT_REACHED = ProblemCode(
    "reimbursement.months_not_reached",
    ProblemKind.conflict,
    zh="连续务工未满 {months} 个月 (最早 {from_on} 可批准)。",
    en="The policy asks for {months} months of work; this can be approved from {from_on}.",
)
REIMBURSEMENT_NEEDS_ANOTHER = ProblemCode(
    "reimbursement.needs_another_officer",
    ProblemKind.conflict,
    zh="金额超过 {limit_cents} 分的报销须由两位工作人员先后批准, 同一人不能批准两次。",
    en="A claim of more than {limit_cents} fen is approved by two officers; the same one cannot do both.",
)
REIMBURSEMENT_HAS_FINDINGS = ProblemCode(
    "reimbursement.has_findings",
    ProblemKind.conflict,
    zh="有 {findings} 处与他人报销相似, 请核对后再批准。",
    en="{findings} of its legs resemble another person's claim; look at them before approving.",
)
REIMBURSEMENT_UNDER_AGE = ProblemCode(
    "reimbursement.under_age",
    ProblemKind.conflict,
    zh="未满 {minimum_age} 周岁, 不符合补助条件。",
    en="The policy is for people of {minimum_age} years or more.",
)
REIMBURSEMENT_NO_SUCH_LEG = ProblemCode(
    "reimbursement.no_such_leg",
    ProblemKind.invalid,
    zh="这张报销单没有第 {position} 张票。",
    en="This claim has no ticket number {position}.",
)
FARE_POLICY_UNCHANGED = ProblemCode(
    "fare_policy.unchanged",
    ProblemKind.conflict,
    zh="与现行版本完全相同, 没有新增版本。",
    en="This is what the latest version says already; no version was added.",
)
