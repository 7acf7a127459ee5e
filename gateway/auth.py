"""Who may call an endpoint: aliases that routers put into their signatures, and the one way a caller is recognised.

A credential is a bearer token (session or `sk_…` API key) or, for pages, the session cookie. What the rows allow is
decided by each service; here only the audience is.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from gateway.caller import Caller, address_of
from gateway.language import Locale, locale_from
from gateway.principals import Credential, Who
from gateway.state import Gateway, gateway_of
from shared.contracts.errors import FORBIDDEN, TENANT_NOT_FOUND, UNAUTHENTICATED, Problem, ProblemKind
from shared.contracts.identity import Authenticate, AuthenticatedView, TouchCredential
from shared.contracts.scopes import Actor, Context, Outpost, OutpostCode, Public, Role
from shared.kit import telemetry

SESSION_COOKIE = "songgang_session"
API_KEY_PREFIX = "sk_"
ANONYMOUS = Context(actor=Actor(kind="anonymous", id="public"), role=Role.public, scope=Public())
_ANONYMOUS: dict[Locale, Context] = {"zh-CN": ANONYMOUS, "en": ANONYMOUS.model_copy(update={"locale": "en"})}

_WHO = "songgang.who"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_touching: set[asyncio.Task[None]] = set()


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def credential_from(secret: str) -> Credential:
    return Credential("api_key" if secret.startswith(API_KEY_PREFIX) else "session", secret_hash(secret))


def cookie_name(gateway: Gateway) -> str:
    """`__Host-` pins the cookie to this host and to https, where there is https."""
    return f"__Host-{SESSION_COOKIE}" if gateway.secure_cookies else SESSION_COOKIE


def presented(request: HTTPConnection) -> Credential | None:
    """The credential a request carries. Raises session.required for an Authorization header that is no bearer token."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not secret or len(secret) > 512:
            raise UNAUTHENTICATED()
        return credential_from(secret)
    secret = request.cookies.get(cookie_name(gateway_of(request)), "")
    return credential_from(secret) if secret and len(secret) <= 512 else None


async def authenticate(request: HTTPConnection) -> Who | None:
    """Who is calling: by bearer token, API key or session cookie; None without any.

    Raises session.required or session.expired for a credential that is not good (any more).
    """
    if _WHO in request.scope:
        found: Who | None = request.scope[_WHO]
        return found
    credential = presented(request)
    who = None
    if credential is not None:
        gateway = gateway_of(request)
        who = gateway.principals.get(credential) or await _find(gateway, request, credential)
    request.scope[_WHO] = who
    return who


async def _find(gateway: Gateway, request: HTTPConnection, credential: Credential) -> Who:
    try:
        return await gateway.principals.find(credential, lambda asked: _ask_identity(gateway, asked))
    except Problem as problem:
        if problem.kind is ProblemKind.unauthenticated:
            # Guessing costs allowance too; 256 bits are safe from it, identity's database is not.
            await gateway.limits.spend(gateway.limits.anonymous, "refused", address_of(request))
        raise


async def _ask_identity(gateway: Gateway, credential: Credential) -> AuthenticatedView:
    seen = await gateway.bus.ask(
        Authenticate(kind=credential.kind, credential_hash=credential.hash),
        ANONYMOUS,
        traceparent=telemetry.current_traceparent(),
    )
    if seen.is_touch_due:
        task = asyncio.create_task(_touch(gateway, credential))
        _touching.add(task)
        task.add_done_callback(_touching.discard)
    return seen


async def _touch(gateway: Gateway, credential: Credential) -> None:
    """Note the use, beside the request and at most once a minute; a failure only makes the last-seen time older."""
    try:
        await gateway.bus.ask(TouchCredential(kind=credential.kind, credential_hash=credential.hash), ANONYMOUS)
    except Problem:
        return


