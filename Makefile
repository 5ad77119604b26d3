# Everything here needs python3 (3.11 or newer, with venv) and make, and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What a lock file holds is all there is to install, and none of it is built here.
LOCKED := --no-deps --only-binary=:all: --require-hashes --requirement

DEMO := --config examples/demo/consumer-drift.yml --root examples/demo/fleet

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz test-shifted test-newest test-oldest e2e lint format bench emulator generate docs pictures lock clean

help: ## show what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## run a check on the example fleet, show what propagate would do, and write a page
	@check=0; $(BIN)/consumer-drift check $(DEMO) || check=$$?; \
	printf '\nAnd this is what propagate would write there:\n\n'; \
	bump=0; $(BIN)/consumer-drift propagate --dry-run $(DEMO) || bump=$$?; \
	printf '\nThis was a demonstration on folders, and nothing was written to them.\n'; \
	printf 'A real run would have ended with exit code %s (and propagate with %s).\n' "$$check" "$$bump"; \
	$(BIN)/consumer-drift check $(DEMO) --report $(VENV)/demo/report.json >$(VENV)/demo.log; \
	$(BIN)/consumer-drift page --output $(VENV)/demo/page $(VENV)/demo/report.json >$(VENV)/demo.log && \
	printf '\nThe same as a page, to open in a browser:\n%s\n' "$(CURDIR)/$(VENV)/demo/page/index.html"

test: $(VENV)/.test ## run the whole suite
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

fuzz: $(VENV)/.test ## read texts that are put together at random (ARGS="--seconds 60")
	$(BIN)/python -m tests.fuzz $(ARGS)

# Containers keep the machine's time, so the end-to-end tests stay out.
test-shifted: $(VENV)/.test ## run the suite at another date and in another zone (SHIFT=+3y ZONE=UTC-11)
	$(BIN)/python -m scripts.shifted $(SHIFT:%=--shift=%) $(ZONE:%=--zone=%) \
		$(BIN)/python -m pytest -n auto --dist worksteal --ignore tests/e2e $(ARGS)

test-newest: $(VENV)/.lock ## run the suite on the newest versions of everything, whatever is locked
	$(call unlocked,newest,highest)
	$(VENV)/newest/bin/python -m pytest -n auto --dist worksteal $(ARGS)

test-oldest: $(VENV)/.lock ## run the suite on the oldest versions that pyproject.toml promises
	$(call unlocked,oldest,lowest-direct)
	$(VENV)/oldest/bin/python scripts/oldest.py
	$(VENV)/oldest/bin/python -m pytest -n auto --dist worksteal $(ARGS)

e2e: $(VENV)/.e2e ## run real workflows with act, in containers
	$(BIN)/python scripts/e2e.py $(ARGS)

lint: $(VENV)/.lint ## check format, types, workflows and scripts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/lint_workflows.py
	@echo "make lint: all is well"

format: $(VENV)/.lint ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test ## measure checks beside their rivals, and write docs/performance.md
	$(BIN)/python -m bench $(ARGS)

emulator: $(VENV)/.run ## serve a small fleet as a Gitea server would, until Ctrl-C
	$(BIN)/python -m tests.emulator --world quickstart $(ARGS)

generate: $(VENV)/.test ## regenerate the schema, action.yml and the tables of the documentation
	$(BIN)/python -m scripts.generate

docs: $(VENV)/.docs $(VENV)/.test ## build the documentation site into site/, and check its links
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/python -m scripts.site_check site
	$(BIN)/python -m scripts.pictures --check

pictures: $(VENV)/.docs $(VENV)/.test ## take the pictures of the documentation, with Chromium
	$(BIN)/python -m scripts.pictures

lock: $(VENV)/.lock ## resolve all dependencies again, and write every lock file
	$(BIN)/python scripts/lock.py

clean: ## remove what was made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist site

$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.13 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock locks/build.lock pyproject.toml $(VENV)/.venv
	$(PIP) install $(LOCKED) requirements.lock
	$(PIP) install $(LOCKED) locks/build.lock
	$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# Locking works when the other locks do not.
$(VENV)/.lock: locks/lock.lock $(VENV)/.venv
	$(PIP) install $(LOCKED) $<
	@touch $@

$(VENV)/.%: locks/%.lock $(VENV)/.run
	$(PIP) install $(LOCKED) $<
	@touch $@

$(VENV)/.e2e $(VENV)/.lint: $(VENV)/.test

# unlocked NAME,RESOLUTION: make the environment $(VENV)/NAME without a lock, and print what it holds.
define unlocked
	rm -rf $(VENV)/$(1)
	$(PYTHON) -m venv --without-pip $(VENV)/$(1)
	$(BIN)/uv pip install --quiet --python $(VENV)/$(1) --no-build --resolution $(2) \
		--requirements pyproject.toml --all-extras --group build --group test
	$(BIN)/uv pip install --quiet --python $(VENV)/$(1) --no-deps --no-build-isolation --editable .
	$(BIN)/uv pip list --quiet --python $(VENV)/$(1)
endef
