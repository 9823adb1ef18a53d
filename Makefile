# Every target works on a machine with Python 3.11 or newer (with venv), git and make. Nothing is installed outside this folder,
# except a browser for `make test` when the machine has none.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
# The environment's programs come first: Node for the UI is one of them.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Images of Python like to set this; without what is compiled once, each of a portal's processes would compile 700 modules anew.
unexport PYTHONDONTWRITEBYTECODE

BASE_PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v "$$name"; break; }; done)
RUNTIME := $(VENV)/.runtime-$(shell cat requirements.txt | cksum | cut -d ' ' -f 1)
TOOLS := $(VENV)/.tools-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)

# Browser tests have processes of their own: Playwright's loop must not meet asyncio tests. A file stays in one process,
# which has one Chromium; the long files come first (tests/ui/conftest.py). Whoever is first makes what all others use.
BROWSER_FOLDERS := $(wildcard tests/ui tests/acceptance tests/chaos tests/forms)
SERVER_FOLDERS := $(filter-out $(BROWSER_FOLDERS) tests/support tests/bench,$(patsubst %/,%,$(wildcard tests/*/)))
# The workers' tests come before the many short ones, so that no process ends with a long one alone.
SERVER_FOLDERS := $(filter tests/worker,$(SERVER_FOLDERS)) $(filter-out tests/worker,$(SERVER_FOLDERS))
# One more keeps the processors busier, and makes whatever waits for something wait longer.
PROCESSES ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PYTEST := $(PY) -m pytest --durations=10

.PHONY: help venv up test templates paths lint format bench chaos clean
help:
	@echo "make up     start the portal on this machine    make test   every test, browser tests included"
	@echo "make lint   style, types, layers                make bench  measure it"
	@echo "make templates  the templates' tests alone      make paths  a person's path through each, measured"
	@echo "make chaos ROUNDS=20 [SEED=n]  break everything at random, and see that nothing is lost"
	@echo "make clean  remove what was built               make venv   only the environment"

venv: $(TOOLS)

$(VENV)/bin/python:
	@test -n "$(BASE_PYTHON)" || { echo "Terrace needs Python 3.11 or newer; this machine has $$(python3 --version 2>&1). Install one, or name it: make BASE_PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@"$(BASE_PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(RUNTIME): $(VENV)/bin/python
	@echo "Installing what the portal needs into $(VENV) (once; a few minutes)"
	@$(PY) -m pip install --quiet --requirement requirements.txt || { echo "The packages could not be installed. If pip found no build for this machine, docs/dependencies.md names the program to install instead."; exit 1; }
	@rm -f $(VENV)/.runtime-* && touch $@

$(TOOLS): $(RUNTIME)
	@echo "Installing the development tools into $(VENV)"
	@$(PY) -m pip install --quiet --requirement requirements-dev.txt
	@rm -f $(VENV)/.tools-* && touch $@

up: $(RUNTIME)
	@exec $(PY) -m portal.cli up

test: $(TOOLS)
	@$(PY) -m tests.support.chromium
	@$(PY) -m portal.ui.build
	@status=0; \
	$(PYTEST) -n $(PROCESSES) --maxprocesses 8 --dist loadgroup $(SERVER_FOLDERS) || status=$$?; \
	$(PYTEST) --timeout 600 -n $(PROCESSES) --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(BROWSER_FOLDERS) || status=$$?; \
	exit $$status

templates: $(TOOLS)
	@$(PYTEST) -n $(PROCESSES) --maxprocesses 8 --dist loadgroup tests/templates

paths: $(TOOLS)
	@$(PY) -m tests.support.chromium
	@$(PY) -m portal.ui.build
	@$(PY) -m tests.bench.paths

lint: $(TOOLS)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyright
	$(VENV)/bin/lint-imports
	@if command -v terraform >/dev/null; then terraform fmt -check -recursive templates; fi

format: $(TOOLS)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(TOOLS)
	@$(PY) -m portal.ui.build
	@$(PY) -m tests.bench

ROUNDS ?= 20
chaos: $(TOOLS)
	@$(PY) -m tests.chaos.harness --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

# The data folder (.data) is yours and stays.
clean:
	rm -rf $(VENV) .web .states .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +
