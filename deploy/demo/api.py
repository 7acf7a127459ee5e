"""The public API as the demo calls it: what it is told stands in the story, and a refusal ends it with its reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

FoundT = TypeVar("FoundT")


class DemoRefused(RuntimeError):
    """The platform refused something that the demo relied on."""


class Api:
    """One signed-in person."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=120)

    @classmethod
    def sign_in(cls, url: str, username: str, password: str) -> Api:
        answer = httpx.post(f"{url}/api/v1/sessions", json={"username": username, "password": password}, timeout=60)
        if not answer.is_success:
            raise DemoRefused(f"sign-in: {answer.text}")
        return cls(url, answer.json()["token"])

    def get(self, path: str, **query: Any) -> Any:
        return self._checked(self._client.get(path, params=query), path)

    def post(self, path: str, body: Any = None, **given: Any) -> Any:
        return self._checked(self._client.post(path, json=body, **given), path)

    def put(self, path: str, body: Any) -> Any:
        return self._checked(self._client.put(path, json=body), path)

    def allows(self, path: str, body: Any) -> bool:
        """Whether a post that rules may forbid was taken."""
        answer = self._client.post(path, json=body)
        if answer.status_code != 409:
            self._checked(answer, path)
        return answer.is_success

    def job(self, method: str, path: str, **given: Any) -> Any:
        """Start long work and wait for its end."""
        answer = self._client.request(method, path, **given)
        self._checked(answer, path)
        location = answer.headers["Location"].removeprefix("/api/v1")

        def ended() -> Any:
            state = self.get(location)
            return state if state["state"] in ("succeeded", "failed", "cancelled") else None

        state = eventually(ended, seconds=600)
        if state["state"] != "succeeded":
            raise DemoRefused(f"{path}: {state.get('problem')}")
        return state

    def all(self, path: str, **query: Any) -> list[Any]:
        """Every item of a list, page by page."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            page = self.get(path, **query, limit=200, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    def once_heard(self, path: str, body: Any, *, seconds: float = 60) -> Any:
        """Post, and again while the answer is that an event has not arrived yet."""
        last = ""

        def attempt() -> Any:
            nonlocal last
            answer = self._client.post(path, json=body)
            last = answer.text
            return answer.json() if answer.is_success else None

        try:
            return eventually(attempt, seconds=seconds)
        except TimeoutError:
            raise DemoRefused(f"{path}: {last}") from None

    def _checked(self, answer: httpx.Response, path: str) -> Any:
        if not answer.is_success:
            raise DemoRefused(f"{path}: {answer.status_code} {answer.text[:600]}")
        return answer.json() if answer.content else None


def eventually(look: Callable[[], FoundT | None], *, seconds: float) -> FoundT:
    """What `look` finds, once it finds something; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.2)
    return found
