# The front door. `make` alone says what there is.

# The Python that makes the environment; any from 3.11 on.
PYTHON ?= python3
# How many tests run at once: one more than there are cores, as tests wait for servers of their own.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_LOCKS := requirements/run.txt requirements/build.txt
# What papers are made into PDFs with (WeasyPrint loads it); where it is missing, they stay in Word.
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation
# The browser of the tests; the first has no windows to draw, and does the same with half of the work.
SHELL_CHROMIUM := chromium-headless-shell
CHROMIUMS := $(SHELL_CHROMIUM) chromium chromium-browser google-chrome google-chrome-stable

.PHONY: help setup run demo test check check-types check-form format bench lock cclean histories pins pages gallery
.DEFAULT_GOAL := help

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.run .venv/.pango ## make the environment in .venv, with the crg command in it

run: setup ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/crg run

demo: setup ## rehearse a whole sample case in virtual time
	@exec $(BIN)/crg demo

# Compiled modules are kept whatever the habit of the machine is: the tests start more than a hundred programs.
test: check .venv/.browser .venv/.pango ## the checks, then every test
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: .venv/.dev ## format, lint, types, import directions, dependencies
	@$(MAKE) --no-print-directory --jobs 2 check-types check-form  # beside each other: the types take longest

check-types: .venv/.dev
	$(BIN)/mypy

check-form: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: .venv/.dev ## put the code into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

histories: .venv/.dev ## record the histories again, all or those of SCENES="..." (tests/workflows/histories)
	$(BIN)/python -m tests.workflows.scenes $(SCENES)

pins: .venv/.dev ## pin each new kind of fact by its sample (tests/pins)
	$(BIN)/python -m tests.pins.add

pages: .venv/.dev ## write again what is made from the code: the pins of new facts, and three pages of docs/
	$(BIN)/python -m tests.pins.add
	$(BIN)/python -m tests.consequences
	$(BIN)/python -m tests.refusals
	$(BIN)/python -m tests.review.marked

gallery: .venv/.dev ## write every email into docs/mails.md, and as HTML into build/mails
	$(BIN)/python -m tests.delivery.gallery

bench: .venv/.dev ## measure what it costs, each row beside its floor; ONLY="lists facts" for some of it (bench/README.md)
	@$(BIN)/python -m bench $(ONLY)

lock: ## resolve the locked dependencies anew, with hashes and without addresses (needs uv)
	@uv=$$(PATH="$(BIN):$$PATH" command -v uv) || { echo "make lock needs uv: pip install uv, then again." >&2; exit 1; }; \
	set -e; \
	compile="$$uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header"; \
	$$compile pyproject.toml -o requirements/run.txt; \
	$$compile pyproject.toml --extra dev -c requirements/run.txt -o requirements/dev.txt; \
	echo 'setuptools>=77' | $$compile --no-annotate -c requirements/dev.txt -o requirements/build.txt -

clean: ## remove the environment and what the checks left (never the data folder)
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "There is no $(PYTHON) on this machine. Install Python 3.11 or later, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) --version 2>&1); this needs 3.11 or later. Name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
	  echo "The environment could not be made. On Debian and Ubuntu: apt install python3-venv" >&2; rm -rf .venv; exit 1; }
	@touch $@

.venv/.run: .venv/.made $(RUN_LOCKS) pyproject.toml
	@echo "Installing what runs (locked; once)."
	@$(PIP) install --require-hashes $(RUN_LOCKS:%=-r %)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo "Installing what checks and tests (locked; once)."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.pango: .venv/.run
	@can() { $(BIN)/python -c 'import weasyprint' >/dev/null 2>&1; }; \
	if ! can && command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing what PDFs are made with (once)."; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $(PANGO) >/dev/null; \
	fi; \
	if can; then touch $@; else echo "No PDFs can be made: install $(PANGO) (Debian), then again. Papers stay in Word." >&2; fi

.venv/.browser: .venv/.dev
	@found() { for one in "$$@"; do command -v $$one >/dev/null 2>&1 && return 0; done; return 1; }; \
	if ! found $(SHELL_CHROMIUM) && command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the tests of the pages (once)."; \
	  get() { DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$1 >/dev/null; }; \
	  apt-get -qq update; get $(SHELL_CHROMIUM) || found $(CHROMIUMS) || get chromium; \
	fi; \
	found $(CHROMIUMS) || { echo "The tests of the pages need Chromium: install the package $(SHELL_CHROMIUM) or chromium (or Google Chrome), then again." >&2; exit 1; }
	@touch $@
