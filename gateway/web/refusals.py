"""A refusal as a page: in the reader's language, with the code and trace id that the staff can be told.

Who only has to sign in is sent to do so and comes back afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.errors import PROBLEM_TYPE, problem_details
from gateway.state import gateway_of
from gateway.web.csp import CONSOLE_POLICY
from gateway.web.locales import COOKIE as LANGUAGE_COOKIE
from gateway.web.locales import LOCALES, chosen_locale
from gateway.web.visits import ElseWhere, Pages, page_response
from shared.contracts.errors import Problem, ProblemKind

WORKER_PAGES = ("/w/", "/s/", "/r/")


def problem_page(request: Request, problem: Problem, status: int, headers: Mapping[str, str]) -> Response:
    """The gateway's `problem_page` hook: called for every refusal outside `/api/`."""
    is_fragment = request.headers.get("hx-request") == "true"
    if "text/html" not in request.headers.get("accept", "") and not is_fragment:
        document = problem_details(problem.body, chosen_locale(request), instance=request.url.path)
        return Response(orjson.dumps(document), status_code=status, headers=dict(headers), media_type=PROBLEM_TYPE)
    is_worker = request.url.path.startswith(WORKER_PAGES)
    if problem.kind is ProblemKind.unauthenticated and not is_worker:
        return _to_sign_in(request, is_fragment=is_fragment)
    pages = cast(Pages, request.app.state.pages)
    locale = chosen_locale(request)
    other = next(found for found in LOCALES if found != locale)
    details = problem_details(problem.body, locale)
    template = pages.environments[locale].get_template("worker_error.html" if is_worker else "error.html")
    text = template.render(
        title=details["title"],
        sentence=details["detail"],
        code=details["code"],
        status=status,
        trace_id=details["trace_id"],
        other_locale=other,
        other_language_url=f"{request.url.path}?lang={other}",
        flash=None,
    )
    policy = pages.worker_policy if is_worker else CONSOLE_POLICY
    given = {name: value for name, value in headers.items() if name.lower() != "www-authenticate"}
    answer = {"content-security-policy": policy, "content-language": locale, **given}
    if is_worker:
        answer["referrer-policy"] = "no-referrer"
    return page_response(request, text, status=status, headers=answer)


def _to_sign_in(request: Request, *, is_fragment: bool) -> Response:
    if is_fragment:
        return Response(status_code=401, headers={"HX-Redirect": "/login", "cache-control": "no-store"})
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse("/login", status_code=303)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/login?next={quote(request.url.path + query, safe='/')}", status_code=303)


async def on_elsewhere(request: Request, error: Exception) -> Response:
    if not isinstance(error, ElseWhere):
        raise error
    answer = RedirectResponse(error.url, status_code=303)
    if error.language:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            error.language,
            max_age=365 * 86400,
            httponly=True,
            secure=gateway_of(request).secure_cookies,
            samesite="lax",
        )
    return answer
