"""The container and cluster manifests, checked without an engine; and that they name every part there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import health
from deploy.kubernetes.render import manifests
from shared.kit.settings import SERVICES, Settings
from tests.architecture.source import ROOT

PROGRAMS = Path(sys.executable).parent
PASSWORDS = {"POSTGRES_PASSWORD": "a", "RABBITMQ_PASSWORD": "b", "GRAFANA_PASSWORD": "c"}
COMPOSE = ROOT / "docker-compose.yml"


def _run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # --env-file: the developer's own .env is not what is tested
    given = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def _compose(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return _run(PROGRAMS / "docker-compose", "--env-file", "/dev/null", "-f", COMPOSE, *words, **environment)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    done = _compose("--profile", "observe", "config", **PASSWORDS)
    assert done.returncode == 0, done.stderr
    given: dict[str, Any] = yaml.safe_load(done.stdout)
    return given


def test_the_compose_file_is_valid() -> None:
    done = _compose("config", "-q", **PASSWORDS)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", PASSWORDS)
def test_no_password_has_a_default(missing: str) -> None:
    done = _compose("--profile", "observe", "config", "-q", **{k: v for k, v in PASSWORDS.items() if k != missing})
    assert done.returncode != 0
    assert "make up" in done.stderr


def test_every_service_has_a_container_that_is_watched(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        part = compose["services"][name]
        assert part["command"][:2] == ["serve", name]
        assert part["healthcheck"]["test"][-1] == name
        assert part["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert compose["services"]["gateway"]["command"] == ["gateway"]
    assert compose["services"]["jobs"]["command"] == ["jobs", "--all"]


def test_parts_are_confined_and_hold_no_administrator_password(compose: dict[str, Any]) -> None:
    parts = [compose["services"][name] for name in (*SERVICES, "jobs", "gateway")]
    for part in parts:
        assert part["read_only"]
        assert part["cap_drop"] == ["ALL"]
        assert "songgang:" not in part["environment"]["SONGGANG_DATABASE_URL"].removeprefix("postgresql://")
    published = [port for part in compose["services"].values() for port in part.get("ports", ())]
    assert {port.get("host_ip") for port in published} == {"127.0.0.1"}


def test_every_setting_in_the_manifests_is_one_that_the_platform_reads() -> None:
    known = {f"SONGGANG_{name.upper()}" for name in Settings.model_fields}
    for_compose = {"SONGGANG_VERSION", "SONGGANG_BASE", "SONGGANG_LISTEN"}
    for path in (COMPOSE, ROOT / "deploy/docker/Dockerfile", ROOT / "deploy/kubernetes/render.py"):
        named = set(re.findall(r"SONGGANG_[A-Z_]+", path.read_text()))
        assert named <= known | for_compose, path


def test_the_dockerfile_passes_hadolint() -> None:
    done = _run(PROGRAMS / "hadolint", "deploy/docker/Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_image_gets_everything_that_the_package_needs() -> None:
    """The build context is a list of what comes in; a new top-level package must be named there."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {"shared", "services", "gateway", "deploy", "pyproject.toml", "README.md"} <= let_in


def test_the_cluster_manifests_are_valid(tmp_path: Path) -> None:
    file = tmp_path / "songgang.yaml"
    standard = [
        one
        for one in manifests("songgang:1")
        if "cnpg" not in one["apiVersion"] and "rabbitmq" not in one["apiVersion"]
    ]
    file.write_text(yaml.safe_dump_all(standard))
    done = _run(PROGRAMS / "kubernetes-validate", "--strict", "--no-warn", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed for resource") == len(standard)


def test_the_cluster_runs_every_service_without_root() -> None:
    deployments = {one["metadata"]["name"]: one for one in manifests("songgang:1") if one["kind"] == "Deployment"}
    assert set(deployments) == {f"{name}-{role}" for name in SERVICES for role in ("rpc", "events")} | {
        "jobs",
        "gateway",
    }
    for one in deployments.values():
        pod = one["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"]


def test_a_health_check_says_no_when_nothing_answers() -> None:
    settings = Settings(_env_file=None, port=1, amqp_uri="amqp://guest:guest@127.0.0.1:1//")
    assert not health.gateway_answers(settings)
    assert not health.service_consumes(settings, "registry")
    assert health.main(["nobody"]) == 2


@pytest.mark.parametrize("script", sorted(ROOT.glob("deploy/**/*.sh")), ids=lambda path: path.name)
def test_scripts_are_posix_shell(script: Path) -> None:
    done = _run("/bin/sh", "-n", script)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_lock_is_hashed_complete_and_names_no_host(name: str) -> None:
    lines = (ROOT / f"deploy/requirements/{name}.txt").read_text().splitlines()
    pinned = [line for line in lines if re.match(r"[a-z0-9]", line)]
    assert pinned
    assert all(re.fullmatch(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[^ ]+( ; .+)? \\", line) for line in pinned)
    assert all(line.startswith(("    --hash=sha256:", "#")) for line in lines if line and line not in pinned)
    assert not [line for line in lines if "://" in line]


def test_both_locks_agree_and_hold_what_the_project_asks_for() -> None:
    import tomllib

    from packaging.requirements import Requirement

    def versions(name: str) -> dict[str, str]:
        text = (ROOT / f"deploy/requirements/{name}.txt").read_text()
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))

    run, test = versions("run"), versions("test")
    assert run.items() <= test.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted, locked in ((project["dependencies"], run), (project["optional-dependencies"]["test"], test)):
        for line in wanted:
            requirement = Requirement(line)
            name = requirement.name.lower().replace("_", "-").replace(".", "-")
            assert requirement.specifier.contains(locked[name], prereleases=True), f"{line}: run `make lock`"
