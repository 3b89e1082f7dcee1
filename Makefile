# A thin face over uv: nothing is done here that a person could not type.
.PHONY: run dev web client test check bench docs picture build lock clean setup
export UV_PYTHON_DOWNLOADS := never
UV := .tools/bin/uv
BIN := .venv/bin
STAMP := .venv/.installed

run: $(STAMP) web
	$(BIN)/tidings serve --demo

# Starts again whenever a file changes.
dev: $(STAMP)
	TIDINGS_LOG_LEVEL=debug $(BIN)/watchfiles --filter all --sigint-timeout 10 '$(BIN)/tidings serve --demo --data .data-dev' src plugins migrations

# The interface, when its sources changed.
web: $(STAMP)
	$(BIN)/python hatch_build.py

# The types of the interface's client, from the API's own description.
client: $(STAMP)
	$(BIN)/python -c "from tidings.cli.reference import openapi; print(openapi())" > web/openapi.json
	$(BIN)/python -c "import hatch_build; hatch_build.install()"
	web/node_modules/.bin/openapi-typescript web/openapi.json --default-non-nullable=false -o web/src/api/schema.d.ts
	rm web/openapi.json

test: $(STAMP) web
	$(BIN)/python hatch_build.py test
	$(BIN)/pytest

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python hatch_build.py check
	$(BIN)/pytest -q -n 0 tests/docs tests/contracts/test_statements.py tests/contracts/test_migrations.py

bench: $(STAMP)
	for name in start ingest journeys latency; do $(BIN)/tidings bench $$name || exit 1; done

docs: $(STAMP)
	$(BIN)/python -c "from pathlib import Path; from tidings.cli.reference import PAGES; [Path('docs/reference', name).write_text(page()) for name, page in PAGES.items()]"

# README's pictures, from a demo that is made for them.
picture: $(STAMP) web
	$(BIN)/python -m tests.browser.picture

build: $(UV)
	$(UV) build --wheel

# The lock holds versions and hashes and no addresses, so it installs from whatever index the machine uses.
lock: $(UV)
	$(UV) pip compile -q pyproject.toml --group dev --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11 -o requirements.lock

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml $(UV)
	$(UV) venv -q --allow-existing .venv
	$(UV) pip sync -q --require-hashes --python $(BIN)/python requirements.lock
	$(UV) pip install -q --no-deps --python $(BIN)/python -e .
	@touch $@

$(UV):
	@python3 -c 'import ensurepip' 2>/dev/null || { echo "Python lacks venv: apt-get install python3-venv"; exit 1; }
	python3 -m venv .tools && .tools/bin/pip install -q 'uv>=0.9'

clean:
	rm -rf .tools .venv dist
