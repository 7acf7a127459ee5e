"""The embedded PostgreSQL, for one process at a time."""

from shared.kit.postgres.cluster import SUPERUSER, EmbeddedPostgresError, binaries
from shared.kit.postgres.server import DATABASE, EmbeddedPostgres

__all__ = ["DATABASE", "SUPERUSER", "EmbeddedPostgres", "EmbeddedPostgresError", "binaries"]
