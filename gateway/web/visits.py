"""One visit of a page: who looks, in which language, and how the page asks, renders and sends elsewhere.

Pages hold no rule of their own about rows: they ask the services as the visitor, and show what they are given.
"""

from __future__ import annotations

import gzip
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from jinja2 import Environment
from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.auth import ANONYMOUS, authenticate
from gateway.caller import Caller
from gateway.language import Locale
from gateway.state import Gateway, gateway_of
from gateway.web import csrf, flash
from gateway.web.csp import CONSOLE_POLICY
from gateway.web.locales import LOCALES, chosen_locale, words
from gateway.web.static_files import StaticFiles
from shared.contracts.base import Message
from shared.contracts.errors import FORBIDDEN, TENANT_NOT_FOUND, UNAUTHENTICATED, Problem
from shared.contracts.scopes import Outpost, OutpostCode, Scope

ReplyT = TypeVar("ReplyT", bound=BaseModel)
FORM_COOKIE = "songgang_form"
_CODES = frozenset(code.value for code in OutpostCode)
_LOCAL = re.compile(r"^/(?![/\\])[\x21-\x7e]*$")


@dataclass
class Pages:
    """What all pages share; kept in `app.state.pages`."""

    static: StaticFiles
    environments: Mapping[Locale, Environment]
    worker_policy: str


class ElseWhere(Exception):
    """The visitor belongs on another page: sign-in, a new password, the same page in another language."""

    def __init__(self, url: str, *, language: Locale | None = None) -> None:
        super().__init__(url)
        self.url = url
        self.language = language


class Visit:
    """One request for a page."""

    def __init__(self, request: Request, caller: Caller) -> None:
        self.request = request
        self.caller = caller
        self.pages = cast(Pages, request.app.state.pages)
        self.locale: Locale = chosen_locale(request)
        self.say = words(self.locale)
        self._form_nonce = request.cookies.get(FORM_COOKIE, "")
        self._new_nonce = ""

    @property
    def gateway(self) -> Gateway:
        return self.caller.gateway

    @property
    def scope(self) -> Scope:
        return self.caller.context.scope

    @property
    def is_fragment(self) -> bool:
        """Asked for by htmx: a part of a page, not a page."""
        return self.request.headers.get("hx-request") == "true"

    async def ask(self, message: Message[ReplyT]) -> ReplyT:
        return await self.caller.ask(message)

    async def form(self) -> FormData:
        """The posted form. Raises form.not_from_here."""
        given = await self.request.form()
        csrf.check_token(self.gateway.keys, str(given.get(csrf.FIELD, "")), self._bound_to())
        return given

    def csrf_token(self) -> str:
        if not self._form_nonce and self.caller.who is None:
            self._form_nonce = self._new_nonce = secrets.token_urlsafe(18)
        return csrf.make_token(self.gateway.keys, self._bound_to())

    def _bound_to(self) -> str:
        who = self.caller.who
        return f"session/{who.credential.hash}" if who else f"form/{self._form_nonce}"

    def render(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response:
        """The page, never stored by anyone, compressed where the browser takes it."""
        said = flash.unpack(self.gateway.keys, self.request.cookies.get(flash.COOKIE))
        found = self.pages.environments[self.locale].get_template(template)
        text = found.render(
            visit=self,
            csrf_token=self.csrf_token,
            flash=said,
            other_locale=next(found for found in LOCALES if found != self.locale),
            other_language_url=self.url_in_other_language(),
            **values,
        )
        answer = page_response(
            self.request, text, status=status, headers={"content-security-policy": CONSOLE_POLICY, **(headers or {})}
        )
        answer.headers["content-language"] = self.locale
        if said:
            answer.delete_cookie(flash.COOKIE, path="/")
        if self._new_nonce:
            self.set_cookie(answer, FORM_COOKIE, self._new_nonce)
        return answer

    def url_in_other_language(self) -> str:
        other = next(found for found in LOCALES if found != self.locale)
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return f"{self.request.url.path}?{urlencode([*kept, ('lang', other)])}"

    def go(self, url: str, *, said: str | None = None, tone: str = "good") -> Response:
        """Send the visitor on after a form (303), with a sentence to be shown there."""
        answer = RedirectResponse(url, status_code=303)
        if said:
            packed = flash.pack(self.gateway.keys, flash.Flash(said, tone))
            self.set_cookie(answer, flash.COOKIE, packed, max_age=flash.SECONDS)
        return answer

    def set_cookie(
        self, answer: Response, name: str, value: str, *, max_age: int | None = None, path: str = "/"
    ) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=max_age,
            path=path,
            httponly=True,
            secure=self.gateway.secure_cookies,
            samesite="lax",
        )

    def sentence(self, problem: Problem) -> str:
        return problem.body.en if self.locale == "en" else problem.body.zh


def page_response(
    request: Request, text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    body = text.encode()
    answer = {"cache-control": "no-store", "vary": "Accept-Encoding, Cookie, HX-Request", **(headers or {})}
    if len(body) > 800 and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        answer["content-encoding"] = "gzip"
    return Response(body, status_code=status, headers=answer, media_type="text/html")


def local_url(given: str | None, otherwise: str = "/") -> str:
    """A path of this platform, or `otherwise`: a sign-in page must not send people to somebody else's site."""
    return given if given and _LOCAL.match(given) else otherwise


class Enter:
    """A dependency that lets some scopes into a page; none named lets everybody in.

    Who has not signed in is sent to do so; a password that must be changed comes before anything else.
    """

    def __init__(self, *scopes: str, outpost_in_path: bool = False, with_old_password: bool = False) -> None:
        self._scopes = frozenset(scopes)
        self._outpost_in_path = outpost_in_path
        self._with_old_password = with_old_password

    async def __call__(self, request: Request) -> Visit:
        language = request.query_params.get("lang")
        if language in LOCALES and request.method == "GET":
            raise ElseWhere(_without_language(request), language=language)
        try:
            who = await authenticate(request)
        except Problem:
            if self._scopes:
                raise
            who = None
        locale = chosen_locale(request)
        context = who.context(locale) if who else ANONYMOUS.model_copy(update={"locale": locale})
        visit = Visit(request, Caller(request, gateway_of(request), context, who))
        await visit.caller.spend_allowance()
        if self._scopes:
            self._admit(visit)
        return visit

    def _admit(self, visit: Visit) -> None:
        who = visit.caller.who
        if who is None:
            raise UNAUTHENTICATED()
        if who.must_change_password and not self._with_old_password:
            raise ElseWhere("/password")
        if visit.scope.kind not in self._scopes:
            raise FORBIDDEN()
        if self._outpost_in_path:
            visit.caller.outpost = _outpost_of(visit)


def _outpost_of(visit: Visit) -> OutpostCode:
    """The outpost of the path: any for HQ, the own one for its staff. Raises tenant.not_found."""
    code = visit.request.path_params["code"]
    scope = visit.scope
    if code not in _CODES or (isinstance(scope, Outpost) and scope.code.value != code):
        raise TENANT_NOT_FOUND()
    return OutpostCode(code)


def _without_language(request: Request) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
