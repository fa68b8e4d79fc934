# Everything that a person does with Stackdeck, by one word. `make help` lists it.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Test workers; which tests stay together in one of them is said in tests/conftest.py.
TEST_WORKERS ?= 2
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo run test check faults zones bench lock screenshots secrets services migrations clean

help: ## List what make can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# One environment for all; each stamp says which lock file has been installed into it.
# Installing more on top is fine: the lock files agree on every version.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Stackdeck needs Python 3.11 or newer; set PYTHON=")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.%-installed: requirements/%.txt | $(BIN)/python
	@echo "Installing $< into $(VENV): once, about a minute"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

demo: $(VENV)/.demo-installed ## Start everything on a simulated AWS: no credentials, no servers. PORT=8000
	@exec $(BIN)/python manage.py demo

run: $(VENV)/.app-installed ## Start on your own AWS credentials (or AWS_PROFILE). PORT=8000
	@exec $(BIN)/python manage.py serve

test: $(VENV)/.dev-installed ## All tests; what needs a program that isn't there is skipped by name
	$(BIN)/python -m pytest -n $(TEST_WORKERS) $(ARGS)

check: $(VENV)/.dev-installed ## Lint, types, import contracts, missing migrations, stale documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py services_doc --check

faults: $(VENV)/.dev-installed ## Kill senders 200 times on SQLite and PostgreSQL; prints lost, doubled, late
	$(BIN)/python -m tests.faults $(ARGS)

zones: $(VENV)/.dev-installed ## Run digests through two years in every time zone; prints missing, doubled, early
	$(BIN)/python -m tests.digests.zones

bench: $(VENV)/.dev-installed ## Measure collecting, storing, reading, pages; writes bench/results.json
	$(BIN)/python -m bench $(ARGS)

lock: $(VENV)/.dev-installed ## Resolve pyproject.toml again into requirements/*.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(call compile,app,)
	$(call compile,demo,--extra demo)
	$(call compile,dev,--extra demo --extra dev)

compile = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	--python-version 3.11 $(2) pyproject.toml -o requirements/$(1).txt

screenshots: $(VENV)/.dev-installed ## Make the README's pictures from the demo; needs Chromium
	$(BIN)/python docs/screenshots.py

secrets: ## Make passwords and keys for docker-compose.yml in ./secrets
	@$(PYTHON) dashboard/management/compose_secrets.py secrets

services: $(VENV)/.dev-installed ## Write docs/services.md from the catalogue
	$(BIN)/python manage.py services_doc

migrations: $(VENV)/.dev-installed ## Write missing migrations
	$(BIN)/python manage.py makemigrations dashboard

clean: ## Remove the environment, caches and the demo's data; never your own data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis var/demo staticfiles
