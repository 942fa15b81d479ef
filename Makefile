# Needs Python 3.11 or newer, make and a package index; uses uv where there is one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
UV := $(shell command -v uv)
LOCKED := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml

ifeq ($(UV),)
INSTALL = .venv/bin/python -m pip install --quiet --disable-pip-version-check
VENV = $(PYTHON) -m venv .venv
else
INSTALL = uv pip install --quiet --python .venv/bin/python
VENV = uv venv --quiet --allow-existing --python $(PYTHON) .venv
endif

.PHONY: up test prove bench lint schemas lock clean

up: .venv/run.stamp  ## every role on this machine, with the example configuration
	@./tratt migrate
	@exec ./tratt up

test: .venv/dev.stamp  ## the whole suite; says what it could not run and why
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/python -m pytest

prove: .venv/dev.stamp  ## the long proofs: kills, outages, power cuts
	.venv/bin/python -m pytest tests/prove --timeout 3600 -s

bench: .venv/dev.stamp  ## ratios measured on this machine
	.venv/bin/python -m pytest tests/bench --timeout 3600 -s

lint: .venv/dev.stamp
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/mypy

schemas: .venv/dev.stamp  ## the events' JSON Schemas and the AsyncAPI document, from the models
	.venv/bin/python -m services.commands.schemas docs/events

lock:  ## resolve the dependencies anew
	$(LOCKED) --group build -o requirements.lock
	$(LOCKED) --group dev -o requirements-dev.lock

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Tratt needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3"; exit 1; }
	@$(VENV)

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	@test -f .venv/dev.stamp || { echo "installing the locked dependencies (once)"; $(INSTALL) --require-hashes -r requirements.lock; }
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/bin/python requirements-dev.lock pyproject.toml
	@echo "installing the locked dependencies for tests (once)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv var
