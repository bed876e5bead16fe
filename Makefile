# The commands of the house. bin/demo and bin/test need nothing but sh; the others a set-up tree.
PYTHON = .venv/bin/python
.PHONY: help demo test test-fast check fmt bench chaos lock shots

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

demo: ## everything from a bare machine, then the portal on 127.0.0.1:8000 (PORT=, RESET=1)
	@bin/demo

test: ## everything from a bare machine: checks, both databases, browser, faults
	@bin/test

test-fast: ## no browser, SQLite: a few minutes
	@$(PYTHON) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not (browser or pg or redis or chaos or slow or soak)"

check: ## lint, format, types, layers, migrations, production settings
	@bin/check

fmt: ## write Python and templates the way make check wants them
	@.venv/bin/ruff check -q --fix . ; .venv/bin/ruff format -q .
	@git ls-files -co --exclude-standard "templates/*.html" | xargs -r .venv/bin/djade --target-version 5.2

bench: ## every benchmark, as ratios measured in the same run
	@DURABLE=1 bin/with-servers $(PYTHON) -m benchmarks

chaos: ## the fault tests in their long form
	@CHAOS_LONG=1 bin/test -q -m "chaos or soak"

lock: ## requirements*.in -> requirements*.txt, package.json -> package-lock.json
	@for name in requirements requirements-dev requirements-setup; do \
	  .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	    $$name.in -o $$name.txt || exit 1; \
	done
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund

shots: ## every page at 320 and 1280 px, to var/shots
	@bin/shots
