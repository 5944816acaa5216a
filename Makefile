# Everything here works from a bare machine with make and Python 3.11 or newer.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: help setup demo up test test-long check format lock clean

BIN := .venv/bin
STAMP := .venv/.installed
PYTHON ?=
# Tests and demo start Python often; without bytecode each start would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
# One more than a small machine has cores, as many tests mostly wait for a server.
PYTEST_ARGS ?= -n 3 --dist loadfile --no-loadscope-reorder
# What tries far more when it is asked to, with the seeds and figures printed.
LONG := tests/machines tests/reliability tests/chaos tests/services/test_feedback.py tests/contracts
SOURCES := nurture workflows activities $(wildcard worker.py) $(wildcard migrations) tests

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## make .venv with everything; does nothing when it is current
	@true

$(STAMP): requirements/dev.txt pyproject.toml
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; fi; \
	if [ -z "$$python" ]; then \
	    echo "setup: no Python 3.11 or newer on PATH; install one, or name it: make setup PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setup: making .venv with $$($$python --version)"; \
	    $$python -m venv --clear .venv || { echo "setup: $$python cannot make a venv; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	fi
	@echo "setup: installing the locked requirements (1 to 3 minutes the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## run the demo and serve it until Ctrl-C; EXIT=1 stops at its end
	@$(BIN)/nurture demo $(if $(filter-out 0,$(EXIT)),--exit)

up: setup ## run everything on this machine, state kept in .nurture/
	@$(BIN)/nurture up

test: setup ## the whole test suite
	@$(BIN)/pytest $(PYTEST_ARGS)

test-long: setup ## the tests of reliability and of people and machines, many more of each; prints their figures (half an hour)
	@NURTURE_TEST_FULL=1 $(BIN)/pytest -n 2 --dist loadfile -rP -o faulthandler_timeout=3600 $(LONG)

check: setup ## lint, format, types, import rules
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## format the code
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)

# uv lives in its own venv and only while locking; it writes hashes for every platform and no addresses.
lock: setup ## renew requirements/ from pyproject.toml (UPGRADE=1: to the newest versions)
	@$(BIN)/python -m venv build/uv && build/uv/bin/python -m pip install -qq uv
	@lock="build/uv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(if $(UPGRADE),--upgrade)"; \
	$$lock --extra embedded --extra postgres --extra graph --extra checkout pyproject.toml -o requirements/run.txt; \
	$$lock --all-extras --constraints requirements/run.txt pyproject.toml -o requirements/dev.txt

clean: ## remove .venv and caches (never .nurture/)
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
