"""The context on the wire: signed by whoever asks, verified by whoever answers (Ed25519, valid for minutes)."""

from __future__ import annotations

import base64
import json
import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from cryptography.exceptions import InvalidSignature

from shared.contracts.errors import CONTEXT_REFUSED
from shared.contracts.scopes import Actor, Context, OutpostCode, Role, Service
from shared.kit.keys import Keys

VALID_SECONDS = 300


def service_context(name: str, outpost: OutpostCode | None = None) -> Context:
    """The scope of the machinery. Only the kit calls this; an architecture test holds it to that."""
    return Context(actor=Actor(kind="service", id=name), role=Role.machinery, scope=Service(name=name, outpost=outpost))


class ContextSeal:
    """Signs and verifies contexts; both are cached, since a signature costs more than most queries."""

    def __init__(self, keys: Keys, signer: str) -> None:
        self._keys = keys
        self._signer = signer
        self._signed: OrderedDict[Context, tuple[str, float]] = OrderedDict()
        self._verified: OrderedDict[str, tuple[Context, float]] = OrderedDict()
        self._lock = Lock()

    def sign(self, context: Context) -> str:
        now = time.time()
        with self._lock:
            found = self._signed.get(context)
        if found and found[1] > now + VALID_SECONDS / 2:
            return found[0]
        expires = now + VALID_SECONDS
        payload = json.dumps(
            {"k": self._keys.active, "i": self._signer, "e": expires, "c": context.model_dump(mode="json")},
            separators=(",", ":"),
        ).encode()
        token = (
            base64.b64encode(payload).decode()
            + "."
            + base64.b64encode(self._keys.signer(self._signer).sign(payload)).decode()
        )
        self._remember(self._signed, context, (token, expires))
        return token

    def verify(self, token: str) -> Context:
        """The context of a genuine, unexpired token. A Service scope is believed from its own service alone."""
        now = time.time()
        with self._lock:
            found = self._verified.get(token)
        if found is not None:
            if found[1] <= now:
                raise CONTEXT_REFUSED(reason="expired")
            return found[0]
        try:
            head, _, tail = token.partition(".")
            payload = base64.b64decode(head)
            given = json.loads(payload)
            self._keys.verifier(given["i"], given["k"]).verify(base64.b64decode(tail), payload)
            context = Context.model_validate(given["c"])
        except (ValueError, KeyError, TypeError, InvalidSignature) as error:
            raise CONTEXT_REFUSED(reason="not genuine") from error
        if given["e"] <= now:
            raise CONTEXT_REFUSED(reason="expired")
        if isinstance(context.scope, Service) and context.scope.name != given["i"]:
            raise CONTEXT_REFUSED(reason="a service scope signed by another")
        self._remember(self._verified, token, (context, given["e"]))
        return context

    def _remember(self, cache: OrderedDict[Any, Any], key: Any, value: Any) -> None:
        with self._lock:
            cache[key] = value
            if len(cache) > 4096:
                cache.popitem(last=False)
