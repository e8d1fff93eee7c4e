# Everything that is done with this repository. `make help` lists the targets.
# Needed: make, and Python 3.11 or newer. All else comes from the Python package index, into $(VENV).

VENV ?= .venv
PYTHON_VERSION ?=# any from 3.11 on
VERSIONS := 3.11 3.12 3.13
WORKERS ?= 4
ARGS ?=# more arguments for pytest
REPO ?= .
SECONDS ?= 60
POSTGRES ?=

# The steps of `make test`, in this order. The tests come last: their closing line ends the output.
CHECKS := formatted lint types architecture generated docs
STEPS := $(CHECKS) unit

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LIBRARY := $(VENV)/.stamp-library
SERVER := $(VENV)/.stamp-server
DEV := $(VENV)/.stamp-dev

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo history install test test-all checks bench fuzz $(STEPS) format generate dist clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(if $(POSTGRES),$(SERVER),$(LIBRARY)) ## Run the dog school on a SQLite file; POSTGRES=1: on a PostgreSQL server
	@$(BIN)/python -m examples.dog_school $(if $(POSTGRES),--postgres)

history: $(LIBRARY) ## Turn a git repository's history into events; REPO=path (default: this one), FILE=, AT=commit
	@$(BIN)/python -m examples.repository_history '$(REPO)' $(if $(FILE),--file '$(FILE)') $(if $(AT),--at '$(AT)')

install: $(DEV) ## Create the environment with everything that the other targets need

test: $(STEPS) ## Run all checks and all tests

test-all: ## Run all checks, and all tests with each supported version of Python
	@for version in $(VERSIONS); do tools/find-python $$version > /dev/null || exit 1; done
	@$(MAKE) --no-print-directory checks
	@for version in $(VERSIONS); do \
	    echo "== Python $$version"; \
	    $(MAKE) --no-print-directory unit VENV=.venv-$$version PYTHON_VERSION=$$version || exit 1; \
	done

checks: $(CHECKS) ## Run all checks, without the tests

formatted: $(DEV) ## Check that the code is formatted
	@echo "== $@"
	@$(BIN)/ruff format --check --quiet .

lint: $(DEV) ## Check the code with ruff
	@echo "== $@"
	@$(BIN)/ruff check --quiet --output-format concise .

types: $(DEV) ## Check the types with mypy and pyright
	@echo "== $@"
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pyright --pythonpath $(BIN)/python

architecture: $(DEV) ## Check who imports whom, and the sizes of modules and functions
	@echo "== $@"
	@$(BIN)/python -m tools.check_architecture

generated: $(DEV) ## Check that the sync modules are what the async ones give
	@echo "== $@"
	@$(BIN)/python -m tools.async_to_sync --check
	@$(BIN)/python -m tools.capability_table --check

docs: $(DEV) ## Build the documentation, without warnings, into docs/_build/html
	@echo "== $@"
	@$(BIN)/sphinx-build -W --keep-going -q docs docs/_build/html

unit: $(DEV) ## Run all tests, the documentation's code included; ARGS="-k name" runs some
	@echo "== $@"
	@$(BIN)/python -m pytest --no-header -n $(WORKERS) --dist worksteal $(ARGS)

bench: $(DEV) ## Time this library against the published one and the bare drivers; ARGS="NAME …" for some
	@$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(DEV) ## Fuzz what reads stored data, with atheris; SECONDS=60
	@$(PIP) install --quiet --group fuzz
	@$(BIN)/python -m fuzz.decoders -max_total_time=$(SECONDS) -rss_limit_mb=1024 -timeout=10

format: $(DEV) ## Format the code, and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

generate: $(DEV) ## Write the sync modules from the async ones, and the table of engines
	@$(BIN)/python -m tools.async_to_sync
	@$(BIN)/python -m tools.capability_table

dist: $(DEV) ## Build the wheel and the sdist into dist/
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist .

clean: ## Remove what was built and cached; environments and var/ stay
	@rm -rf dist build docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find src tests tools examples docs -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.stamp-venv:
	@python=$$(tools/find-python $(PYTHON_VERSION)) && echo "creating $(VENV) with $$python" && "$$python" -m venv $(VENV)
	@$(PIP) install --quiet --upgrade pip
	@touch $@

$(LIBRARY): pyproject.toml | $(VENV)/.stamp-venv
	@echo "installing the library into $(VENV)"
	@$(PIP) install --quiet --editable .
	@touch $@

$(SERVER): pyproject.toml | $(VENV)/.stamp-venv
	@echo "installing the library and a PostgreSQL server into $(VENV)"
	@$(PIP) install --quiet --group server --editable '.[postgres]'
	@touch $@ $(LIBRARY)

$(DEV): pyproject.toml | $(VENV)/.stamp-venv
	@echo "installing the library and the tools into $(VENV)"
	@$(PIP) install --quiet --group dev --editable '.[crypto,postgres]'
	@touch $@ $(LIBRARY) $(SERVER)
