"""What of the gateway can be tuned: sizes and rates. Everything else is in the platform's settings."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewayOptions(BaseSettings):
    """Read from `SONGGANG_GATEWAY_…`. Rates are written as `limits` reads them: `600/minute`."""

    model_config = SettingsConfigDict(env_prefix="SONGGANG_GATEWAY_", extra="ignore")

    # A county's whole morning through one account is about 100 a second; above this it is a runaway program.
    rate_principal: str = "60000/minute"
    rate_anonymous: str = "6000/minute"
    # By address. A township hall shares one; five wrong passwords block the username anyway.
    rate_sign_in: str = "600/minute"

    max_json_mb: int = 4
    max_feed_mb: int = 512
    principal_cache_seconds: float = 15.0
    principal_cache_size: int = 20_000
    job_poll_seconds: float = 0.5
    job_stream_seconds: float = 900.0
