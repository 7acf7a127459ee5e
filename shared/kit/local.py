"""Calling a service class that lives in this process: the embedded platform's way, and a service's own with batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts.errors import UNAVAILABLE
from shared.kit.unit import Answering, Runtime, Work


class LocalCaller:
    """Calls the very same service classes in this process, on the caller's thread."""

    def __init__(self, on_call: Callable[[], object] | None = None) -> None:
        self._services: dict[str, tuple[type, Runtime, Mapping[str, Answering]]] = {}
        self._on_call = on_call

    def add(self, service: type, runtime: Runtime) -> None:
        # Not at the top: what declares entrypoints builds on nameko's extensions, and those on this.
        from shared.kit.entrypoints import declared, with_kit

        whole = with_kit(service)
        self._services[runtime.name] = (whole, runtime, declared(whole).answers)

    def answers(self, service: str) -> Mapping[str, Answering]:
        return self._services[service][2]

    def call(self, service: str, method: str, body: Any, headers: dict[str, str], timeout: float) -> Any:
        found = self._services.get(service)
        if found is None or method not in found[2]:
            raise UNAVAILABLE(part=f"{service}.{method}")
        if self._on_call is not None:
            self._on_call()
        instance = found[0]()
        instance.unit = Work(found[1], headers)
        return getattr(instance, method)(body)