class Allow:
    """A dependency that lets some scopes (and, of them, some roles) in and hands the endpoint its `Caller`."""

    def __init__(
        self,
        *scopes: str,
        roles: Iterable[Role] = (),
        is_public: bool = False,
        in_path: str | None = None,
        name: str = "",
    ) -> None:
        self.scopes = frozenset(scopes)
        self.roles = frozenset(roles)
        self.is_public = is_public
        self.in_path = in_path
        self.name = name

    async def __call__(self, request: Request) -> Caller:
        gateway = gateway_of(request)
        locale = locale_from(request.headers.get("accept-language"))
        if self.is_public:
            caller = Caller(request, gateway, _ANONYMOUS[locale], None)
            await caller.spend_allowance()
            return caller
        who = await authenticate(request)
        if who is None:
            raise UNAUTHENTICATED()
        context = who.context(locale)
        caller = Caller(request, gateway, context, who)
        await caller.spend_allowance()
        self._admit(request, context)
        caller.outpost = self._outpost(request, context)
        return caller

    def _admit(self, request: Request, context: Context) -> None:
        """Raises scope.forbidden; also for a cookie that another site's page made the browser send along."""
        if context.scope.kind not in self.scopes:
            raise FORBIDDEN()
        if self.roles and context.role not in self.roles:
            raise FORBIDDEN()
        if request.method not in _SAFE and "authorization" not in request.headers and not _is_same_origin(request):
            raise FORBIDDEN()

    def _outpost(self, request: Request, context: Context) -> OutpostCode | None:
        """The outpost of the path. Another outpost's code is answered as if there were no such outpost."""
        if self.in_path is None:
            return context.scope.code if isinstance(context.scope, Outpost) else None
        code = request.path_params.get(self.in_path)
        if not isinstance(context.scope, Outpost) or context.scope.code.value != code:
            raise TENANT_NOT_FOUND()
        return context.scope.code


def _is_same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] == request.headers.get("host")


_WRITERS = (Role.hq_admin, Role.hq_officer)
_AREA = (Role.township_officer, Role.grid_leader)
_ADMIN = (Role.hq_admin,)
_AUDIT = (Role.hq_admin, Role.hq_auditor)

HqReader = Annotated[Caller, Depends(Allow("hq", name="HqReader"))]
Hq = HqReader
HqWriter = Annotated[Caller, Depends(Allow("hq", roles=_WRITERS, name="HqWriter"))]
HqAdmin = Annotated[Caller, Depends(Allow("hq", roles=_ADMIN, name="HqAdmin"))]
HqAudit = Annotated[Caller, Depends(Allow("hq", roles=_AUDIT, name="HqAudit"))]
# 网格长 and township officers work on the county's own pages, within their area; what they may do, HQ may too.
Area = Annotated[Caller, Depends(Allow("hq", "area", name="Area"))]
AreaWriter = Annotated[Caller, Depends(Allow("hq", "area", roles=(*_WRITERS, *_AREA), name="AreaWriter"))]
# 四眼原则: what a grid leader asks for, the township or HQ decides.
_DECIDERS = (*_WRITERS, Role.township_officer)
AreaDecider = Annotated[Caller, Depends(Allow("hq", "area", roles=_DECIDERS, name="AreaDecider"))]
OutpostStaff = Annotated[Caller, Depends(Allow("outpost", in_path="code", name="OutpostStaff"))]
OutpostLead = Annotated[
    Caller, Depends(Allow("outpost", roles=(Role.outpost_lead,), in_path="code", name="OutpostLead"))
]
PartnerApi = Annotated[Caller, Depends(Allow("partner", name="PartnerApi"))]
WorkerSelf = Annotated[Caller, Depends(Allow("worker", name="WorkerSelf"))]
SignedIn = Annotated[Caller, Depends(Allow("hq", "area", "outpost", "partner", "worker", name="SignedIn"))]
# A reader of what is public reads it as the public does, signed in or not.
Anyone = Annotated[Caller, Depends(Allow(is_public=True, name="Anyone"))]
