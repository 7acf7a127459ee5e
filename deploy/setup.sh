#!/bin/sh
# Make .venv with exactly the locked libraries: `setup.sh run` for the platform, `setup.sh test` for the tests too.
# Quick when nothing changed: a stamp in .venv names what was installed, with which Python, and where.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }
is_usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; }

apt_install() {
    # Root on Debian gets it installed; everybody else is told what to install.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $*"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        fail "please install: $*   (Debian: sudo apt-get install $*)"
    fi
}

find_python() {
    for python in ${PYTHON:-} python3.11 python3.12 python3; do
        if command -v "$python" >/dev/null && is_usable "$python"; then
            command -v "$python"
            return 0
        fi
    done
    return 1
}

python=$(find_python) || { apt_install python3.11 python3.11-venv; python=$(find_python) || fail "no Python 3.11 or 3.12"; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install "$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"

stamp_of() {
    { "$python" -V; pwd; cat "deploy/requirements/$1.txt" pyproject.toml; } | sha256sum | cut -d' ' -f1
}
is_current() { [ "$(cat ".venv/.songgang-$1" 2>/dev/null)" = "$(stamp_of "$1")" ] && .venv/bin/python -c '' 2>/dev/null; }

is_current "$what" && exit 0

if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! is_usable .venv/bin/python; then
    case $what in
        run) size="about 250 MB" ;;
        *) size="about 350 MB" ;;
    esac
    say "making .venv with $("$python" -V); the first download is $size"
    rm -rf .venv
    "$python" -m venv .venv
fi
quiet=-q
[ -t 2 ] && quiet=
pip() { .venv/bin/python -m pip "$@" $quiet --disable-pip-version-check --no-input; }
pip install --require-hashes --no-deps -r "deploy/requirements/$what.txt"
pip install --no-deps --no-build-isolation --no-index -e .
stamp_of run > .venv/.songgang-run
[ "$what" = run ] || stamp_of "$what" > ".venv/.songgang-$what"
say "ready"
