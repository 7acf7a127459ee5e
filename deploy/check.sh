#!/bin/sh
# What needs no server: format, lint, types, import rules. All of them run, so that one call shows everything.
set -u
cd "$(dirname "$0")/.."
B=.venv/bin
status=0
for step in "ruff format --check --quiet ." "ruff check --quiet --output-format concise ." "mypy" "lint-imports --no-cache" \
    "python -m pytest tests/architecture -q -m 'not full'"; do
    echo "check: $step"
    eval "$B/$step" || status=1
done
exit $status
