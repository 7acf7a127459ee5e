"""The platform on Kubernetes, written from the list of its parts: `python -m deploy.kubernetes.render IMAGE`.

A sound minimum: PostgreSQL by CloudNativePG, RabbitMQ by its cluster operator, one Deployment a service, jobs,
gateway, a migration Job, and a network policy that lets only the platform reach its own parts. Secrets are not
written here: `songgang-keys` (keys.json) and `songgang-blobs` (SONGGANG_BLOB_URL and its credentials) must exist.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from shared.kit.settings import SERVICES

NAMESPACE = "songgang"
Manifest = dict[str, Any]


def manifests(image: str) -> Iterator[Manifest]:
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    yield _postgres()
    yield _rabbitmq()
    yield _migration(image)
    for service in SERVICES:
        for role in ("rpc", "events"):
            yield _deployment(
                image, f"{service}-{role}", ["serve", service, "--role", role], replicas=2, memory="384Mi"
            )
    yield _first_administrator(image)
    yield _deployment(image, "jobs", ["jobs", "--all"], replicas=2, memory="1Gi")
    yield _deployment(image, "gateway", ["gateway"], replicas=2, memory="384Mi", is_web=True)
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata("gateway"),
        "spec": {"selector": _labels("gateway"), "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }
    yield {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": _metadata("gateway"),
        "spec": {"minAvailable": 1, "selector": {"matchLabels": _labels("gateway")}},
    }
    yield _network_policy()


def _postgres() -> Manifest:
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": _metadata("postgres"),
        "spec": {
            "instances": 3,
            "imageName": "ghcr.io/cloudnative-pg/postgresql:18",
            "enableSuperuserAccess": True,  # the migration makes one role per service
            "bootstrap": {
                "initdb": {
                    "database": "songgang",
                    "owner": "songgang",
                    "encoding": "UTF8",
                    "localeProvider": "builtin",
                    "locale": "C.UTF-8",
                    "builtinLocale": "C.UTF-8",
                }
            },
            "postgresql": {
                "synchronous": {"method": "any", "number": 1},
                "parameters": {
                    "jit": "off",
                    "max_connections": "400",
                    "log_error_verbosity": "terse",
                    "log_min_error_statement": "panic",
                },
            },
            "storage": {"size": "20Gi"},
        },
    }


def _rabbitmq() -> Manifest:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": "RabbitmqCluster",
        "metadata": _metadata("rabbitmq"),
        "spec": {"replicas": 3, "persistence": {"storage": "10Gi"}},
    }


def _migration(image: str) -> Manifest:
    superuser = _from_secret("postgres-superuser", "uri")
    pod = _pod(image, "migrate", ["migrate"], memory="512Mi", database=superuser)
    pod["spec"]["restartPolicy"] = "OnFailure"
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": _metadata("migrate"),
        "spec": {"backoffLimit": 10, "ttlSecondsAfterFinished": 3600, "template": pod},
    }


def _first_administrator(image: str) -> Manifest:
    """Waits for identity, creates the county once and logs how to sign in."""
    pod = _pod(image, "first-administrator", [], memory="256Mi")
    pod["spec"]["restartPolicy"] = "OnFailure"
    pod["spec"]["containers"][0]["command"] = ["python", "-m", "deploy.first_administrator"]
    metadata = _metadata("first-administrator")
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"backoffLimit": 10, "template": pod},
    }


def _consumes(service: str) -> Manifest:
    """A part that lost its broker for five minutes is started again; its health check looks at its queues."""
    return {
        "exec": {"command": ["python", "-m", "deploy.health", service]},
        "initialDelaySeconds": 60,
        "periodSeconds": 60,
        "timeoutSeconds": 10,
        "failureThreshold": 5,
    }


def _deployment(
    image: str, name: str, arguments: Sequence[str], *, replicas: int, memory: str, is_web: bool = False
) -> Manifest:
    pod = _pod(image, name, arguments, memory=memory)
    container = pod["spec"]["containers"][0]
    if is_web:
        container["ports"] = [{"name": "http", "containerPort": 8080}]
        container["readinessProbe"] = {"httpGet": {"path": "/readyz", "port": "http"}, "periodSeconds": 5}
        container["livenessProbe"] = {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 15}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(name),
        "spec": {"replicas": replicas, "selector": {"matchLabels": _labels(name)}, "template": pod},
    }


def _pod(
    image: str, name: str, arguments: Sequence[str], *, memory: str, database: Mapping[str, Any] | None = None
) -> Manifest:
    url = database or {"value": "postgresql://songgang@postgres-rw:5432/songgang"}
    return {
        "metadata": {"labels": _labels(name)},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 30,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 10001,
                "runAsGroup": 10001,
                "fsGroup": 10001,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "songgang",
                    "image": image,
                    "args": list(arguments),
                    "env": [
                        {"name": "SONGGANG_AMQP_URI", **_from_secret("rabbitmq-default-user", "connection_string")},
                        {"name": "SONGGANG_DATABASE_URL", **url},
                        {"name": "SONGGANG_KEYS_FILE", "value": "/run/songgang/keys.json"},
                    ],
                    "envFrom": [{"secretRef": {"name": "songgang-blobs"}}],
                    "resources": {"requests": {"cpu": "50m", "memory": "192Mi"}, "limits": {"memory": memory}},
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "readOnlyRootFilesystem": True,
                        "capabilities": {"drop": ["ALL"]},
                    },
                    "volumeMounts": [
                        {"name": "keys", "mountPath": "/run/songgang", "readOnly": True},
                        {"name": "scratch", "mountPath": "/var/lib/songgang"},
                        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - the pod's own
                    ],
                }
            ],
            "volumes": [
                {"name": "keys", "secret": {"secretName": "songgang-keys", "defaultMode": 0o440}},
                {"name": "scratch", "emptyDir": {}},
                {"name": "tmp", "emptyDir": {}},
            ],
        },
    }


def _network_policy() -> Manifest:
    """Nobody from outside the namespace reaches a part, except the gateway's port."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _metadata("only-the-gateway-from-outside"),
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/part-of": "songgang"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {}}]}, {"ports": [{"port": 8080, "protocol": "TCP"}]}],
        },
    }


def _from_secret(name: str, key: str) -> dict[str, Any]:
    return {"valueFrom": {"secretKeyRef": {"name": name, "key": key}}}


def _metadata(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": NAMESPACE, "labels": _labels(name)}


def _labels(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/part-of": "songgang", "app.kubernetes.io/name": name}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("which image? python -m deploy.kubernetes.render registry.example/songgang:1.0 | kubectl apply -f -")
    print(yaml.safe_dump_all(manifests(sys.argv[1]), sort_keys=False), end="")
