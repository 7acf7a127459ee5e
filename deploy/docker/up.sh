#!/bin/sh
# Start the platform in containers. Passwords are generated once into .env (0600); none has a default.
set -eu
cd "$(dirname "$0")/../.."
command -v docker >/dev/null || { echo "up: needs Docker with compose; without it use: make run" >&2; exit 1; }

secret() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }
umask 077
touch .env
for name in POSTGRES_PASSWORD RABBITMQ_PASSWORD GRAFANA_PASSWORD; do
    grep -q "^$name=" .env || echo "$name=$(secret)" >> .env
done
if [ "${OBSERVE:-}" = 1 ]; then
    COMPOSE_PROFILES=observe
    SONGGANG_OTLP_ENDPOINT=http://collector:4318
    export COMPOSE_PROFILES SONGGANG_OTLP_ENDPOINT
fi
docker compose up --build --detach --wait "$@"
docker compose logs --no-log-prefix first-administrator
