# Every command of the project. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
WORKERS ?= 2
BIN := .venv/bin
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile
COMPILE := pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate

.PHONY: help run setup setup-dev test check static migrations durability bench lock format screens

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: setup ## set everything up, load a demonstration into an empty database and serve it (PORT=8000)
	@PORT=$(PORT) scripts/serve.sh

setup: ## the virtual environment and the pinned dependencies
	@scripts/setup.sh run

setup-dev:
	@scripts/setup.sh dev

test: setup-dev ## the whole suite: SQLite, PostgreSQL, browser
	@scripts/ensure_chromium.sh
	@echo "Tests on SQLite"
	@TRACKER_TEST_DATABASE=sqlite $(PYTEST) --ignore=tests/browser --ignore=tests/durability
	@echo "Tests on PostgreSQL"
	@TRACKER_TEST_DATABASE=postgresql $(PYTEST) --ignore=tests/browser --ignore=tests/durability
	@if [ -d tests/browser ]; then echo "Tests in a browser"; $(PYTEST) tests/browser; fi

static: setup-dev
	@echo "Format (ruff)"
	@$(BIN)/ruff format --check .
	@echo "Lint (ruff)"
	@$(BIN)/ruff check .
	@echo "Types (mypy)"
	@$(BIN)/mypy
	@echo "Import contracts (import-linter)"
	@$(BIN)/lint-imports --no-cache --no-logo
	@echo "Templates (djlint)"
	@$(BIN)/djlint templates --lint --quiet

migrations: setup-dev
	@scripts/check_migrations.sh

check: static ## what continuous integration runs: format, lint, types, contracts, templates, tests, migrations, short durability
	@$(MAKE) test
	@$(MAKE) migrations
	@if [ -d tests/durability ]; then echo "Durability, the short forms"; $(PYTEST) tests/durability -m short; fi

durability: setup-dev ## the long forms: kills, power cuts, mutations, restarts
	@echo "Durability, the long forms (this takes many minutes)"
	@$(BIN)/pytest tests/durability -v

bench: setup-dev ## the benchmarks, with ratios against a floor measured in the same run
	@echo "Benchmarks"
	@$(BIN)/python -m bench

lock: setup-dev ## compile the requirements again, with hashes
	@command -v uv >/dev/null || [ -x $(BIN)/uv ] || { echo "lock: uv is needed: $(BIN)/pip install uv" >&2; exit 1; }
	@echo "Compiling requirements.txt and requirements-dev.txt"
	@PATH="$(CURDIR)/$(BIN):$$PATH" uv $(COMPILE) requirements.in -o requirements.txt --quiet
	@PATH="$(CURDIR)/$(BIN):$$PATH" uv $(COMPILE) requirements-dev.in -o requirements-dev.txt --quiet

format: setup-dev ## put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screens: setup-dev ## take the pictures in docs/screens again
	@scripts/ensure_chromium.sh
	@echo "Taking the pictures in docs/screens"
	@$(BIN)/python -m scripts.screens
