"""Bringing a database to this version: roles, schemas, the kit's tables, each service's migrations, all policies.

Everything happens in one transaction under an advisory lock, before services start. Policies and grants are applied
anew every time, from the models. A fingerprint of all of it makes an unchanged start quick.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlmodel import SQLModel

from shared.kit.database import role_name
from shared.kit.keys import Keys
from shared.kit.schema import POLICIES, STEPS
from shared.kit.tables import ServiceTable
from shared.kit.tenancy import Policy

ROOT = Path(__file__).resolve().parents[2]


class PolicyMissing(TypeError):
    """A table without a policy would be closed to everyone, or open by mistake; neither is migrated."""


def driver_url(url: str | URL) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


def app_url(admin_url: str | URL, keys: Keys) -> URL:
    """Where the application logs in: its own role, whose password is derived from the platform's keys."""
    admin = driver_url(admin_url)
    return admin.set(username=role_name(str(admin.database), "app"), password=_password(keys, str(admin.database)))


def _password(keys: Keys, database: str) -> str:
    oldest = keys.ids[-1]
    return keys.secret(f"database/{database}", oldest).hex()


def tables_of(service: str) -> Iterator[tuple[str, type[ServiceTable]]]:
    """Every table class of a service, by table name."""
    importlib.import_module(f"services.{service}.models")
    waiting: list[type[ServiceTable]] = list(ServiceTable.__subclasses__())
    seen: set[str] = set()
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        table = getattr(found, "__table__", None)
        if table is not None and table.schema == service and table.name not in seen:
            seen.add(table.name)
            yield table.name, found


def metadata_of(service: str) -> MetaData:
    module = importlib.import_module(f"services.{service}.models")
    base: type[SQLModel] = module.Table
    return base.metadata


def policies_of(service: str) -> dict[str, Policy]:
    """Each table's policy; raises PolicyMissing."""
    found: dict[str, Policy] = {}
    for name, table in tables_of(service):
        policy = getattr(table, "__policy__", None)
        if not isinstance(policy, Policy):
            raise PolicyMissing(f"{service}.{name} names no policy")
        found[name] = policy
    return found


def uses_grants(service: str) -> bool:
    return any(policy.uses_grants for policy in policies_of(service).values())


def fingerprint(services: Sequence[str]) -> str:
    """What the database was brought to: all migrations, kit steps and models' policies."""
    digest = hashlib.sha256()
    for step in STEPS:
        digest.update(step.encode())
    digest.update(repr(POLICIES).encode())
    for service in services:
        folder = ROOT / "services" / service
        for path in sorted([*folder.glob("migrations/versions/*.py"), *folder.glob("*.py")]):
            digest.update(path.name.encode() + path.read_bytes())
    digest.update((ROOT / "shared/kit/tenancy.py").read_bytes())
    return digest.hexdigest()


def is_current(engine: Engine, services: Sequence[str]) -> bool:
    """Whether the database was brought to exactly this version."""
    with engine.connect() as connection:
        if connection.execute(text("SELECT to_regclass('public.songgang_version')")).scalar() is None:
            return False
        found = connection.execute(text("SELECT fingerprint FROM public.songgang_version")).scalar()
    return found == fingerprint(services)


def migrate(admin_url: str | URL, keys: Keys, services: Sequence[str]) -> None:
    """Bring the database to this version; a second call changes nothing."""
    engine = create_engine(driver_url(admin_url))
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('songgang-migrate', 0))"))
            database = str(connection.execute(text("SELECT current_database()")).scalar())
            _roles(connection, database, keys, services)
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public"))
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public"))
            for service in services:
                _service(connection, database, service)
            connection.execute(
                text("CREATE TABLE IF NOT EXISTS public.songgang_version (single bool PRIMARY KEY, fingerprint text)")
            )
            connection.execute(
                text(
                    "INSERT INTO public.songgang_version VALUES (true, :fingerprint) "
                    "ON CONFLICT (single) DO UPDATE SET fingerprint = excluded.fingerprint"
                ),
                {"fingerprint": fingerprint(services)},
            )
            connection.execute(text("GRANT SELECT ON public.songgang_version TO PUBLIC"))
    finally:
        engine.dispose()


