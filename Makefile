# Set up, run, test and check Broadsheet. `make` alone lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
PY := .venv/bin/python
UV := .venv/bin/uv
INSTALL_PACKAGE = $(UV) pip install --quiet --no-deps --build-constraints requirements/build.txt --python $(PY) -e .
PYTEST_WORKERS ?= 2
# Tests with services wait more than they work.
INTEGRATION_WORKERS ?= 3
DEMO_QUERY := harbour

.PHONY: help demo up down status rotate fetch test unit integration check gate bench peers docs format clean-env

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: .venv/.base ## set up, ingest seeds/ into .broadsheet/ and search it
	.venv/bin/broadsheet ingest seeds
	.venv/bin/broadsheet search $(DEMO_QUERY) --facet publisher --facet language --size 5
	@echo
	@echo "Try next:"
	@echo "  .venv/bin/broadsheet serve                                             the web page: http://127.0.0.1:8000/"
	@echo "  .venv/bin/broadsheet clean --explain seeds/named-comment-thread.txt    what was removed, by which rule"
	@echo "  .venv/bin/broadsheet search --sort newest                              everything, the newest first"
	@echo "  .venv/bin/broadsheet quarantine list                                   what failed, and why"
	@echo "  .venv/bin/broadsheet --help                                            the other commands"

up: .venv/.dev ## run the whole system natively: Elasticsearch, Postgres, Airflow, the API (UP=--celery: two Celery workers, --kafka: a stream, --tls: Airflow by https)
	$(PY) -m services.system up $(UP)

down: ## stop what `make up` started, and nothing else
	[ ! -x $(PY) ] || $(PY) -m services.system down

status: ## ask every service of `make up` how it is
	[ ! -x $(PY) ] || $(PY) -m services.system status

rotate: ## exchange the passwords, certificates and keys of the system that runs
	[ ! -x $(PY) ] || $(PY) -m services.system rotate

test: unit integration ## set up what the tests need (Elasticsearch and Chromium once a machine) and run them all

unit: .venv/.dev ## run the tests that need no service
	$(PY) -m pytest -q -n $(PYTEST_WORKERS) --dist worksteal -m "not elasticsearch and not kafka and not airflow and not slow and not scale"

fetch: .venv/.dev ## fetch what the tests with services need, once a machine
	[ -n "$${BROADSHEET_TEST_ELASTICSEARCH_URL:-}" ] || $(PY) -m services.elasticsearch fetch
	$(PY) -m services.kafka fetch
	$(PY) -m services.chromium fetch

integration: fetch ## run the tests against the real Elasticsearch, Airflow and Chromium, and the slow ones
	$(PY) -m services.elasticsearch during \
		$(PY) -m pytest -q -n $(INTEGRATION_WORKERS) --dist loadfile --no-loadscope-reorder -m "elasticsearch or kafka or airflow or slow"

check: .venv/.dev ## check format, lint, types, import contracts and the compose file
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m services.compose docker-compose.yml

gate: .venv/.dev ## fail where a measured quality figure fell under its floor
	$(PY) -m benchmarks.gate

bench: .venv/.dev ## try properties on random examples, measure quality and speed, print the figures, and kill workers and nodes
	$(PY) -m pytest -q -n $(PYTEST_WORKERS) --dist worksteal --hypothesis-profile random -m hypothesis
	$(PY) -m benchmarks.run
	$(PY) -m pytest -q -m scale tests/scale

peers: .venv/.dev .venv-peers/.done ## compare with trafilatura, jusText, newspaper4k and others, in an environment of their own
	$(PY) -m benchmarks.peers

docs: .venv/.dev ## write docs/configuration.md and docs/fields.md from the code
	$(PY) -m tools.configuration
	$(PY) -m tools.fields

format: .venv/.dev ## format the code and repair what lint can
	.venv/bin/ruff check --fix --quiet --exit-zero .
	.venv/bin/ruff format .

clean-env: ## remove the environment; fetched services stay in the machine's cache
	rm -rf .venv .venv-peers

# The two environments share one folder: the demo's is part of the tests', and setting up the demo only ever adds.
.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.11 ..."; exit 1; }
	[ -x $(PY) ] || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	touch $@

.venv-peers/.done: .venv/.uv requirements/peers.txt
	[ -x .venv-peers/bin/python ] || $(UV) venv --quiet --python $(PY) .venv-peers
	$(UV) pip sync --quiet --require-hashes --python .venv-peers/bin/python requirements/peers.txt
	touch $@

# Without the project's own configuration: uv would refuse its constraint, which the lock has met, for having no hash.
.venv/.base: .venv/.uv requirements/base.txt requirements/build.txt pyproject.toml
	[ -e .venv/.dev ] || $(UV) pip install --quiet --no-config --require-hashes --python $(PY) -r requirements/base.txt
	$(INSTALL_PACKAGE)
	touch $@

.venv/.dev: .venv/.uv requirements/dev.txt requirements/build.txt pyproject.toml
	$(UV) pip sync --quiet --require-hashes --python $(PY) requirements/dev.txt
	$(INSTALL_PACKAGE)
	touch $@ .venv/.base
