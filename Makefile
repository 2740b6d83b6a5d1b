# Two commands matter: `make demo` and `make test`. Neither asks a question; both say what they do and how long it took.

PORT ?= 8000
HOST ?= 127.0.0.1
SCALE ?= county
DETACH ?=
PYTEST ?=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIANXIN := $(BIN)/lianxin
VAR := $(if $(LIANXIN_VAR),$(LIANXIN_VAR),var)
STAMPS := $(VENV)/.stamps
ASSET_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# $(call timed,what,command): say what is done, do it quietly, say how long it took; show everything when it fails.
define timed
@mkdir -p $(STAMPS) && begun=$$(date +%s) && printf '▸ %s …\n' '$(1)' && \
if { $(2) ; } > $(STAMPS)/last.log 2>&1; then printf '  done in %s s\n' "$$(( $$(date +%s) - begun ))"; \
else cat $(STAMPS)/last.log; printf '\n✗ %s did not work; the reason stands above.\n' '$(1)' >&2; exit 1; fi
endef

# Every process starts in half the time, also where Python is told to write no byte code by itself. Some packages bring
# templates of Python that cannot be compiled.
byte_code = $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true

.PHONY: help demo stop test check audit secrets bench faults lock format clean assets messages environment development

help: ## Show this list
	@printf 'Lianxin. What make can do here:\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nFor demo: PORT=8000 HOST=127.0.0.1 SCALE=county|city|province DETACH=1 (in the background; make stop ends it).\n'

demo: ## Install, build, load the demonstration county and start; Ctrl-C stops
	@printf 'Lianxin demonstration: environment, pages, data, server.\n'
	@$(MAKE) environment
	@$(LIANXIN) port-free --host $(HOST) --port $(PORT)
	@$(MAKE) assets messages
	@$(LIANXIN) demo --scale $(SCALE)
	@$(LIANXIN) up --host $(HOST) --port $(PORT) $(if $(DETACH),--detach)

stop: ## Stop what `make demo DETACH=1` started
	@$(LIANXIN) stop

environment: $(STAMPS)/python-version $(STAMPS)/runtime ## Install what the product runs on
	@:

development: $(STAMPS)/python-version $(STAMPS)/development ## Install what checking and testing adds
	@:

assets: frontend/dist/manifest.json ## Build scripts and styles when their sources changed
	@:

messages: $(STAMPS)/runtime ## Compile the translations
	@$(LIANXIN) messages

test: development assets messages ## Everything CI runs: checks, then all tests
	@$(MAKE) check
	@# Journeys share one installation and take their turns in it, so they run after the others, in one process.
	@code=0; \
	$(BIN)/python -m pytest -n auto --dist worksteal --durations=20 --ignore tests/journeys $(PYTEST) || code=$$?; \
	$(BIN)/python -m pytest --durations=10 tests/journeys $(PYTEST) || code=$$?; \
	exit $$code

# The hook ends with 3 when it found nothing new and only wrote down that known lines have moved.
check: development frontend/node_modules/.package-lock.json messages ## Formatting, lint, types, borders, translations, migrations, rules
	$(call timed,Format of Python (ruff),$(BIN)/ruff format --check .)
	$(call timed,Lint of Python (ruff),$(BIN)/ruff check .)
	$(call timed,Types (mypy strict),$(BIN)/mypy config lianxin)
	$(call timed,Templates (djlint),$(BIN)/djlint lianxin --lint --quiet)
	$(call timed,Borders between modules (import-linter),$(BIN)/lint-imports)
	$(call timed,Scripts and styles (types - lint - tests),npm --prefix frontend run check)
	$(call timed,Translations complete,$(LIANXIN) messages --check)
	$(call timed,Migrations complete,$(LIANXIN) manage makemigrations --check --dry-run)
	$(call timed,Rules,$(LIANXIN) rules check)
	$(call timed,Secrets in the source (detect-secrets),$(BIN)/detect-secrets-hook --baseline .secrets.baseline $$(git ls-files) || test $$? -eq 3)
	$(call timed,Packages: locked - hashed - as locked - licences,$(BIN)/python -m lianxin.cli.security.supply && $(BIN)/python -m pip check --disable-pip-version-check)

audit: development frontend/node_modules/.package-lock.json ## Ask the advisory services about every package (needs a network)
	@$(BIN)/python -m lianxin.cli.security.advisories

secrets: development ## Look at what detect-secrets finds, and take what is harmless into .secrets.baseline
	@$(BIN)/detect-secrets scan --baseline .secrets.baseline && $(BIN)/detect-secrets audit .secrets.baseline

probe: development ## Probe every door and the database a million times and write docs/security/probing.md (hours)
	@$(BIN)/python -m tests.probing --probes 1000000 --processes 2

bench: environment ## Measure at SCALE and write the report
	@$(LIANXIN) bench --scale $(SCALE)

format: development ## Format Python, templates, scripts and styles
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format .
	@npm --prefix frontend run format

faults: development assets messages ## Kill web, worker and database 300 times in the middle of work; figures in docs/security
	@$(BIN)/python -m tests.faults --kills 300 --lanes 4

lock: development ## Make the lock files anew from requirements*.in
	@$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --universal --no-emit-index-url -o requirements.lock requirements.in
	@$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --universal --no-emit-index-url -o requirements-dev.lock requirements-dev.in
	@npm --prefix frontend install --package-lock-only --no-audit --no-fund

clean: ## Remove what can be made again (not var/, which holds your data)
	@rm -rf build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis frontend/dist $(STAMPS)
	@find . -name __pycache__ -not -path './$(VENV)/*' -not -path './frontend/node_modules/*' -prune -exec rm -rf {} +
	@find lianxin -name '*.mo' -delete

$(STAMPS)/python-version:
	@command -v $(PYTHON) > /dev/null || { printf '✗ %s is not installed. On Debian: apt-get install python3 python3-venv\n' '$(PYTHON)' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { printf '✗ Lianxin needs Python 3.11 or later; this is %s. Set PYTHON=python3.12 or the like.\n' "$$($(PYTHON) --version)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) 2> /dev/null || { rm -rf $(VENV); printf '✗ Python cannot make a virtual environment. On Debian: apt-get install python3-venv\n' >&2; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock | $(STAMPS)/python-version
	$(call timed,Installing what the product runs on,$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock)
	@$(byte_code)
	@# The command itself: this folder on the path of the environment, and a `lianxin` to call.
	@pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lianxin.pth"
	@printf '#!%s\nfrom lianxin.cli.main import main\n\nmain()\n' "$$(pwd)/$(BIN)/python" > $(BIN)/lianxin && chmod +x $(BIN)/lianxin
	@touch $@

$(STAMPS)/development: requirements-dev.lock requirements.lock | $(STAMPS)/runtime
	$(call timed,Installing what checking and testing adds,$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock -r requirements-dev.lock)
	@$(byte_code)
	@touch $@

frontend/node_modules/.package-lock.json: frontend/package-lock.json frontend/package.json
	@command -v npm > /dev/null || { printf '✗ npm is not installed. Lianxin builds its pages with Node 20: see https://nodejs.org/\n' >&2; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { printf '✗ Lianxin needs Node 20 or later; this is %s.\n' "$$(node --version)" >&2; exit 1; }
	$(call timed,Installing what building the pages needs,npm --prefix frontend ci --no-audit --no-fund)
	@touch $@

frontend/dist/manifest.json: $(ASSET_SOURCES) | frontend/node_modules/.package-lock.json
	$(call timed,Building scripts and styles,npm --prefix frontend run build)
	@touch $@