def _roles(connection: Connection, database: str, keys: Keys, services: Sequence[str]) -> None:
    app = role_name(database, "app")
    _create_role(connection, app, "LOGIN NOINHERIT")
    connection.exec_driver_sql(f"ALTER ROLE \"{app}\" PASSWORD '{_password(keys, database)}'")
    for name in (*services, "relay"):
        role = role_name(database, name)
        _create_role(connection, role, "NOLOGIN")
        connection.exec_driver_sql(f'GRANT "{role}" TO "{app}"')


def _create_role(connection: Connection, name: str, attributes: str) -> None:
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).scalar()
    if known is None:
        connection.exec_driver_sql(f'CREATE ROLE "{name}" {attributes} NOSUPERUSER NOBYPASSRLS')


def _service(connection: Connection, database: str, service: str) -> None:
    role, relay = role_name(database, service), role_name(database, "relay")
    connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{service}"')
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{service}" TO "{role}", "{relay}"')
    _kit_steps(connection, service)
    upgrade(connection, service)
    connection.exec_driver_sql(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{service}" TO "{role}"')
    connection.exec_driver_sql(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{service}" TO "{role}"')
    for table in ("alembic_version", "kit_version"):
        connection.exec_driver_sql(f'REVOKE INSERT, UPDATE, DELETE ON "{service}".{table} FROM "{role}"')
    connection.exec_driver_sql(f'GRANT SELECT, UPDATE ON "{service}".outbox TO "{relay}"')
    connection.exec_driver_sql(f'GRANT SELECT, INSERT ON "{service}".inbox TO "{relay}"')
    for table, policy in policies_of(service).items():
        for statement in policy.statements(service, table, role=role):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    for table, policy in POLICIES.items():
        for statement in policy.statements(service, table, role=role):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    for table in ("outbox", "inbox"):
        connection.exec_driver_sql(f'DROP POLICY IF EXISTS relay ON "{service}".{table}')
        connection.exec_driver_sql(
            f'CREATE POLICY relay ON "{service}".{table} FOR ALL TO "{relay}" USING (true) WITH CHECK (true)'
        )


def _kit_steps(connection: Connection, service: str) -> None:
    connection.exec_driver_sql(f'CREATE TABLE IF NOT EXISTS "{service}".kit_version (number int PRIMARY KEY)')
    done = set(connection.execute(text(f'SELECT number FROM "{service}".kit_version')).scalars())
    for number, step in enumerate(STEPS, start=1):
        if number not in done:
            connection.exec_driver_sql(step.format(s=f'"{service}"'))
            connection.execute(text(f'INSERT INTO "{service}".kit_version VALUES (:number)'), {"number": number})


def _config(connection: Connection, service: str):  # type: ignore[no-untyped-def]
    from alembic.config import Config

    versions = ROOT / "services" / service / "migrations" / "versions"
    config = Config()
    config.set_main_option("script_location", str(ROOT / "shared" / "kit" / "alembic"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, schema=service, metadata=metadata_of(service))
    return config


def upgrade(connection: Connection, service: str) -> None:
    from alembic import command

    connection.exec_driver_sql(
        f'CREATE TABLE IF NOT EXISTS "{service}".alembic_version (version_num varchar(32) PRIMARY KEY)'
    )
    if list((ROOT / "services" / service / "migrations" / "versions").glob("*.py")):
        command.upgrade(_config(connection, service), "head")


def revise(admin_url: str | URL, service: str, message: str) -> Path:
    """Write the next migration of a service from the difference between its models and an up-to-date database."""
    from alembic import command

    versions = ROOT / "services" / service / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    number = f"{len(list(versions.glob('[0-9]*.py'))) + 1:04d}"
    engine = create_engine(driver_url(admin_url))
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{service}"')
            upgrade(connection, service)
            config = _config(connection, service)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            made = command.revision(config, message, autogenerate=True, rev_id=number, version_path=str(versions))
            connection.commit()
    finally:
        engine.dispose()
    script = made[0] if isinstance(made, list) else made
    if script is None:
        raise RuntimeError(f"alembic made no revision for {service}")
    return Path(script.path)
