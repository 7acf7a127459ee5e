#!/bin/sh
# Write the exact versions and their hashes from pyproject.toml: run.txt for the platform, test.txt for the tests too.
# The machine's own pip settings are left out, so that no address, folder or host gets into the files.
set -eu
cd "$(dirname "$0")/.."
pip_compile=${PIP_COMPILE:-.venv/bin/pip-compile}
[ -x "$pip_compile" ] || { echo "lock: $pip_compile is missing: run 'make setup-test' first" >&2; exit 1; }

unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_INDEX_URL PIP_NO_INDEX || true
PIP_CONFIG_FILE=/dev/null
CUSTOM_COMPILE_COMMAND="make lock"
export PIP_CONFIG_FILE CUSTOM_COMPILE_COMMAND

compile() {
    output=$1
    shift
    "$pip_compile" --quiet --resolver=backtracking --generate-hashes --allow-unsafe --strip-extras --build-deps-for editable \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate --no-emit-options \
        "$@" --output-file "$output" pyproject.toml
}
compile deploy/requirements/run.txt "$@"
# What both files hold is hashed once: hashes of unchanged versions are taken from the file that is there.
[ -f deploy/requirements/test.txt ] || cp deploy/requirements/run.txt deploy/requirements/test.txt
compile deploy/requirements/test.txt --extra test --constraint deploy/requirements/run.txt "$@"
if grep -nE '://|^-|file:/' deploy/requirements/run.txt deploy/requirements/test.txt; then
    echo "lock: an address or option got into the files" >&2
    exit 1
fi
