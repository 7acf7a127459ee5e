"""The parts of the platform and how they fit, in one place: which services there are and which classes run them."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Sequence

from shared.kit.settings import SERVICES


def service_class(name: str) -> type:
    """The nameko class of one service: the one in `services.<name>.service` whose `name` is that name."""
    module = importlib.import_module(f"services.{name}.service")
    for _, found in inspect.getmembers(module, inspect.isclass):
        if getattr(found, "name", None) == name and found.__module__ == module.__name__:
            return found
    raise LookupError(f"services.{name}.service has no class named {name!r}")


def service_classes(names: Sequence[str] = SERVICES) -> list[type]:
    return [service_class(name) for name in names]
