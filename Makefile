# Everything here sets up what it needs. `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
ARGS ?=
# One more process than there are cores: many tests wait for a broker or for time to pass.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
# Bytecode is kept whatever the shell says: a run of the tests starts hundreds of interpreters.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-fast yardsticks lint rule-check mutants faults attacks installs image nightly bench counts site freshness sbom lock docs clean

help: ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(READY) ## The whole service in one process, offline: make demo ARGS='--seconds 20 --json'
	@$(VENV)/bin/cleanwire demo $(ARGS)

test: $(READY) ## The tests, on a real Kafka where one can be had: make test ARGS='-k robots'
	@$(VENV)/bin/python -m pytest -n $(WORKERS) -m "not yardstick" $(ARGS)

test-fast: $(READY) ## For the loop while writing: the tests that need no broker and little time
	@$(VENV)/bin/python -m pytest -n $(WORKERS) -m "not kafka and not slow and not yardstick" \
		--hypothesis-profile="few examples" $(ARGS)

yardsticks: $(READY) ## Quality and cost on public pages, politeness, provoked alerts, an upgrade from 0.1.0
	@$(VENV)/bin/python -m pytest -n $(WORKERS) -m yardstick $(ARGS)

lint: $(READY) ## Style, types, and the arrows between modules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

rule-check: $(READY) ## Are line rules well made, and what do they cut: make rule-check ARGS=path/to/de.toml
	@$(VENV)/bin/python -m bench.rule_check $(ARGS)

mutants: $(READY) ## Switch off each rule of exactly-once; its test must turn red
	$(VENV)/bin/python tests/mutants.py $(ARGS)

faults: $(READY) ## Every fault scenario five times (an hour): make faults ARGS='--scenario kill9'
	$(VENV)/bin/python tests/faults/run.py --all --times 5 --markdown $(ARGS)

attacks: $(READY) ## Every attack scenario once (half an hour): make attacks ARGS='--scenario wedge'
	$(VENV)/bin/python tests/attacks/run.py --all $(ARGS)

installs: ## Install the wheel without a lock file, with old and new pip, on each Python at hand
	.ci/installs $(ARGS)

nightly: $(READY) ## What does not fit into CI (two hours): every attack, every fault, mutants, image, benches
	.ci/nightly

bench: $(READY) ## What the work costs beside others, in CPU: make bench ARGS='--quick --json out.json'
	@$(VENV)/bin/python -m bench.costs $(ARGS)

counts: $(READY) ## Instructions of the pure parts beside the revision a change starts from (needs valgrind)
	@$(VENV)/bin/python bench/counts.py $(ARGS)

freshness: $(READY) ## How many polls a month takes and how fresh news is, simulated: make freshness ARGS='--feeds 2000'
	@$(VENV)/bin/python bench/polling.py $(ARGS)

image: $(READY) ## Build the Dockerfile without a Docker engine and run the demo in it
	deploy/image-check.sh

site: ## The documentation as a site, in .cache/site/index.html; fails on links that lead nowhere
	@deploy/site/build.sh $(ARGS)

docs: $(READY) ## Write the generated pages anew
	$(VENV)/bin/python -m cleanwire.telemetry.catalogue > docs/metrics.md
	$(VENV)/bin/python -m cleanwire.records.schema docs/schema
	$(VENV)/bin/cleanwire config show --markdown > docs/settings.md
	$(VENV)/bin/python -m cleanwire.cli.reference_pages.limits_page > docs/limits.md
	$(VENV)/bin/python -m cleanwire.cli.reference_pages.commands_page > docs/cli.md
	$(VENV)/bin/python docs/decisions/index.py > docs/decisions/README.md
	$(VENV)/bin/python deploy/grafana/dashboard.py
	cp deploy/prometheus/alerts.yml deploy/prometheus/recording.yml deploy/grafana/cleanwire.json deploy/helm/cleanwire/monitoring/

sbom: ## What the image is made of, as CycloneDX: make sbom ARGS=sbom.json
	@deploy/sbom.sh $(ARGS)

lock: ## Pin every dependency anew, with hashes (needs uv)
	deploy/lock.sh $(ARGS)

clean: ## Remove what was set up here
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml tests/requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Cleanwire needs Python 3.11 or newer, and {sys.executable} is {v[0]}.{v[1]}: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV), once (about a minute)" >&2
	@if command -v uv >/dev/null; then \
		uv venv -q --allow-existing --python $(PYTHON) $(VENV) && \
		VIRTUAL_ENV=$(VENV) uv pip install -q --compile-bytecode --require-hashes -r tests/requirements.lock && \
		VIRTUAL_ENV=$(VENV) uv pip install -q --no-deps -e .; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(VENV)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.lock && \
		$(VENV)/bin/python -m pip install -q --disable-pip-version-check --no-deps -e .; \
	fi
	@$(VENV)/bin/python -m compileall -q services
	@touch $(READY)
