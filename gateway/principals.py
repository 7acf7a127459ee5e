"""Who is behind a credential, remembered for at most 15 seconds.

A session that was ended elsewhere is thus refused within 15 seconds; one that was ended here, at once.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from gateway.language import Locale
from shared.contracts.identity import AuthenticatedView
from shared.contracts.scopes import Context, Principal

CredentialKind = Literal["session", "api_key"]


@dataclass(frozen=True)
class Credential:
    """A token or an API key as it is looked up: never the secret itself."""

    kind: CredentialKind
    hash: str


@dataclass
class Who:
    """An authenticated caller."""

    credential: Credential
    principal: Principal
    credential_id: UUID
    display_name: str | None = None
    must_change_password: bool = False
    contexts: dict[Locale, Context] = field(default_factory=dict)

    def context(self, locale: Locale) -> Context:
        found = self.contexts.get(locale)
        if found is None:
            principal = self.principal
            found = Context(actor=principal.actor, role=principal.role, scope=principal.scope, locale=locale)
            self.contexts[locale] = found
        return found

    @property
    def key(self) -> str:
        return f"{self.principal.actor.kind}:{self.principal.actor.id}"


class PrincipalCache:
    """Bounded, by credential. Fifty requests that arrive together with a new token ask identity once."""

    def __init__(self, *, seconds: float, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._size, self._clock = seconds, size, clock
        self._known: OrderedDict[Credential, tuple[float, Who]] = OrderedDict()
        self._asking: dict[Credential, asyncio.Future[Who]] = {}

    def get(self, credential: Credential) -> Who | None:
        found = self._known.get(credential)
        if found is None:
            return None
        if found[0] <= self._clock():
            del self._known[credential]
            return None
        return found[1]

    async def find(self, credential: Credential, ask: Callable[[Credential], Awaitable[AuthenticatedView]]) -> Who:
        """The cached caller, or identity's answer; what `ask` raises is raised to everyone who waits for it."""
        known = self.get(credential)
        if known is not None:
            return known
        asking = self._asking.get(credential)
        if asking is None:
            asking = asyncio.ensure_future(self._ask(credential, ask))
            self._asking[credential] = asking
            asking.add_done_callback(lambda done: self._asked(credential, done))
        return await asyncio.shield(asking)

    def _asked(self, credential: Credential, done: asyncio.Future[Who]) -> None:
        self._asking.pop(credential, None)
        if not done.cancelled():
            done.exception()

    async def _ask(self, credential: Credential, ask: Callable[[Credential], Awaitable[AuthenticatedView]]) -> Who:
        began = self._clock()
        seen = await ask(credential)
        who = Who(
            credential=credential,
            principal=seen.principal,
            credential_id=seen.credential_id,
            display_name=seen.display_name,
            must_change_password=seen.must_change_password,
        )
        self._known[credential] = (began + self._seconds, who)
        if len(self._known) > self._size:
            self._known.popitem(last=False)
        return who

    def drop(self, credential: Credential) -> None:
        self._known.pop(credential, None)

    def drop_actor(self, actor_id: str) -> None:
        """Forget every credential of one account, key or worker, after its rights changed here."""
        for credential in [c for c, (_, who) in self._known.items() if who.principal.actor.id == actor_id]:
            del self._known[credential]

    def drop_credential_id(self, credential_id: UUID) -> None:
        for credential in [c for c, (_, who) in self._known.items() if who.credential_id == credential_id]:
            del self._known[credential]

    def clear(self) -> None:
        self._known.clear()
