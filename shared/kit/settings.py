"""Every setting of the platform, read from `SONGGANG_…` variables; nothing else reads the environment."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = (
    "identity",
    "registry",
    "postings",
    "training",
    "dispatch",
    "outposts",
    "honey",
    "ledger",
    "notify",
)


class Settings(BaseSettings):
    """Defaults are those of the embedded mode: one process, nothing else on the machine."""

    model_config = SettingsConfigDict(env_prefix="SONGGANG_", env_file=".env", extra="ignore")

    data: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None

    amqp_uri: str | None = None
    database_url: str | None = None
    app_database_url: str | None = None
    redis_url: str | None = None
    blob_url: str | None = None

    keys_file: Path | None = None
    keys: SecretStr | None = None
    admin_password: SecretStr | None = None

    database_pool: int = 12
    rpc_workers: int = 50
    rpc_timeout_seconds: float = 10.0
    event_batch: int = 500
    split_events: bool = False
    max_event_attempts: int = 8
    retain_days: int = 30
    idempotency_hours: int = 48

    secure_cookies: bool | None = None
    trusted_proxies: str = ""
    allow_private_feeds: bool = False
    max_upload_mb: int = 50

    wecom_gateway: str | None = None
    sms_gateway: str | None = None
    sms_inbound_token: SecretStr | None = None
    osrm_url: str | None = None
    font_path: Path | None = None

    log_level: str = "INFO"
    log_json: bool = False
    otlp_endpoint: str | None = None

    @property
    def is_embedded(self) -> bool:
        """Without a broker the platform is one process and its outbox is the queue."""
        return self.amqp_uri is None

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


@lru_cache(maxsize=1)
def settings_from_environment() -> Settings:
    return Settings()
