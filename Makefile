# Every target is one line; what it does is in deploy/ and in pyproject.toml. The project itself: README.md.
.DEFAULT_GOAL := run
.PHONY: setup setup-test run demo test test-all check bench faults up down lock assets
B := .venv/bin
KILLS ?= 20
PYTEST := $(B)/python -m pytest -n 2 --dist loadfile

setup: ; @sh deploy/setup.sh run
setup-test: ; @sh deploy/setup.sh test
assets: setup ; @$(B)/songgang assets
run: setup assets ; @exec $(B)/songgang up
demo: setup ; @exec $(B)/songgang demo
check: setup-test ; @sh deploy/check.sh
test: setup-test assets check ; @$(PYTEST) -m "not full"
test-all: setup-test assets check ; @SONGGANG_TEST_FULL=1 $(PYTEST)
bench: setup-test assets ; @$(B)/python -m tests.bench $(if $(ONLY),--only $(ONLY))
faults: setup-test assets ; @$(B)/python -m tests.faults --kills $(KILLS)
up: ; @sh deploy/docker/up.sh
down: ; @docker compose down
lock: setup-test ; @sh deploy/lock.sh
