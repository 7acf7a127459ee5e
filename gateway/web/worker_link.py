"""Entering by the signed link of a slip, a message or a QR code: the link is the key, no account and no cookie needed.

Where the browser keeps cookies, one session lasts the day; else each look opens another. The link itself never leaves
the address bar: pages under it send no referrer.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.auth import ANONYMOUS, secret_hash
from gateway.caller import Caller
from gateway.principals import Credential, Who
from gateway.state import Gateway, gateway_of
from gateway.web.locales import LOCALES, chosen_locale
from gateway.web.visits import ElseWhere, Visit
from shared.contracts.errors import Problem
from shared.contracts.identity import ENTRY_PURPOSES, Authenticate, SignInWithLink
from shared.contracts.scopes import WorkerSelf
from shared.kit.links import LINK_INVALID, LinkClaims, read_link_token

COOKIE = "songgang_worker"


class WorkerVisit(Visit):
    """A worker's look at the own page. Forms are bound to the link."""

    def __init__(self, request: Request, caller: Caller, link: str) -> None:
        super().__init__(request, caller)
        self.link = link
        self.new_session: tuple[str, int] | None = None

    @property
    def worker_id(self) -> UUID:
        scope = self.scope
        if not isinstance(scope, WorkerSelf):
            raise LINK_INVALID()
        return scope.worker_id

    def _bound_to(self) -> str:
        return f"link/{secret_hash(self.link)}"

    def kept(self, answer: Response) -> Response:
        """The answer, with the session that this look opened."""
        if self.new_session:
            token, seconds = self.new_session
            self.set_cookie(answer, COOKIE, token, max_age=seconds, path="/w")
        return answer


async def enter_by_link(request: Request, token: str) -> WorkerVisit:
    """Raises link.invalid and link.expired."""
    language = request.query_params.get("lang")
    if language in LOCALES and request.method == "GET":
        raise ElseWhere(request.url.path, language=language)
    gateway = gateway_of(request)
    locale = chosen_locale(request)
    stranger = Caller(request, gateway, ANONYMOUS.model_copy(update={"locale": locale}), None)
    await stranger.spend_allowance()
    worker_id = _claims(gateway, token).subject
    opened: tuple[str, int] | None = None
    who = await _known(gateway, request.cookies.get(COOKIE, ""), worker_id)
    if who is None:
        who, opened = await _sign_in(stranger, token)
    visit = WorkerVisit(request, Caller(request, gateway, who.context(locale), who), token)
    visit.new_session = opened
    return visit


async def enter_at_door(request: Request, code: str) -> Visit:
    """At the door of a fair: as the worker whose page this phone opened before, else as a stranger.

    The form is bound to the door's code; the cookie says who it is, and goes nowhere else.
    """
    language = request.query_params.get("lang")
    if language in LOCALES and request.method == "GET":
        raise ElseWhere(request.url.path, language=language)
    gateway = gateway_of(request)
    locale = chosen_locale(request)
    stranger = Caller(request, gateway, ANONYMOUS.model_copy(update={"locale": locale}), None)
    await stranger.spend_allowance()
    who = await _whose(gateway, request.cookies.get(COOKIE, ""))
    if who is None:
        return Visit(request, stranger)
    return WorkerVisit(request, Caller(request, gateway, who.context(locale), who), code)


def _claims(gateway: Gateway, token: str) -> LinkClaims:
    for purpose in ENTRY_PURPOSES[:-1]:
        try:
            return read_link_token(gateway.keys, token, purpose=purpose)
        except Problem as problem:
            if problem.code != LINK_INVALID.code:
                raise
    return read_link_token(gateway.keys, token, purpose=ENTRY_PURPOSES[-1])


async def _known(gateway: Gateway, kept: str, worker_id: str) -> Who | None:
    """The session of an earlier look, if it is the same worker's: a family may share a phone."""
    who = await _whose(gateway, kept)
    scope = who.principal.scope if who else None
    return who if isinstance(scope, WorkerSelf) and str(scope.worker_id) == worker_id else None


async def _whose(gateway: Gateway, kept: str) -> Who | None:
    """The worker whose session a cookie holds, while it lasts."""
    if not kept or len(kept) > 512:
        return None
    credential = Credential("session", secret_hash(kept))
    try:
        who = gateway.principals.get(credential) or await gateway.principals.find(
            credential,
            lambda asked: gateway.bus.ask(Authenticate(kind=asked.kind, credential_hash=asked.hash), ANONYMOUS),
        )
    except Problem:
        return None
    return who if isinstance(who.principal.scope, WorkerSelf) else None


async def _sign_in(stranger: Caller, link: str) -> tuple[Who, tuple[str, int]]:
    token = secrets.token_urlsafe(32)
    opened = await stranger.ask(
        SignInWithLink(
            link_token=link,
            token_hash=secret_hash(token),
            address=stranger.address,
            device=stranger.request.headers.get("user-agent", "")[:200] or None,
        )
    )
    seconds = max(60, int((opened.expires_at - datetime.now(UTC)).total_seconds()))
    who = Who(
        credential=Credential("session", secret_hash(token)),
        principal=opened.principal,
        credential_id=opened.session_id,
        display_name=opened.display_name,
    )
    return who, (token, seconds)
