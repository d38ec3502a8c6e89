# Two commands are enough: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Most tests wait for servers, sockets and browsers, so three files at a time keep two cores busy.
SIDE_BY_SIDE := --numprocesses=3 --dist=loadfile --no-loadscope-reorder
SEED ?= 1
PORT ?= 8000
DATA_DIR ?= .demo

.PHONY: run test check bench storm fuzz browser judges lock screenshots clean help
.DEFAULT_GOAL := help

run: $(VENV)/run.stamp  ## demo warehouse on http://127.0.0.1:8000, made on the first start
	$(BIN)/warehouse demo --seed $(SEED) --port $(PORT) --data-dir $(DATA_DIR)

test: $(VENV)/dev.stamp browser judges  ## every test, on real SQLite, PostgreSQL, sockets and Chromium
	$(BIN)/python -m pytest $(if $(TESTS),$(TESTS),$(SIDE_BY_SIDE))

check: $(VENV)/dev.stamp  ## format, lint, types, layers, coverage of the rules, JavaScript tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.tools.domain_coverage
	$(BIN)/python -m tests.tools.javascript

bench: $(VENV)/dev.stamp  ## scan rate, answer times and rendering, as ratios to floors of the same run
	$(BIN)/python -m tests.bench

storm: $(VENV)/dev.stamp  ## 10,000 print jobs, printers that fail, a server killed again and again: every label counted
	$(BIN)/python -m tests.workers.spool_storm

fuzz: $(VENV)/dev.stamp  ## mutated files at the parsers for ten minutes, led by coverage
	$(BIN)/python -m tests.tools.fuzz 600

browser:
	@$(BIN)/python -m tests.tools.browser
	@$(BIN)/python -m tests.tools.print_system

judges:
	@$(BIN)/python -m tests.tools.judges

screenshots: $(VENV)/dev.stamp browser  ## take the README's pictures from the running product
	$(BIN)/python -m tests.tools.screenshots
	$(BIN)/python -m tests.tools.paper_pictures

lock: $(VENV)/dev.stamp  ## write both lock files anew from pyproject.toml
	$(BIN)/python -m tests.tools.lock

clean:  ## remove the environment and the demo warehouse
	rm -rf $(VENV) $(DATA_DIR) build dist

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/run.stamp
