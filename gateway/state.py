"""What the gateway's parts share. None of it matters: a gateway that restarts has lost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from starlette.requests import HTTPConnection

from gateway.limits import Limits
from gateway.options import GatewayOptions
from gateway.principals import PrincipalCache
from shared.kit.blobs import Blobs
from shared.kit.keys import Keys
from shared.kit.settings import Settings

if TYPE_CHECKING:
    from shared.kit.bus import Bus


@dataclass
class Gateway:
    """One gateway process."""

    bus: Bus
    settings: Settings
    keys: Keys
    blobs: Blobs
    options: GatewayOptions
    principals: PrincipalCache
    limits: Limits
    has_county: bool = False

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach the platform over https, as set, or as its public address says."""
        if self.settings.secure_cookies is not None:
            return self.settings.secure_cookies
        return self.settings.base_url.startswith("https://")


def gateway_of(connection: HTTPConnection) -> Gateway:
    return cast(Gateway, connection.app.state.gateway)
