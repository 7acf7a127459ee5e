"""What one step of the demo leaves for the next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.api import Api
from deploy.demo.jobs import CITIES


@dataclass
class County:
    hq: Api
    url: str
    people: int
    seed: int = 522631
    password: str = field(default_factory=lambda: f"Demo-{secrets.token_urlsafe(9)}")
    outposts: dict[str, Api] = field(default_factory=dict)
    partners: dict[str, Api] = field(default_factory=dict)
    employers: dict[str, str] = field(default_factory=dict)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    started: list[dict[str, Any]] = field(default_factory=list)
    lot_code: str = ""
    worker_link: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(CITIES)
