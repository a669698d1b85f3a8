# Two commands: `make lab` opens the course, `make test` runs everything that CI runs.
# The others are for those who write it.  One rule makes .venv, again only when a requirement changes.

PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
STAMP := .venv/installed
PYTEST := $(BIN)/python -m pytest
SPREAD := -n $(JOBS) --dist loadfile
REPORTS := build/reports

# Two threads beside another busy process are slower than one.
export OMP_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

# $(call step,name,command): the command, and how many seconds it took
step = @echo "==> $(1)"; began=$$(date +%s); { $(2); }; code=$$?; \
	echo "<== $(1): $$(( $$(date +%s) - began )) s"; exit $$code

.PHONY: help install lab test quick check lint types rings drift tests slow student solved stubs solve bench clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

lab: $(STAMP) ## Install what is missing and open the course in JupyterLab
	@$(BIN)/labkit lab $(ARGS)

install: $(STAMP) ## Make .venv with everything the course needs

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is not. Try: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "$(PYTHON) cannot make .venv: see above (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

test: check tests slow student solved ## Everything: the quick ring first, then the notebooks in both editions

quick: lint types rings tests ## What takes five minutes: lint, types, rings, tests that are not slow

check: lint types rings drift ## What needs no test: lint, format, types, rings, stubs

lint: $(STAMP)
	$(call step,lint,$(BIN)/ruff check . && $(BIN)/ruff format --check .)

types: $(STAMP)
	$(call step,types,$(BIN)/mypy)

rings: $(STAMP)
	$(call step,rings,$(BIN)/lint-imports --no-logo)

drift: $(STAMP)
	$(call step,stubs,$(BIN)/labkit stubs --check)

tests: $(STAMP)
	$(call step,tests,$(PYTEST) $(SPREAD) -m "not slow" --junitxml=$(REPORTS)/tests.xml)

slow: $(STAMP)
	$(call step,slow tests,$(PYTEST) $(SPREAD) -m slow --ignore=tests/notebooks --junitxml=$(REPORTS)/slow.xml)

# nothing attempted: every cell runs, and the outputs that are kept are still the outputs
student: $(STAMP)
	$(call step,student edition,LABKIT_HOME=$$(mktemp -d) PYTHONPATH=tests/notebooks $(PYTEST) -p notebook_times \
	  $(SPREAD) --nbval-lax --nbval-cell-timeout=120 --nbval-kernel-startup-timeout=120 notebooks \
	  --junitxml=$(REPORTS)/student.xml)

# every exercise answered by the course: every check passes
solved: $(STAMP)
	$(call step,solved edition,PYTHONPATH=tests/notebooks $(PYTEST) -p notebook_times \
	  $(SPREAD) tests/notebooks -m slow --junitxml=$(REPORTS)/solved.xml)

stubs: $(STAMP) ## Write the exercises' stubs into the notebooks
	@$(BIN)/labkit stubs

solve: $(STAMP) ## Write the solved edition to build/solved
	@$(BIN)/labkit solve

bench: $(STAMP) ## Measure how fast things are here
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

clean: ## Remove what was built, but not .venv
	rm -rf build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
