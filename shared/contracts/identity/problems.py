"""What identity refuses, and in which words. Sign-in refusals never say whether the account exists."""

from __future__ import annotations

from shared.contracts.errors import ProblemCode, ProblemKind

SIGN_IN_REFUSED = ProblemCode(
    "sign_in.refused",
    ProblemKind.unauthenticated,
    zh="用户名或密码不正确, 或账号已停用。",
    en="The username or password is not right, or the account is closed.",
)
SIGN_IN_BLOCKED = ProblemCode(
    "sign_in.too_many_attempts",
    ProblemKind.rate_limited,
    zh="连续输错次数过多, 请 {retry_after} 秒后再试。",
    en="Too many failed attempts; try again in {retry_after} seconds.",
)
PHONE_CODE_REFUSED = ProblemCode(
    "sign_in.phone_code_refused",
    ProblemKind.unauthenticated,
    zh="验证码不正确或已过期, 请重新获取。",
    en="The code is not right or has expired; ask for a new one.",
)
PHONE_SHARED = ProblemCode(
    "sign_in.phone_shared",
    ProblemKind.conflict,
    zh="这个手机号登记了多人, 请再填写身份证号后四位。",
    en="Several people are registered with this phone; also give the last four characters of the identity number.",
)
SESSION_EXPIRED = ProblemCode(
    "session.expired",
    ProblemKind.unauthenticated,
    zh="登录已过期, 请重新登录。",
    en="This session has ended; sign in again.",
)
USERNAME_TAKEN = ProblemCode(
    "user.username_taken",
    ProblemKind.conflict,
    zh="用户名“{username}”已被使用, 请换一个。",
    en="The username '{username}' is taken; choose another.",
)
ROLE_NEEDS = ProblemCode(
    "user.role_scope_mismatch",
    ProblemKind.invalid,
    zh="角色“{role}”需要且只需要填写: {needs}。",
    en="The role '{role}' takes exactly this: {needs}.",
)
PASSWORD_WEAK = ProblemCode(
    "user.password_weak",
    ProblemKind.invalid,
    zh="密码不合要求: {why_zh}。",
    en="The password will not do: {why_en}.",
)
PASSWORD_WRONG = ProblemCode(
    "user.password_wrong",
    ProblemKind.invalid,
    zh="当前密码不正确。",
    en="The current password is not right.",
)
LAST_ADMIN = ProblemCode(
    "user.last_admin",
    ProblemKind.conflict,
    zh="这是最后一个在用的县总部管理员, 不能停用或改变角色。",
    en="This is the last active county administrator; it cannot be closed or given another role.",
)
OWN_ACCOUNT = ProblemCode(
    "user.own_account",
    ProblemKind.conflict,
    zh="不能停用自己的账号或改变自己的角色, 请由另一位管理员办理。",
    en="You cannot close your own account or change your own role; another administrator must.",
)
EMPLOYER_BLOCKED = ProblemCode(
    "api_key.employer_blocked",
    ProblemKind.conflict,
    zh="该用工企业已被停止合作, 不能发放接口密钥。",
    en="This employer is blocked; no API key can be issued to it.",
)
API_KEY_OWNER = ProblemCode(
    "api_key.one_owner",
    ProblemKind.invalid,
    zh="接口密钥要么属于一家用工企业, 要么属于一个服务站。",
    en="An API key belongs either to one employer or to one outpost.",
)
