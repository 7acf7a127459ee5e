"""What training refuses, each with its sentence in both languages."""

from __future__ import annotations

from shared.contracts.errors import ProblemCode, ProblemKind

COURSE_EXISTS = ProblemCode(
    "course.exists", ProblemKind.conflict, zh="课程 {code} 已存在。", en="Course {code} exists already."
)
COURSE_NOT_FOUND = ProblemCode(
    "course.not_found",
    ProblemKind.invalid,
    zh="没有课程 {code}, 或已停开。",
    en="There is no course {code}, or it is no longer given.",
)
COMMISSION_SEATS_EXCEEDED = ProblemCode(
    "training_commission.seats_exceeded",
    ProblemKind.conflict,
    zh="培训委托书 {commission_no} 只剩 {left} 个名额。",
    en="Commission {commission_no} has {left} seats left.",
)
COMMISSION_BUDGET_EXCEEDED = ProblemCode(
    "training_commission.budget_exceeded",
    ProblemKind.conflict,
    zh="超出培训委托书 {commission_no} 的预算: 还剩 {left_cents} 分。",
    en="This exceeds the budget of commission {commission_no}: {left_cents} fen are left.",
)
SESSION_OUTSIDE_COMMISSION = ProblemCode(
    "training_session.outside_commission",
    ProblemKind.invalid,
    zh="班次日期不在培训委托书的期限 ({starts_on} 至 {ends_on}) 内。",
    en="The session's days are outside its commission's ({starts_on} to {ends_on}).",
)
SESSION_TOO_SMALL = ProblemCode(
    "training_session.too_small",
    ProblemKind.conflict,
    zh="已有 {enrolled} 人报名, 名额不能更少。",
    en="{enrolled} people are enrolled; there cannot be fewer seats.",
)
SESSION_DAYS_RECORDED = ProblemCode(
    "training_session.days_recorded",
    ProblemKind.conflict,
    zh="已有考勤的日期不能移出培训日期。",
    en="A day whose attendance is recorded cannot leave the session.",
)
TRAINING_POSTING_UNKNOWN = ProblemCode(
    "training.posting_unknown",
    ProblemKind.invalid,
    zh="定岗培训的岗位不存在或没有在招。",
    en="The posting to train for does not exist or is not open.",
)
ALREADY_ENROLLED = ProblemCode(
    "enrolment.already_enrolled",
    ProblemKind.conflict,
    zh="该劳动力已报名这个班次。",
    en="This worker is already enrolled in this session.",
)
ENROLMENT_CLASHES = ProblemCode(
    "enrolment.clashes",
    ProblemKind.conflict,
    zh="该劳动力同期已报名另一个班次 ({course}, {starts_on} 至 {ends_on})。",
    en="This worker is enrolled in another session at the same time ({course}, {starts_on} to {ends_on}).",
)
ENROLMENT_NOT_ACTIVE = ProblemCode(
    "enrolment.worker_not_active",
    ProblemKind.conflict,
    zh="该劳动力的实名信息已停用或注销, 不能报名。",
    en="This worker's record is no longer active; no enrolment is taken.",
)
ATTENDANCE_OUTSIDE_SESSION = ProblemCode(
    "attendance.outside_session",
    ProblemKind.invalid,
    zh="{on} 不在培训日期内。",
    en="{on} is not a day of this session.",
)
ATTENDANCE_AHEAD = ProblemCode(
    "attendance.ahead",
    ProblemKind.invalid,
    zh="{on} 还没有到, 不能登记考勤。",
    en="{on} is still to come; attendance cannot be recorded ahead.",
)
NOT_ENROLLED = ProblemCode(
    "attendance.not_enrolled",
    ProblemKind.invalid,
    zh="名单中有人没有报上这个班次。",
    en="Someone named is not enrolled in this session.",
)
RESULT_CERTIFIED = ProblemCode(
    "result.certified",
    ProblemKind.conflict,
    zh="已发证的学员不能改成绩; 请先撤销证书。",
    en="A certified learner's result cannot be changed; revoke the certificate first.",
)
NOTHING_TO_CERTIFY = ProblemCode(
    "certificate.nobody_eligible",
    ProblemKind.conflict,
    zh="没有达到出勤要求、考核合格且尚未发证的学员。",
    en="Nobody has the attendance and result needed and no certificate yet.",
)
ATTENDANCE_TOO_LOW = ProblemCode(
    "certificate.attendance_too_low",
    ProblemKind.conflict,
    zh="{count} 名学员出勤未达 {needed}%, 不能发证。",
    en="{count} of the learners named attended less than {needed}% of the days.",
)
NOT_PASSED = ProblemCode(
    "certificate.not_passed",
    ProblemKind.conflict,
    zh="{count} 名学员没有合格的考核成绩, 不能发证。",
    en="{count} of the learners named have not passed.",
)
CERTIFICATE_NOT_FOUND = ProblemCode(
    "certificate.not_found",
    ProblemKind.not_found,
    zh="没有这个证书编号, 请核对后再查。",
    en="There is no certificate with this number.",
)
