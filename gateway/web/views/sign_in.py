"""/login, /logout, /password, and / which leads everyone to their own page."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.responses import Response

from gateway.auth import ANONYMOUS, cookie_name, secret_hash
from gateway.web.visits import FORM_COOKIE, Enter, Visit, local_url
from shared.contracts.errors import Problem, ProblemKind
from shared.contracts.identity import ChangePassword, EndSession, SessionOpened, SignIn
from shared.contracts.scopes import Hq, Outpost, Partner, Scope, WorkerSelf

router = APIRouter()
Anyone = Annotated[Visit, Depends(Enter())]
SignedIn = Annotated[Visit, Depends(Enter("hq", "area", "outpost", "partner"))]
WithOldPassword = Annotated[Visit, Depends(Enter("hq", "area", "outpost", "partner", with_old_password=True))]


@router.get("/")
async def home(visit: Anyone) -> Response:
    return visit.go(home_of(visit.scope) if visit.caller.who else "/login")


def home_of(scope: Scope) -> str:
    """Where somebody's day begins."""
    match scope:
        case Hq():
            return "/hq"
        case Outpost(code=code):
            return f"/outposts/{code.value}"
        case Partner():
            return "/partner"
        case WorkerSelf():
            return "/login"
        case _:
            return "/account"


@router.get("/login")
async def login(visit: Anyone, next: str | None = None) -> Response:  # noqa: A002 - the name in the address
    if visit.caller.who and not isinstance(visit.scope, WorkerSelf):
        return visit.go(local_url(next, home_of(visit.scope)))
    return visit.render("login.html", next=local_url(next, ""), username="", problem=None)


@router.post("/login")
async def sign_in(visit: Anyone) -> Response:
    """Check the password and start a session in a cookie; a refusal is the same page again, with the reason."""
    form = await visit.form()
    username = str(form.get("username", "")).strip()
    goes_to = local_url(str(form.get("next", "")), "")
    await visit.gateway.limits.spend(visit.gateway.limits.sign_in, "sign_in", visit.caller.address)
    token = secrets.token_urlsafe(32)
    try:
        opened = await visit.caller.ask(
            SignIn(
                username=username[:128],
                password=str(form.get("password", "")),
                token_hash=secret_hash(token),
                address=visit.caller.address,
                device=visit.request.headers.get("user-agent", "")[:200] or None,
            ),
            context=ANONYMOUS,
        )
    except ValidationError:
        said = visit.say("请填写用户名和密码。")
        return visit.render("login.html", status=422, next=goes_to, username=username, problem=said)
    except Problem as problem:
        if problem.kind not in (ProblemKind.unauthenticated, ProblemKind.rate_limited):
            raise
        status = 429 if problem.kind is ProblemKind.rate_limited else 401
        said = visit.sentence(problem)
        return visit.render("login.html", status=status, next=goes_to, username=username, problem=said)
    answer = visit.go("/password" if opened.must_change_password else goes_to or home_of(opened.principal.scope))
    _keep(visit, answer, token, opened)
    return answer


def _keep(visit: Visit, answer: Response, token: str, opened: SessionOpened) -> None:
    seconds = max(60, int((opened.expires_at - datetime.now(UTC)).total_seconds()))
    visit.set_cookie(answer, cookie_name(visit.gateway), token, max_age=seconds)
    answer.delete_cookie(FORM_COOKIE, path="/")


@router.post("/logout")
async def sign_out(visit: Anyone) -> Response:
    await visit.form()
    who = visit.caller.who
    answer = visit.go("/login", said=visit.say("已退出登录。"))
    answer.delete_cookie(
        cookie_name(visit.gateway), path="/", secure=visit.gateway.secure_cookies, httponly=True, samesite="lax"
    )
    if who is not None:
        visit.gateway.principals.drop(who.credential)
        await visit.ask(EndSession(session_id=who.credential_id))
    return answer


@router.get("/password")
async def password(visit: WithOldPassword) -> Response:
    return visit.render("password.html", problems={})


@router.post("/password")
async def change_password(visit: WithOldPassword) -> Response:
    form = await visit.form()
    old, new, again = (str(form.get(name, "")) for name in ("current_password", "new_password", "new_again"))
    problems: dict[str, str] = {}
    if not old:
        problems["current_password"] = visit.say("请填写当前密码。")
    if not new:
        problems["new_password"] = visit.say("请填写新密码。")
    elif new != again:
        problems["new_again"] = visit.say("两次填写的新密码不一样。")
    if not problems:
        try:
            await visit.ask(ChangePassword(current_password=old, new_password=new, keep_session=_session_of(visit)))
        except ValidationError:
            problems["new_password"] = visit.say("密码为 8 至 128 个字符。")
        except Problem as problem:
            field = {"user.password_wrong": "current_password", "user.password_weak": "new_password"}.get(problem.code)
            if field is None:
                raise
            problems[field] = visit.sentence(problem)
    if problems:
        return visit.render("password.html", status=422, problems=problems)
    if visit.caller.who:
        visit.gateway.principals.drop(visit.caller.who.credential)
    return visit.go(home_of(visit.scope), said=visit.say("密码已修改。"))


def _session_of(visit: Visit) -> UUID | None:
    return visit.caller.who.credential_id if visit.caller.who else None


@router.get("/account")
async def account(visit: SignedIn) -> Response:
    """For accounts that work through the API: who is signed in, and where the API is described."""
    return visit.render("account.html")
